/**
 * A device's outbox over a real database, with a clock by hand, and a power switch: after `killAt` operations on the
 * disk nothing more of this run happens, as if the tab were gone.
 */
import type { BlockId, ChannelCode, ContactId, DeviceId, GroupId, MessageId } from '#domain/ids';
import type { Funnel } from '#domain/message';
import { encodeRecipients } from '#log/block';
import type { BlockRef } from '#log/types';
import { createFlusher, type FlushDeps } from '#send/flush-outbox';
import { enqueueMessage, type NewMessage } from '#send/enqueue-message';
import { createBlockStore } from '#storage/block-store';
import type { AppDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createMessageStore } from '#storage/message-store';
import { createOutbox } from '#storage/outbox';
import { createReceiptStore } from '#storage/receipt-store';
import type { RelayClient } from '#sync/relay-client';

export const DEVICE = 'device-0000000000000001' as DeviceId;

export function createDevice(db: AppDatabase) {
  const clock = { nowMs: Date.UTC(2026, 4, 4, 9) };
  return {
    clock,
    blocks: createBlockStore(db),
    entries: createEntryStore(db),
    messages: createMessageStore(db),
    outbox: createOutbox(db),
    receipts: createReceiptStore(db),
  };
}
export type Device = ReturnType<typeof createDevice>;

export const newMessage = (draftId: string, confirmed: number): NewMessage => ({
  confirmed,
  draftId,
  version: 1,
  channel: 'mail' as ChannelCode,
  channelType: 'email',
  content: { kind: 'email', subject: 'Expo', text: 'Hello {{name|there}}' },
  audience: { groups: ['00000000000000aa' as GroupId] },
  priority: 'medium',
});

/** As the audience worker does it: parts of a few recipients each, stored before their refs are answered. */
export async function writeParts(device: Device, name: string, sizes: readonly number[]) {
  const blocks: BlockRef[] = [];
  for (const [part, count] of sizes.entries()) {
    const people = Array.from({ length: count }, (_, row) => `${name}-${String(part)}-${String(row)}`);
    const { bytes, ...encoded } = await encodeRecipients({
      kind: 'recipients',
      count,
      contacts: people.map((_, row) => (part * 1000 + row).toString(16).padStart(16, '0') as ContactId),
      addresses: people.map((person) => `${person}@example.com`),
      variables: { name: people },
    });
    const ref: BlockRef = { id: `block-${name}-${String(part)}` as BlockId, ...encoded };
    await device.blocks.add([{ id: ref.id, hash: ref.hash, bytes }]);
    blocks.push(ref);
  }
  return { funnel: funnelOf(sum(sizes)), blocks };
}

const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

export async function queue(device: Device, draftId: string, sizes: readonly number[] = [2, 1]): Promise<MessageId> {
  const result = await enqueueMessage(newMessage(draftId, sum(sizes)), ['VIP'], {
    ...device,
    now: () => device.clock.nowMs,
    writeRecipients: () => writeParts(device, draftId, sizes),
  });
  if (result.kind !== 'kept') throw new Error('nobody to send to');
  return result.message.id;
}

export const funnelOf = (count: number): Funnel => ({
  chosen: count,
  planned: count,
  active: count,
  consenting: count,
  notBlocked: count,
  hasAddress: count,
  effective: count,
});

/** One run of the app: from its start until it is idle, or until the power goes. */
export function startRun(
  device: Device,
  relay: Pick<RelayClient, 'intake' | 'putPart' | 'complete' | 'message'>,
  killAt = Infinity,
) {
  let operations = 0;
  const timers: (() => void)[] = [];
  const events: string[] = [];
  const delays: number[] = [];

  /** The power goes before this operation, or after it, in turn; what is awaited then never comes back. */
  const powered =
    <Arguments extends readonly unknown[], Value>(act: (...given: Arguments) => Promise<Value>) =>
    async (...given: Arguments): Promise<Value> => {
      operations += 1;
      if (operations > killAt) return new Promise<Value>(() => {});
      const value = await act(...given);
      operations += 1;
      if (operations > killAt) return new Promise<Value>(() => {});
      return value;
    };

  const { outbox, messages, blocks } = device;
  const deps: FlushDeps = {
    outbox: {
      list: powered(outbox.list),
      get: powered(outbox.get),
      change: powered(outbox.change),
      settle: powered(outbox.settle),
      refuse: powered(outbox.refuse),
    },
    messages: { get: powered(messages.get) },
    blocks: { get: powered(blocks.get) },
    relay,
    device: DEVICE,
    now: () => device.clock.nowMs,
    random: () => 0.5,
    besideOutbox: (run) => run(),
    besideReceipts: (run) => run(),
    setTimer(run, delayMs) {
      delays.push(delayMs);
      timers.push(run);
      return () => timers.splice(timers.indexOf(run), 1);
    },
    onChange: (id, { kind }) => events.push(`${kind} ${id}`),
    onSignedOut: () => events.push('signedOut'),
    onUnreachable: () => events.push('unreachable'),
    onBroken: (error) => events.push(`broken ${String(error)}`),
  };
  const flusher = createFlusher(deps);

  return {
    flusher,
    events,
    delays,
    wasKilled: () => operations > killAt,
    /** Wakes it and lets every timer run out, until nothing is left to do or the power is gone. */
    async drain(limit = 500): Promise<void> {
      flusher.wake();
      for (let round = 0; round < limit; round += 1) {
        await Promise.race([flusher.idle(), untilKilled(() => operations > killAt)]);
        if (operations > killAt) return;
        const next = timers.shift();
        if (!next) return;
        next();
      }
    },
  };
}

async function untilKilled(isKilled: () => boolean): Promise<void> {
  while (!isKilled()) await new Promise((resolve) => setTimeout(resolve, 1));
}
