import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { createLogRelay } from '#tests/builders/log-relay';
import { meet, openTeamDevice } from '#tests/builders/team-device';

const TEN = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const L = { userId: 'L', phone: '+420777000001', name: 'Lea', email: 'lea@l' };
const W = { userId: 'W', phone: '+420777000002', name: 'Wanda', email: 'wanda@w' };

/** A merges L into W and chooses W's name, B merges W into L and chooses L's email, a minute later; both offline. */
async function merged() {
  const relay = createLogRelay();
  const a = await openTeamDevice(relay.client, 'a', TEN);
  const b = await openTeamDevice(relay.client, 'b', TEN);
  const c = await openTeamDevice(relay.client, 'c', TEN);
  await a.import([L, W]);
  await meet(a, b, c);
  const [l, w] = [(await a.named('Lea')).id, (await a.named('Wanda')).id];
  a.clock.nowMs = TEN + 5 * MINUTE_MS;
  b.clock.nowMs = TEN + 6 * MINUTE_MS;
  const byA = await a.write({ kind: 'merge', contacts: [w, l], cells: { name: W.name, email: W.email } });
  const byB = await b.write({ kind: 'merge', contacts: [l, w], cells: { email: L.email } });
  for (const clock of [relay, a.clock, b.clock, c.clock]) clock.nowMs = TEN + 10 * MINUTE_MS;
  await meet(a, b);
  return { a, b, c, l, w, byA, byB };
}

describe('case 8: opposite merges', () => {
  test('[CON-13] they are one contact, no cycle, the choices by time, on both devices', async () => {
    const { a, b } = await merged();
    for (const device of [a, b]) {
      const [one, ...others] = await device.people();
      expect(others).toEqual([]);
      // A's name, which B said nothing of; B's email, which is the later choice.
      expect(one?.cells).toMatchObject({ name: W.name, email: L.email });
    }
  });

  test('[CON-13] un-merging one of the two leaves them one; un-merging both gives back two, each with its edits', async () => {
    const { a, b, c, l, w, byA, byB } = await merged();
    // A third device, which knows of no merge yet, edits each of them.
    await c.edit(l, { name: 'Lea edited' });
    await c.edit(w, { phone: '+420777999999' });
    await meet(c, a, b);
    for (const device of [a, b, c])
      expect(await device.people()).toMatchObject([{ cells: { name: 'Lea edited', phone: '+420777999999' } }]);
    for (const [first, second] of [
      [byA, byB],
      [byB, byA],
    ] as const) {
      await a.undo(first);
      await meet(a, b);
      for (const device of [a, b]) expect(await device.people()).toHaveLength(1);
      await b.undo(second);
      await meet(b, a);
      for (const device of [a, b]) {
        const people = await device.people();
        expect(people.map(({ id }) => id).sort()).toEqual([l, w].sort());
        expect(people.find(({ id }) => id === l)?.cells).toEqual({ ...L, name: 'Lea edited' });
        expect(people.find(({ id }) => id === w)?.cells).toEqual({ ...W, phone: '+420777999999' });
      }
      for (const entry of [first, second]) await a.redo(entry);
      await meet(a, b);
      for (const device of [a, b]) expect(await device.people()).toHaveLength(1);
    }
  });
});
