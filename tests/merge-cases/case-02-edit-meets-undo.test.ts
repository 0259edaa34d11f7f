import { join } from '#tests/builders/moves';
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { group } from '#tests/builders/entries';
import { rowOf } from '#tests/builders/blocks';
import { createLogRelay } from '#tests/builders/log-relay';
import { deviceOn } from './devices.ts';

const ANA = rowOf('phone', '+420777000001', { name: 'Ana', 'x:city': 'Prague' });
const LI = rowOf('phone', '+420777000002', { name: 'Li' });
const BRNO = { cells: { 'x:city': 'Brno' }, joins: [], leaves: [] };
const WEEK_MS = 7 * 86_400_000;

/** A's import has reached B; both go offline then. */
async function twoDevices() {
  const relay = createLogRelay();
  const clock = { nowMs: relay.nowMs };
  const [a, b] = [await deviceOn(relay, 'a', clock), await deviceOn(relay, 'b', clock)];
  const entry = await a.import('F1', [ANA, LI]);
  await a.share();
  await b.share();
  expect(await b.names()).toEqual(['Ana', 'Li']);
  return { clock, a, b, entry };
}

describe('an edit by hand meets the undo of the import that made the contact', () => {
  test('case 2: she stays, whole, and is in the list of what the undo kept, on both devices', async () => {
    const { a, b, entry } = await twoDevices();
    await b.audience.change(await b.idOf('Ana'), BRNO);
    expect(await a.audience.undoEntry(entry)).toMatchObject({ kind: 'undone', kept: { total: 0, binned: 2 } });
    expect(await a.names()).toEqual([]);
    for (const device of [b, a, b]) await device.share();
    for (const device of [a, b]) {
      const [ana, ...others] = await device.all();
      expect(others).toEqual([]);
      expect(ana?.cells).toEqual({ name: 'Ana', phone: '+420777000001' });
      expect(await device.audience.keptByUndo(entry)).toMatchObject({
        total: 1,
        binned: 1,
        contacts: [{ reason: 'edited', contact: { cells: { name: 'Ana' } } }],
      });
    }
    const cities = (await a.audience.history(await a.idOf('Ana')))
      .flatMap(({ said }) => said)
      .filter((said) => said.kind === 'cell' && said.name === 'x:city');
    expect(cities).toMatchObject([
      { before: 'Prague', value: 'Brno', standing: 'stands' },
      { value: 'Prague', standing: 'undone' },
    ]);
  });

  test('case 2: also when the change arrives a week after the undo', async () => {
    const { clock, a, b, entry } = await twoDevices();
    await b.audience.change(await b.idOf('Ana'), BRNO);
    await a.audience.undoEntry(entry);
    await a.share();
    clock.nowMs += WEEK_MS;
    await b.share();
    await a.share();
    expect(await a.names()).toEqual(['Ana']);
    expect(await a.audience.keptByUndo(entry)).toMatchObject({ total: 1, contacts: [{ reason: 'edited' }] });
  });

  test('case 2: a bulk change over all keeps nobody', async () => {
    const { a, b, entry } = await twoDevices();
    await join(
      b.audience,
      (await b.all()).map(({ id }) => id),
      group('VIP'),
    );
    await a.audience.undoEntry(entry);
    for (const device of [b, a, b]) await device.share();
    for (const device of [a, b]) {
      expect(await device.names()).toEqual([]);
      expect(await device.audience.keptByUndo(entry)).toMatchObject({ total: 0, binned: 2 });
    }
  });

  test('case 2: redo brings the other one back, and her edit stands', async () => {
    const { a, b, entry } = await twoDevices();
    await b.audience.change(await b.idOf('Ana'), { ...BRNO, cells: { name: 'Ana of Brno' } });
    await a.audience.undoEntry(entry);
    for (const device of [b, a]) await device.share();
    await a.audience.redoEntry(entry);
    for (const device of [a, b]) await device.share();
    for (const device of [a, b]) expect(await device.names()).toEqual(['Ana of Brno', 'Li']);
  });
});
