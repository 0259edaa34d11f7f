import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { Contact } from '#domain/contact';
import type { ConflictRule } from '#import/types';
import { createLogRelay } from '#tests/builders/log-relay';
import { meet, openTeamDevice, type FileRow, type TeamDevice } from '#tests/builders/team-device';

const TEN = 1_800_000_000_000;
const MINUTE_MS = 60_000;

const phone = (person: number) => `+4207${String(person).padStart(8, '0')}`;
const people = (from: number, to: number, row: (person: number) => FileRow): FileRow[] =>
  Array.from({ length: to - from }, (_, at) => row(from + at));

/** F1: 0 to 4,999, with user IDs. F2: 2,000 to 5,999, by phone alone. 3,000 are in both. */
const F1 = people(0, 5_000, (person) => ({
  userId: `U${String(person)}`,
  phone: phone(person),
  name: `A ${String(person)}`,
}));
const F2 = people(2_000, 6_000, (person) => ({
  phone: phone(person),
  name: `B ${String(person)}`,
  email: `${String(person)}@b`,
}));

/** Offline both, A at 10:00, B at 10:02; then they meet. */
async function imported(conflicts: ConflictRule) {
  const relay = createLogRelay(100);
  const a = await openTeamDevice(relay.client, 'a', TEN);
  const b = await openTeamDevice(relay.client, 'b', TEN + 2 * MINUTE_MS);
  const first = await a.import(F1);
  const second = await b.import(F2, { conflicts });
  expect([first.figures['new'], second.figures['new']]).toEqual([5_000, 4_000]);
  for (const device of [a, b]) device.clock.nowMs = TEN + 10 * MINUTE_MS;
  relay.nowMs = TEN + 10 * MINUTE_MS;
  await meet(a, b);
  return { a, b, entry: first.entry };
}

const byPhone = async (device: TeamDevice) =>
  new Map((await device.people()).map((contact) => [contact.cells.phone ?? '', contact]));
const cellsOf = (contacts: ReadonlyMap<string, Contact>, person: number) => contacts.get(phone(person))?.cells;

/** Exactly B's 4,000, with B's values, none of A's. */
async function expectBAlone(device: TeamDevice): Promise<void> {
  const contacts = await byPhone(device);
  expect(contacts.size).toBe(4_000);
  for (const { phone: key = '', name, email } of F2)
    expect(contacts.get(key)?.cells).toEqual({ phone: key, name, email });
}

describe('case 1: two overlapping imports offline, one undone', () => {
  test('[SYN-4] [IMP-7] under "overwrite" B stands where both say something, and A’s user IDs too', async () => {
    const { a, b, entry } = await imported('overwrite');
    for (const device of [a, b]) {
      const contacts = await byPhone(device);
      expect(contacts.size).toBe(6_000);
      expect(cellsOf(contacts, 10)).toEqual({ userId: 'U10', phone: phone(10), name: 'A 10' });
      for (const person of [2_000, 3_500, 4_999])
        expect(cellsOf(contacts, person)).toEqual({
          ...{ userId: `U${String(person)}`, phone: phone(person), name: `B ${String(person)}` },
          email: `${String(person)}@b`,
        });
      expect(cellsOf(contacts, 5_500)).toEqual({ phone: phone(5_500), name: 'B 5500', email: '5500@b' });
    }
    const before = await a.people();
    await a.undo(entry);
    await meet(a, b);
    for (const device of [a, b]) await expectBAlone(device);
    await b.redo(entry);
    await meet(b, a);
    for (const device of [a, b]) expect(await device.people()).toEqual(before);
  }, 60_000);

  test.each(['ignore', 'fillBlanks'] as const)(
    '[SYN-4] [CON-4] under "%s" A’s values stand before the undo, B’s after it',
    async (conflicts) => {
      const { a, b, entry } = await imported(conflicts);
      for (const device of [a, b]) {
        const contacts = await byPhone(device);
        expect(contacts.size).toBe(6_000);
        for (const person of [2_000, 3_500, 4_999])
          expect(cellsOf(contacts, person)).toMatchObject({
            userId: `U${String(person)}`,
            name: `A ${String(person)}`,
          });
      }
      await a.undo(entry);
      await meet(a, b);
      for (const device of [a, b]) await expectBAlone(device);
      await a.redo(entry);
      await meet(a, b);
      for (const device of [a, b]) expect((await byPhone(device)).size).toBe(6_000);
    },
    60_000,
  );
});
