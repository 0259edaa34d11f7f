/**
 * Each person's line of a message: the recipient from its blocks, the strongest of its receipts beside it.
 * One message is kept in memory, the one that is being looked at.
 */
import { DELIVERY_STATES, type DeliveryState, type FailureReason, type Receipt } from '#domain/delivery';
import type { ContactId, MessageId } from '#domain/ids';
import { decodeRecipients } from '#log/block';
import type { MessageStore, ReceiptStore } from '#storage/message-types';
import type { BlockStore } from '#storage/types';
import { createDeliveryFold } from '#sync/delivery-fold';

export interface RecipientLine extends Receipt {
  readonly contact: ContactId;
  readonly address: string;
}

export interface LinesRequest {
  readonly state?: DeliveryState;
  /** Left out, all of them. */
  readonly offset: number;
  readonly limit: number;
}

interface LinesDeps {
  readonly messages: Pick<MessageStore, 'get'>;
  readonly blocks: Pick<BlockStore, 'get'>;
  readonly receipts: Pick<ReceiptStore, 'ofMessage'>;
}

export type DeliveryLines = ReturnType<typeof createDeliveryLines>;

interface Recipients {
  readonly contacts: readonly ContactId[];
  readonly addresses: readonly string[];
}

interface Opened {
  readonly recipients: Recipients;
  readonly receiptOf: (recipient: number) => Receipt | undefined;
  /** Positions by state, in the order of the message. */
  readonly byState: ReadonlyMap<DeliveryState, readonly number[]>;
  readonly createdAt: number;
  readonly counts: Readonly<Record<DeliveryState, number>>;
  readonly reasons: readonly ReasonCount[];
}

export interface ReasonCount {
  readonly reason: FailureReason | undefined;
  readonly count: number;
}

export function createDeliveryLines({ messages, blocks, receipts }: LinesDeps) {
  let shown: { readonly id: MessageId; readonly lines: Promise<Opened | undefined> } | undefined;
  let decoded: { readonly id: MessageId; readonly recipients: Recipients } | undefined;

  async function open(id: MessageId): Promise<Opened | undefined> {
    const row = await messages.get(id);
    if (!row) return undefined;
    // Recipients never change; receipts do, so only these are read again.
    if (decoded?.id !== id) decoded = { id, recipients: await readRecipients(row.blocks) };
    const { recipients } = decoded;
    const fold = createDeliveryFold(recipients.contacts.length);
    fold.add(await receipts.ofMessage(id));
    const byState = new Map<DeliveryState, number[]>(DELIVERY_STATES.map((state) => [state, []]));
    for (let at = 0; at < recipients.contacts.length; at += 1) byState.get(fold.stateOf(at))?.push(at);
    const { receiptOf } = fold;
    const reasons = countReasons((byState.get('failed') ?? []).map((at) => receiptOf(at)?.reason));
    return { recipients, receiptOf, byState, createdAt: row.createdAt, counts: countStates(byState), reasons };
  }

  async function readRecipients(refs: readonly { readonly id: Parameters<BlockStore['get']>[0][number] }[]) {
    const contacts: ContactId[] = [];
    const addresses: string[] = [];
    for (const row of await blocks.get(refs.map((ref) => ref.id))) {
      if (!row) continue;
      const opened = await decodeRecipients(row.bytes);
      if (opened.kind === 'refused') continue;
      // Not by spread: a block has more rows than a call may have arguments.
      for (const contact of opened.block.contacts) contacts.push(contact);
      for (const address of opened.block.addresses) addresses.push(address);
    }
    return { contacts, addresses };
  }

  return {
    async read(id: MessageId, { state, offset, limit }: LinesRequest) {
      if (shown?.id !== id) shown = { id, lines: open(id) };
      const opened = await shown.lines;
      if (!opened) return { total: 0, lines: [], counts: countStates(new Map()), reasons: [] };
      const { contacts, addresses } = opened.recipients;
      const places = state && (opened.byState.get(state) ?? []);
      const total = places ? places.length : contacts.length;
      const lines: RecipientLine[] = [];
      for (let row = offset; row < Math.min(total, offset + limit); row += 1) {
        const at = places ? places[row] : row;
        const contact = at === undefined ? undefined : contacts[at];
        if (at === undefined || contact === undefined) continue;
        const receipt = opened.receiptOf(at) ?? { recipient: at, state: 'queued' as const, at: opened.createdAt };
        lines.push({ ...receipt, contact, address: addresses[at] ?? '' });
      }
      return { total, lines, counts: opened.counts, reasons: opened.reasons };
    },
    /** Receipts came: the next read looks again. */
    forget(id: MessageId) {
      if (shown?.id === id) shown = undefined;
    },
    /** Somebody may have been erased, too: recipients are read again. */
    forgetAll() {
      shown = undefined;
      decoded = undefined;
    },
  };
}

function countStates(byState: ReadonlyMap<DeliveryState, readonly number[]>): Record<DeliveryState, number> {
  const entries = DELIVERY_STATES.map((state) => [state, byState.get(state)?.length ?? 0] as const);
  return Object.fromEntries(entries) as Record<DeliveryState, number>;
}

function countReasons(reasons: readonly (FailureReason | undefined)[]): readonly ReasonCount[] {
  const counts = new Map<FailureReason | undefined, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((one, other) => other.count - one.count);
}
