import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { AudienceParts } from '#app/audience-service';
import type { ContactId, EntryId, ImportId, MessageId } from '#domain/ids';
import type { WindowRequest } from '#audience/types';
import { encodeRecipients, encodeRows } from '#log/block';
import type { CommitBody, Row } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import { columnsOfRows, rowOf } from '#tests/builders/blocks';
import { characteristicCell } from '#domain/characteristic';
import { group, ids } from '#tests/builders/entries';
import { join, leave } from '#tests/builders/moves';
import { testDatabase } from '#tests/storage/workspace';
import { audienceDevice, type AudienceDevice } from './audience-device.ts';

const VIP = group('VIP');
const FAIR = group('Fair');
const all: WindowRequest = { filter: { status: 'all' }, sort: { by: 'name', order: 'up' }, offset: 0, limit: 50 };

/** As an import worker and its plan would leave it: one block, one entry. */
async function importRows(
  { parts, audience }: AudienceDevice,
  id: string,
  rows: readonly Row[],
  more: Partial<CommitBody> = {},
): Promise<EntryId> {
  const { bytes, ...ref } = await encodeRows(columnsOfRows(rows));
  const block = { id: `block-of-${id}`, ...ref } as CommitBody['blocks'][number];
  const body: CommitBody = {
    ...{ kind: 'commit', source: 'import', weight: 'strong', blocks: [block] },
    ...{ joins: [], leaves: [], newGroups: [], importId: id as ImportId, fileName: `${id}.csv`, ...more },
  };
  await parts.entries.add({ id: id as EntryId, device: 'device' as never, body }, parts.nowMs(), [
    { id: block.id, hash: ref.hash, bytes },
  ]);
  await audience.refresh();
  return id as EntryId;
}

const person = (at: number, cells: Row['cells'] = {}) =>
  rowOf('phone', `+42077700000${String(at)}`, { name: `Person ${String(at)}`, ...cells });
const names = async ({ audience }: AudienceDevice) =>
  (await audience.window(all)).contacts.map(({ cells }) => cells.name);
const idOf = async ({ audience }: AudienceDevice, name: string): Promise<ContactId> => {
  const found = (await audience.window(all)).contacts.find(({ cells }) => cells.name === name);
  if (!found) throw new Error(`nobody is called ${name}`);
  return found.id;
};
const NO_MOVES = { joins: [], leaves: [] };

