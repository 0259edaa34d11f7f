import { join, leave } from '#tests/builders/moves';
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { GroupId } from '#domain/ids';
import { createLogRelay } from '#tests/builders/log-relay';
import { group } from '#tests/builders/entries';
import { meet, openTeamDevice, type TeamDevice } from '#tests/builders/team-device';

const TEN = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const [VIP, FAIR] = ['VIP', 'Fair'].map(group) as [GroupId, GroupId];

/** Everybody is known on both, Ana among them; then both go offline. */
async function twoDevices(others: number, ana: GroupId) {
  const relay = createLogRelay(100);
  const a = await openTeamDevice(relay.client, 'a', TEN);
  const b = await openTeamDevice(relay.client, 'b', TEN);
  await a.import([{ phone: '+420777123456', name: 'Ana' }], { groups: [ana] });
  const rows = Array.from({ length: others }, (_, at) => ({ phone: `+4206${String(at).padStart(8, '0')}`, name: 'x' }));
  await a.import(rows, { groups: [FAIR] });
  await meet(a, b);
  return {
    ...{ a, b },
    async meetLater() {
      for (const clock of [relay, a.clock, b.clock]) clock.nowMs = TEN + 10 * MINUTE_MS;
      await meet(b, a);
      await meet(a, b);
    },
  };
}

async function addEverybody(device: TeamDevice, atMs: number): Promise<void> {
  device.clock.nowMs = atMs;
  await join(
    device.audience,
    (await device.people()).map(({ id }) => id),
    VIP,
  );
}

const vipCount = async ({ audience }: TeamDevice) =>
  (await audience.groupCounts()).find((count) => count.group === VIP)?.contacts ?? 0;
const isAnaIn = async (device: TeamDevice) => (await device.named('Ana')).groups.includes(VIP);
const lastTime = async ({ entries }: TeamDevice) => (await entries.after(0, 1_000)).at(-1)?.entry.time;

describe('case 3: bulk add meets single removal', () => {
  test('[SYN-5] A adds 100,000 at 10:05, B removes Ana at 10:06: she is out, and stays so when the bulk step is undone', async () => {
    const { a, b, meetLater } = await twoDevices(99_999, VIP);
    a.clock.nowMs = TEN + 5 * MINUTE_MS;
    // Of who is in already nothing is said; taken out first, Ana is among those whom the step adds.
    await leave(a.audience, [(await a.named('Ana')).id], VIP);
    const before = await a.entries.count();
    await addEverybody(a, TEN + 5 * MINUTE_MS);
    expect(await vipCount(a)).toBe(100_000);
    // One entry with its blocks, not 100,000 changes.
    const [bulk, ...more] = (await a.entries.after(0, 1_000)).slice(before);
    expect(bulk?.entry.body).toMatchObject({ kind: 'commit', source: 'bulk', joins: [VIP] });
    expect(more).toEqual([]);
    b.clock.nowMs = TEN + 6 * MINUTE_MS;
    await leave(b.audience, [(await b.named('Ana')).id], VIP);
    await meetLater();
    for (const device of [a, b]) {
      expect(await isAnaIn(device)).toBe(false);
      expect(await vipCount(device)).toBe(99_999);
    }
    if (bulk) await a.undo(bulk.id);
    await meet(a, b);
    for (const device of [a, b]) expect(await vipCount(device)).toBe(0);
  }, 120_000);

  test.each([
    ['a minute after the removal: she is in', MINUTE_MS, true],
    ['at the very instant of the removal: she is in', 0, true],
    ['a minute before the removal: she is out', -MINUTE_MS, false],
  ])('[SYN-5] everybody is added %s', async (_, afterMs, isIn) => {
    const { a, b, meetLater } = await twoDevices(500, FAIR);
    b.clock.nowMs = TEN + 6 * MINUTE_MS;
    const ana = await b.named('Ana');
    const row = {
      key: 'phone',
      keyValue: '+420777123456',
      generation: 0,
      id: ana.id,
      birth: false,
      cells: {},
    } as const;
    await b.write({ kind: 'change', row, joins: [], leaves: [VIP] });
    await addEverybody(a, TEN + 6 * MINUTE_MS + afterMs);
    expect((await lastTime(a)) === (await lastTime(b))).toBe(afterMs === 0);
    await meetLater();
    for (const device of [a, b]) expect(await isAnaIn(device)).toBe(isIn);
  });
});
