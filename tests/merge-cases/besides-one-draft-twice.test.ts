import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { createDevice, queue, startRun } from '#tests/send/device';
import { createFakeRelay } from '#tests/send/fake-relay';
import { testDatabase } from '#tests/storage/workspace';

test('[MSG-7] besides: two members send the same draft offline, and it leaves once', async () => {
  const [one, other] = [createDevice(testDatabase().db), createDevice(testDatabase().db)];
  const relay = createFakeRelay();
  const id = await queue(one, 'draft', [2, 1]);
  expect(await queue(other, 'draft', [2, 1])).toBe(id);
  await Promise.all([one, other].map((device) => startRun(device, relay.client).drain()));
  expect(relay.journal.filter((act) => act.startsWith('complete'))).toEqual([`complete ${id}`]);
  for (const device of [one, other]) {
    expect(await device.outbox.count()).toBe(0);
    expect(await device.messages.get(id)).toMatchObject({ state: 'sending' });
    // Derived from the message: of two devices it is one entry.
    expect((await device.entries.after(0, 10)).map((row) => row.id)).toEqual([`messaged-${id}`]);
  }
});

test('[MSG-7] besides: where the two would reach others, the first one stands, and the second is told', async () => {
  const [one, other] = [createDevice(testDatabase().db), createDevice(testDatabase().db)];
  const relay = createFakeRelay();
  const id = await queue(one, 'draft', [2, 1]);
  await queue(other, 'draft', [3]);
  await startRun(one, relay.client).drain();
  const second = startRun(other, relay.client);
  await second.drain();
  expect(relay.journal.filter((act) => act.startsWith('complete'))).toEqual([`complete ${id}`]);
  expect(await other.messages.get(id)).toMatchObject({ state: 'failed', problem: 'keyReused' });
  expect(await other.entries.count()).toBe(0);
});
