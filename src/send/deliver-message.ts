/**
 * One message from the outbox to the relay: announce, upload the parts that are missing there, complete. Every step may
 * be cut off and done again; the message leaves the outbox only after the relay's acknowledgement, in one transaction
 * with its entry in the log. When to try again is not decided here.
 */
import type { DeviceId, EntryId, MessageId } from '#domain/ids';
import type { MessageRequest } from '#protocol/api';
import type { Problem } from '#protocol/constants';
import type { MessageStore, Outbox, OutboxRow } from '#storage/message-types';
import type { BlockStore, EntryDraft } from '#storage/types';
import type { RelayAnswer, RelayClient } from '#sync/relay-client';
import { asksAgain } from './asks-again.ts';

export interface DeliverDeps {
  readonly outbox: Pick<Outbox, 'change' | 'settle' | 'refuse'>;
  readonly blocks: Pick<BlockStore, 'get'>;
  readonly messages: Pick<MessageStore, 'get'>;
  readonly relay: Pick<RelayClient, 'intake' | 'putPart' | 'complete' | 'message'>;
  readonly device: DeviceId;
  readonly now: () => number;
  /** Runs while no receipts are being written, so that a message that has ended already is not set back. */
  readonly besideReceipts: <Value>(run: () => Promise<Value>) => Promise<Value>;
}

export type Delivery =
  | { readonly kind: 'settled' }
  | { readonly kind: 'refused'; readonly problem: Problem }
  /** It waited too long to leave by itself (MSG-7). */
  | { readonly kind: 'held' }
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'unreachable' }
  /** The relay answered, but not for good: another message may have better luck. */
  | { readonly kind: 'busy' };

/** Refusals that no repetition changes. */
const FINAL: readonly Problem[] = ['malformed', 'tooLarge', 'keyMissing', 'keyReused', 'partMismatch', 'channelGone'];

export async function deliverMessage(row: OutboxRow, deps: DeliverDeps): Promise<Delivery> {
  if (asksAgain(row, deps.now())) {
    return row.stage === 'completing' ? settleIfTaken(row, deps) : { kind: 'held' };
  }
  const intake = await deps.relay.intake(requestOf(row));
  if (intake.kind !== 'answer') return failure(row, intake, deps);
  // Taken whole by an earlier try whose answer was lost.
  if (intake.value.state === 'accepted') return settle(row, deps);

  for (const index of intake.value.missingParts) {
    const part = await readPart(row, index, deps);
    // Without its recipients it can never be completed; saying so is better than trying for ever.
    if (!part) return refuse(row, 'partsMissing', deps);
    const put = await deps.relay.putPart(row.key, index, part);
    if (put.kind !== 'answer') return failure(row, put, deps);
  }

  // Written before the request: from here on only the relay can tell whether the message was taken.
  if (row.stage !== 'completing' && (await deps.outbox.change(row.key, { stage: 'completing' })) === 'gone') {
    // Taken back in another tab, which took this one for dead: it must not leave.
    return { kind: 'held' };
  }
  const complete = await deps.relay.complete(row.key);
  if (complete.kind !== 'answer') return failure(row, complete, deps);
  return settle(row, deps);
}

/** Derived, so that a second adding of the same message's entry is the same entry. */
export function messagedEntry(row: OutboxRow, device: DeviceId): EntryDraft {
  const { id, channelType } = row.message;
  return {
    id: `messaged-${id}` as EntryId,
    device,
    body: { kind: 'messaged', message: id, channelType, blocks: row.blocks },
  };
}

/** What became of a message that the relay may or may not have; moves nothing there. */
export async function wasTaken(
  id: MessageId,
  relay: Pick<RelayClient, 'message'>,
): Promise<'taken' | 'notTaken' | 'notKnown'> {
  const answer = await relay.message(id);
  if (answer.kind === 'answer') return answer.value.state === 'receiving' ? 'notTaken' : 'taken';
  return answer.kind === 'problem' && answer.problem === 'notFound' ? 'notTaken' : 'notKnown';
}

export async function settle(row: OutboxRow, deps: DeliverDeps): Promise<Delivery> {
  await deps.besideReceipts(async () => {
    const known = await deps.messages.get(row.key);
    const state = known && known.state !== 'waiting' ? known.state : 'sending';
    const sentAt = known?.sentAt ?? deps.now();
    await deps.outbox.settle(row.key, { id: row.key, state, sentAt }, messagedEntry(row, deps.device), deps.now());
  });
  return { kind: 'settled' };
}

async function settleIfTaken(row: OutboxRow, deps: DeliverDeps): Promise<Delivery> {
  const taken = await wasTaken(row.key, deps.relay);
  if (taken === 'taken') return settle(row, deps);
  return { kind: taken === 'notTaken' ? 'held' : 'unreachable' };
}

async function refuse(row: OutboxRow, problem: Problem, deps: DeliverDeps): Promise<Delivery> {
  await deps.outbox.refuse(row.key, { id: row.key, state: 'failed', problem });
  return { kind: 'refused', problem };
}

async function failure(row: OutboxRow, answer: RelayAnswer<unknown>, deps: DeliverDeps): Promise<Delivery> {
  if (answer.kind !== 'problem') return { kind: 'unreachable' };
  // Since it was announced somebody was erased from its recipients: the relay knows it by the parts that it had.
  const isChanged = answer.problem === 'keyReused' && row.recipients === 'changed';
  if (isChanged && (await wasTaken(row.key, deps.relay)) !== 'notTaken') return settleIfTaken(row, deps);
  if (FINAL.includes(answer.problem)) return refuse(row, answer.problem, deps);
  if (answer.problem === 'signedOut' || answer.problem === 'forbidden') return { kind: 'signedOut' };
  return { kind: 'busy' };
}

async function readPart(row: OutboxRow, index: number, deps: DeliverDeps): Promise<Uint8Array | undefined> {
  const ref = row.blocks[index];
  if (!ref) return undefined;
  const [block] = await deps.blocks.get([ref.id]);
  return block?.bytes;
}

function requestOf(row: OutboxRow): MessageRequest {
  const { id, channel, content, priority } = row.message;
  return {
    id,
    channel,
    content,
    priority,
    planned: row.funnel.planned,
    effective: row.blocks.reduce((sum, block) => sum + block.rows, 0),
    parts: row.blocks.map((block) => ({ hash: block.hash, count: block.rows })),
  };
}
