import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { BlockId } from '#domain/ids';
import { ASKS_AGAIN_AFTER_MS } from '#domain/message';
import { wasTaken } from '#send/deliver-message';
import { enqueueMessage } from '#send/enqueue-message';
import { testDatabase } from '#tests/storage/workspace';
import { createDevice, newMessage, queue, startRun, writeParts } from './device.ts';
import { createFakeRelay, type Fault } from './fake-relay.ts';

const HOUR_MS = 3_600_000;

function script(...faults: Fault[]): () => Fault {
  return () => faults.shift() ?? 'none';
}

describe('leaving', () => {
  test('[MSG-7] a message leaves with all its parts, and only then it is out of the outbox', async () => {
    const device = createDevice(testDatabase().db);
    const id = await queue(device, 'draft');
    expect(await device.messages.get(id)).toMatchObject({ state: 'waiting', figures: { queued: 3, sent: 0 } });
    const relay = createFakeRelay();
    await startRun(device, relay.client).drain();
    expect(relay.journal).toEqual([`intake ${id}`, `part ${id} 0`, `part ${id} 1`, `complete ${id}`]);
    expect(relay.messages.get(id)?.request).toMatchObject({ planned: 3, effective: 3 });
    expect(await device.outbox.count()).toBe(0);
    expect(await device.messages.get(id)).toMatchObject({ state: 'sending', sentAt: device.clock.nowMs });
  });

  test('[MSG-10] who was messaged is an entry of the log, and only after the acknowledgement', async () => {
    const device = createDevice(testDatabase().db);
    const id = await queue(device, 'draft');
    await startRun(device, createFakeRelay(() => 'lostRequest').client).drain(3);
    expect(await device.entries.count()).toBe(0);
    await startRun(device, createFakeRelay().client).drain();
    const [row] = await device.entries.after(0, 10);
    expect(row?.entry.body).toMatchObject({ kind: 'messaged', message: id, channelType: 'email' });
    expect(await device.entries.count()).toBe(1);
  });

  test('[MSG-7] only the parts that the relay lacks are uploaded again', async () => {
    const device = createDevice(testDatabase().db);
    const id = await queue(device, 'draft', [1, 1, 1]);
    const paths: string[] = [];
    const faults = script('none', 'none', 'lostAnswer');
    const relay = createFakeRelay((path) => {
      paths.push(path);
      return faults();
    });
    await startRun(device, relay.client).drain();
    expect(paths).toEqual(['intake', 'part', 'part', 'intake', 'part', 'complete']);
    expect(relay.journal.filter((act) => act.startsWith('complete'))).toEqual([`complete ${id}`]);
  });

  test('[MSG-7] a lost acknowledgement is asked for again, not sent again', async () => {
    const device = createDevice(testDatabase().db);
    const id = await queue(device, 'draft', [1]);
    const relay = createFakeRelay(script('none', 'none', 'lostAnswer'));
    await startRun(device, relay.client).drain();
    expect(relay.journal).toEqual([`intake ${id}`, `part ${id} 0`, `complete ${id}`]);
    expect(await device.outbox.count()).toBe(0);
  });

  test('[MSG-7] one draft is one message, however often Send is pressed', async () => {
    const device = createDevice(testDatabase().db);
    const one = await queue(device, 'draft');
    const other = await queue(device, 'draft');
    expect(other).toBe(one);
    expect(await device.outbox.count()).toBe(1);
    await startRun(device, createFakeRelay().client).drain();
    await queue(device, 'draft');
    expect(await device.outbox.count()).toBe(0);
  });

  test('[MSG-3] with nobody left to send to nothing is queued', async () => {
    const device = createDevice(testDatabase().db);
    const result = await enqueueMessage(newMessage('draft', 2), [], {
      ...device,
      now: () => 0,
      writeRecipients: () => writeParts(device, 'draft', []),
    });
    expect(result).toEqual({ kind: 'noRecipients' });
    expect(await device.messages.list()).toEqual([]);
  });

  test('[MSG-7] what is sent is what was confirmed: another number is asked about again, and nothing stays', async () => {
    const device = createDevice(testDatabase().db);
    const result = await enqueueMessage(newMessage('draft', 2), [], {
      ...device,
      now: () => 0,
      writeRecipients: () => writeParts(device, 'draft', [2, 1]),
    });
    expect(result).toEqual({ kind: 'changed' });
    expect(await device.outbox.count()).toBe(0);
    expect(await device.blocks.get(['block-draft-0' as BlockId])).toEqual([undefined]);
  });
});

