import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { BlockId } from '#domain/ids';
import { createLogRelay } from '#tests/builders/log-relay';
import { meet, openTeamDevice } from '#tests/builders/team-device';

const TEN = 1_800_000_000_000;
const DAY_MS = 86_400_000;

test('[SYN-8] besides: a relay put back from yesterday’s backup gets what it lacks from the devices, once', async () => {
  const relay = createLogRelay();
  const a = await openTeamDevice(relay.client, 'a', TEN);
  const b = await openTeamDevice(relay.client, 'b', TEN);
  await a.import([{ phone: '+420777000001', name: 'Li' }]);
  await meet(a, b);
  const yesterday = { entries: relay.entries.length, blocks: new Set(relay.blocks.keys()) };

  for (const clock of [relay, a.clock, b.clock]) clock.nowMs += DAY_MS;
  await a.edit((await a.named('Li')).id, { name: 'Li of today' });
  await b.import([{ phone: '+420777000002', name: 'Novak' }]);
  await meet(a, b);
  // Not shared yet when the relay is put back.
  await b.edit((await b.named('Novak')).id, { name: 'Novak of today' });
  const before = new Set(relay.entries.map(({ id }) => id));

  relay.entries.splice(yesterday.entries);
  for (const id of [...relay.blocks.keys()]) if (!yesterday.blocks.has(id)) relay.blocks.delete(id as BlockId);
  relay.incarnation = 'put back';
  const c = await openTeamDevice(relay.client, 'c', relay.nowMs);
  await meet(b, a, b, c);

  const after = relay.entries.map(({ id }) => id);
  expect(new Set(after).size).toBe(after.length);
  expect([...before].filter((id) => !after.includes(id))).toEqual([]);
  expect(after).toHaveLength(before.size + 1);
  for (const device of [a, b, c]) {
    expect((await device.people()).map(({ cells }) => cells.name)).toEqual(['Li of today', 'Novak of today']);
    expect(await device.sharing.counts()).toEqual({ pending: 0, refused: 0 });
  }
});
