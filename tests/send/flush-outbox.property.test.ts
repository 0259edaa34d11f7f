/**
 * Power cuts and a bad line, at every point: whatever is cut off, each message arrives once, whole, and its entry is
 * written once. The verdict comes from the relay's journal and from the disk.
 */
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testDatabase } from '#tests/storage/workspace';
import { createDevice, queue, startRun, type Device } from './device.ts';
import { createFakeRelay, type Fault } from './fake-relay.ts';

async function expectAllOnce(device: Device, relay: ReturnType<typeof createFakeRelay>, ids: readonly string[]) {
  expect(relay.journal.toSorted()).toEqual([...new Set(relay.journal)].toSorted());
  expect(relay.journal.filter((act) => act.startsWith('complete'))).toHaveLength(ids.length);
  for (const taken of relay.messages.values()) expect(taken.parts.size).toBe(taken.request.parts.length);
  expect(await device.outbox.count()).toBe(0);
  const entries = await device.entries.after(0, 1000);
  expect(entries.map((row) => row.id).toSorted()).toEqual(ids.map((id) => `messaged-${id}`).toSorted());
  for (const row of await device.messages.list()) expect(row.state).toBe('sending');
}

const fault = fc.constantFrom<Fault>('none', 'none', 'lostRequest', 'lostAnswer', 'errorBefore', 'errorAfter');

test('[MSG-7] cut off at any operation and with any answer lost, each message arrives exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }),
      fc.array(fault, { maxLength: 40 }),
      async (partsByMessage, kills, faults) => {
        const device = createDevice(testDatabase().db);
        const ids: string[] = [];
        for (const [index, parts] of partsByMessage.entries()) {
          ids.push(
            await queue(
              device,
              `draft${String(index)}`,
              Array.from({ length: parts }, () => 1),
            ),
          );
        }
        const relay = createFakeRelay(() => faults.shift() ?? 'none');
        for (const killAt of kills) await startRun(device, relay.client, killAt).drain();
        await startRun(device, relay.client).drain();
        await expectAllOnce(device, relay, ids);
      },
    ),
    { numRuns: 60 },
  );
});

test('[MSG-7] every cut position of one message of two parts, with every fault at every request', async () => {
  for (let killAt = 1; killAt <= 20; killAt += 1) {
    for (const kind of ['none', 'lostRequest', 'lostAnswer', 'errorAfter'] as const) {
      for (let at = 0; at < 4; at += 1) {
        const device = createDevice(testDatabase().db);
        const id = await queue(device, 'draft', [1, 1]);
        let request = 0;
        const relay = createFakeRelay(() => (request++ === at ? kind : 'none'));
        await startRun(device, relay.client, killAt).drain();
        await startRun(device, relay.client).drain();
        await expectAllOnce(device, relay, [id]);
        if (kind === 'none') break;
      }
    }
  }
});