describe('refusals', () => {
  test.each(['channelGone', 'keyReused', 'malformed', 'partMismatch'] as const)(
    '[MSG-7] %s is for good: the message failed, with its reason, and nobody counts as messaged',
    async (problem) => {
      const device = createDevice(testDatabase().db);
      const id = await queue(device, 'draft');
      const run = startRun(device, createFakeRelay(script(problem)).client);
      await run.drain();
      expect(run.events).toEqual([`refused ${id}`]);
      expect(await device.messages.get(id)).toMatchObject({ state: 'failed', problem });
      expect(await device.outbox.count()).toBe(0);
      expect(await device.entries.count()).toBe(0);
    },
  );

  test('[MSG-7] without a session it waits for one, and does not ask again by itself', async () => {
    const device = createDevice(testDatabase().db);
    await queue(device, 'draft');
    const run = startRun(device, createFakeRelay(() => 'signedOut').client);
    await run.drain();
    expect(run.events).toEqual(['signedOut']);
    expect(run.delays).toEqual([]);
    expect(await device.outbox.count()).toBe(1);
  });

  test('[MSG-7] a message that the relay answers badly does not hold back the next', async () => {
    const device = createDevice(testDatabase().db);
    const first = await queue(device, 'first', [1]);
    const second = await queue(device, 'second', [1]);
    const run = startRun(device, createFakeRelay(script('errorBefore')).client);
    await run.drain();
    expect(run.events).toEqual([`settled ${second}`, `settled ${first}`]);
  });

  test('[MSG-7] recipients that are no longer on the device are said, not tried for ever', async () => {
    const device = createDevice(testDatabase().db);
    const id = await queue(device, 'draft', [1]);
    await device.blocks.remove((await device.outbox.peek())?.blocks.map((block) => block.id) ?? []);
    await startRun(device, createFakeRelay().client).drain();
    expect(await device.messages.get(id)).toMatchObject({ state: 'failed', problem: 'partsMissing' });
  });

  test('[MSG-7] waits grow while the relay is away and start anew once something leaves', async () => {
    const device = createDevice(testDatabase().db);
    await queue(device, 'first', [1]);
    await queue(device, 'second', [1]);
    const lost = Array.from({ length: 6 }, (): Fault => 'lostRequest');
    const run = startRun(device, createFakeRelay(script(...lost, 'none', 'none', 'none', 'lostRequest')).client);
    await run.drain();
    const growing = run.delays.slice(0, 6);
    expect(growing).toEqual(growing.toSorted((one, other) => one - other));
    expect(run.delays[6]).toBe(growing[0]);
    expect(await device.outbox.count()).toBe(0);
  });
});

describe('waiting more than 6 hours', () => {
  test('[MSG-7] it stays until it is confirmed, then it leaves', async () => {
    const device = createDevice(testDatabase().db);
    const id = await queue(device, 'draft');
    device.clock.nowMs += ASKS_AGAIN_AFTER_MS + 1;
    const relay = createFakeRelay();
    await startRun(device, relay.client).drain();
    expect(relay.journal).toEqual([]);
    await device.outbox.change(id, { confirmedAt: device.clock.nowMs });
    await startRun(device, relay.client).drain();
    expect(relay.journal.at(-1)).toBe(`complete ${id}`);
  });

  test('[MSG-7] one that waits does not hold back a fresh one', async () => {
    const device = createDevice(testDatabase().db);
    await queue(device, 'old', [1]);
    device.clock.nowMs += 7 * HOUR_MS;
    const fresh = await queue(device, 'fresh', [1]);
    const relay = createFakeRelay();
    await startRun(device, relay.client).drain();
    expect(relay.journal.at(-1)).toBe(`complete ${fresh}`);
    expect(await device.outbox.count()).toBe(1);
  });

  test('[MSG-7] where the relay has it already, it is acknowledged instead of asking', async () => {
    const device = createDevice(testDatabase().db);
    const id = await queue(device, 'draft', [1]);
    const relay = createFakeRelay(
      script('none', 'none', 'lostAnswer', ...Array.from({ length: 3 }, (): Fault => 'lostRequest')),
    );
    await startRun(device, relay.client).drain(2);
    device.clock.nowMs += 7 * HOUR_MS;
    await startRun(device, relay.client).drain();
    expect(await device.outbox.count()).toBe(0);
    expect(await device.messages.get(id)).toMatchObject({ state: 'sending' });
    expect(relay.journal.filter((act) => act.startsWith('complete'))).toHaveLength(1);
  });

  test('[MSG-7] whether it was taken is known only from the relay', async () => {
    const device = createDevice(testDatabase().db);
    const id = await queue(device, 'draft', [1]);
    const relay = createFakeRelay();
    expect(await wasTaken(id, relay.client)).toBe('notTaken');
    await startRun(device, relay.client).drain();
    expect(await wasTaken(id, relay.client)).toBe('taken');
    expect(await wasTaken(id, createFakeRelay(() => 'lostRequest').client)).toBe('notKnown');
  });
});