describe('undoing an import', () => {
  test('[IMP-11] undo of the last import folds that one again, and nothing before it', async () => {
    const { id, db } = testDatabase();
    const store = createBlockStore(db);
    const read: string[] = [];
    const blocks: AudienceParts['blocks'] = {
      ...store,
      get(ids) {
        read.push(...ids);
        return store.get(ids);
      },
    };
    const device = await audienceDevice({ id, db }, { blocks });
    await importRows(device, 'F1', [person(1), person(2)]);
    const entry = await importRows(device, 'F2', [person(2, { name: 'Changed' }), person(3)]);
    expect(await names(device)).toEqual(['Changed', 'Person 1', 'Person 3']);
    read.length = 0;
    await device.audience.undoEntry(entry);
    await device.audience.refresh();
    expect(await names(device)).toEqual(['Person 1', 'Person 2']);
    expect(new Set(read)).toEqual(new Set(['block-of-F2']));
  });

  test('[IMP-11] its contacts go to the bin, its empty groups are named, and redo brings all of it back', async () => {
    const device = await audienceDevice(testDatabase());
    const newGroups = [{ id: FAIR, name: 'Fair' }];
    const entry = await importRows(device, 'F1', [person(1), person(2)], { joins: [FAIR], newGroups });
    const undone = await device.audience.undoEntry(entry);
    expect(undone).toMatchObject({ kind: 'undone', emptyGroups: newGroups, kept: { total: 0, binned: 2 } });
    expect(await names(device)).toEqual([]);
    expect(await device.audience.imports()).toMatchObject([{ entry, fileName: 'F1.csv', rows: 2, state: 'undone' }]);
    expect(await device.audience.undoEntry(entry)).toEqual({ kind: 'asBefore' });
    expect(await device.audience.redoEntry(entry)).toMatchObject({ kind: 'redone', groups: newGroups });
    expect(await names(device)).toEqual(['Person 1', 'Person 2']);
    expect(await device.audience.imports()).toMatchObject([{ entry, state: 'done' }]);
  });

  test('[IMP-11] characteristics that it made and that nobody has a value of are named; others stay', async () => {
    const device = await audienceDevice(testDatabase());
    const newCharacteristics = ['City', 'Points'].map((name) => ({ id: ids.characteristicId(name, 0), name }));
    const [city, points] = newCharacteristics.map(({ id }) => characteristicCell(id)) as [string, string];
    const rows = [person(1, { [city]: 'Praha', [points]: '1' })];
    const entry = await importRows(device, 'F1', rows, { newCharacteristics });
    expect(await device.audience.namedCharacteristics()).toEqual(newCharacteristics);
    await importRows(device, 'F2', [person(2, { [points]: '2' })]);
    expect(await device.audience.undoEntry(entry)).toMatchObject({
      emptyCharacteristics: [{ name: 'City' }],
    });
    expect(await device.audience.namedCharacteristics()).toEqual([]);
    expect(await device.audience.redoEntry(entry)).toMatchObject({ characteristics: newCharacteristics });
    const { contacts } = await device.audience.window(all);
    expect(contacts.map(({ characteristics }) => Object.values(characteristics ?? {}))).toEqual([
      ['Praha', '1'],
      ['2'],
    ]);
  });

  test('[IMP-11] what was edited or messaged since stays, whole, and is listed with the reason', async () => {
    const device = await audienceDevice(testDatabase());
    const { audience, parts } = device;
    const entry = await importRows(device, 'F1', [person(1), person(2), person(3)]);
    await audience.change(await idOf(device, 'Person 1'), { cells: { name: 'Ana' }, ...NO_MOVES });
    const messaged = await idOf(device, 'Person 2');
    const { bytes, ...ref } = await encodeRecipients({
      ...{ kind: 'recipients', count: 1, contacts: [messaged], addresses: [''], variables: {} },
    });
    await parts.blocks.add([{ id: 'recipients' as never, hash: ref.hash, bytes }]);
    await audience.addMessaged('m1' as MessageId, 'sms', [{ id: 'recipients' as never, ...ref }]);

    const undone = await audience.undoEntry(entry);
    expect(undone).toMatchObject({ kind: 'undone', kept: { total: 2, binned: 1 } });
    const { contacts } = await audience.keptByUndo(entry);
    expect(contacts.map(({ contact, reason }) => [contact.cells.name, contact.cells.phone, reason])).toEqual([
      ['Ana', '+420777000001', 'edited'],
      ['Person 2', '+420777000002', 'messaged'],
    ]);
  });

  test('[IMP-11] values that it changed come back, but not over what stands by a later hand', async () => {
    const device = await audienceDevice(testDatabase());
    const { audience } = device;
    await importRows(device, 'F1', [person(1), person(2)]);
    const changed = [1, 2].map((at) => ({ ...person(at, { name: `New ${String(at)}` }), birth: false }));
    const entry = await importRows(device, 'F2', changed);
    await audience.change(await idOf(device, 'New 2'), { cells: { name: 'By hand' }, ...NO_MOVES });
    const undone = await audience.undoEntry(entry);
    expect(await names(device)).toEqual(['By hand', 'Person 1']);
    expect(undone).toMatchObject({
      kept: { total: 1, contacts: [{ reason: 'changedSince', contact: { cells: { name: 'By hand' } } }] },
    });
  });

  test('[CON-4] undo loosens nothing: a refusal that the import brought still counts, and is said', async () => {
    const device = await audienceDevice(testDatabase());
    await importRows(device, 'F1', [person(1)]);
    const entry = await importRows(device, 'F2', [{ ...person(1, { 'consent:sms': 'refused' }), birth: false }]);
    const undone = await device.audience.undoEntry(entry);
    expect(undone).toMatchObject({ kept: { consents: 1, total: 0 } });
    expect((await device.audience.window(all)).contacts[0]?.cells['consent:sms']).toBe('refused');
  });

  test("[IMP-11] a group that another import made too is nobody's to take away", async () => {
    const device = await audienceDevice(testDatabase());
    const newGroups = [{ id: FAIR, name: 'Fair' }];
    const entry = await importRows(device, 'F1', [person(1)], { joins: [FAIR], newGroups });
    await importRows(device, 'F2', [], { newGroups });
    expect(await device.audience.undoEntry(entry)).toMatchObject({ emptyGroups: [] });
  });

  test('[IMP-11] an import whose blocks never came is waiting, and can be undone before they do', async () => {
    const device = await audienceDevice(testDatabase());
    const entry = await importRows(device, 'F1', [person(1)]);
    const [block] = await device.parts.blocks.get(['block-of-F1' as never]);
    await device.parts.blocks.remove(['block-of-F1' as never]);
    const again = await audienceDevice({ id: device.workspace.id, db: device.workspace.db });
    expect(await again.audience.imports()).toMatchObject([{ entry, state: 'waiting' }]);
    await again.audience.undoEntry(entry);
    if (block) await again.parts.blocks.add([block]);
    await again.audience.refresh();
    expect(await names(again)).toEqual([]);
    expect(await again.audience.imports()).toMatchObject([{ entry, state: 'undone' }]);
  });
});

test('[IMP-11] whom a member moved alone stays when the import is undone; of many that were moved nobody does', async () => {
  const device = await audienceDevice(testDatabase());
  const entry = await importRows(device, 'F1', [person(1), person(2), person(3)]);
  await join(device.audience, [await idOf(device, 'Person 1')], VIP);
  await join(device.audience, [await idOf(device, 'Person 2'), await idOf(device, 'Person 3')], VIP);
  await device.audience.undoEntry(entry);
  expect(await names(device)).toEqual(['Person 1']);
});

describe('undoing a bulk change', () => {
  test('[CON-8] one step for many; what others changed since stays', async () => {
    const device = await audienceDevice(testDatabase());
    const { audience } = device;
    await importRows(device, 'F1', [person(1), person(2), person(3)]);
    const ids = (await audience.window(all)).contacts.map(({ id }) => id);
    const joined = await join(audience, ids, VIP);
    if (joined.kind !== 'done') throw new Error('three contacts are one commit');
    const [entry] = joined.entries as [EntryId];
    await leave(audience, [ids[0] as ContactId], VIP);
    await join(audience, [ids[0] as ContactId], VIP);
    await audience.undoEntry(entry);
    expect((await audience.window({ ...all, filter: { group: VIP } })).contacts.map(({ id }) => id)).toEqual([ids[0]]);
    await audience.redoEntry(entry);
    expect((await audience.window({ ...all, filter: { group: VIP } })).total).toBe(3);
  });
});
