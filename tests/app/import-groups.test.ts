/** A column that names groups, from the file to the audience and back: the import worker and the audience over one database. */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { Planning } from '#app/import-run';
import { createImportService, type ImportParts } from '#app/import-service';
import { columnGroups } from '#app/write-import';
import type { Groups } from '#app/types';
import type { OpenWorkspace } from '#app/worker-types';
import type { BlockId, DeviceId, EntryId, GroupId, ImportId } from '#domain/ids';
import type { ImportProgress, ImportSettings } from '#import/types';
import type { LogTime } from '#log/types';
import { createImportStore } from '#storage/import-store';
import { createMetaStore } from '#storage/meta-store';
import { group, ids } from '#tests/builders/entries';
import { testDatabase } from '#tests/storage/workspace';
import { audienceDevice, type AudienceDevice } from './audience-device.ts';

const FAIR = group('Fair');
const VIP = group('VIP');
const settings: ImportSettings = {
  reading: { format: 'text', encoding: 'utf-8', delimiter: ',', sheets: [], header: 'firstRow' },
  ...{ fields: ['phone', 'name', 'groups'], country: 'CZ', conflicts: 'fillBlanks' },
  ...{ groups: [FAIR], newGroups: [], consent: 'unknown', existing: 'all' },
  groupNames: { separated: [], dynamic: [] },
};
const fileOf = (...lines: readonly string[]) => new Blob([`phone,name,groups\n${lines.join('\n')}\n`]);

/** As the document has them: VIP stands, whatever else is named is new. */
const groups: Pick<Groups, 'propose' | 'byId'> = {
  propose: (name) => Promise.resolve({ id: group(name), name }),
  byId: (id) => (id === VIP || id === FAIR ? { id, name: '', createdAt: 0, contacts: 0 } : undefined),
};

let made = 0;

async function importer(device: AudienceDevice) {
  const { db } = device.workspace;
  const store = createImportStore(db);
  const told = new Map<ImportId, ImportProgress>();
  const parts: ImportParts = {
    ...{ store, meta: createMetaStore(db), hashOfHeadings: (text) => text, planning: device.planning as Planning },
    ...{ locks: undefined, lockPrefix: '', newId: () => `import-${String((made += 1))}` as ImportId },
    ...{ tagId: ids.tagId, hashOfKey: (field, value) => ids.idOf(field, value, 0) },
    ...{ newBlockId: () => crypto.randomUUID() as unknown as BlockId, nowMs: () => performance.now() },
    onBug: (error) => {
      throw error;
    },
  };
  const service = createImportService(() => parts);
  await service.open({} as OpenWorkspace, undefined as unknown as MessagePort, (progress) => {
    told.set(progress.importId, progress);
  });
  return async (file: Blob, change: Partial<ImportSettings> = {}) => {
    const id = await service.check(file, 'list.csv', { ...settings, ...change });
    await expect.poll(() => told.get(id)?.phase, { timeout: 15_000 }).toBe('ready');
    const row = await store.get(id);
    if (!row) throw new Error('the import is gone');
    const named = await columnGroups(groups, await service.groupNames(id), row.settings);
    expect(await service.write(id, named)).toEqual({ kind: 'written' });
    return { id, named, figures: told.get(id)?.figures };
  };
}

async function membersOf({ audience }: AudienceDevice, id: GroupId) {
  const filter = { status: 'all', group: id } as const;
  const { contacts } = await audience.window({ filter, sort: { by: 'name', order: 'up' }, offset: 0, limit: 50 });
  return contacts.map(({ cells }) => cells.name);
}

test('[IMP-10] each row joins its own groups besides the chosen one; who is here already joins too, errors do not', async () => {
  const device = await audienceDevice(testDatabase());
  const cells = { phone: '+420601000001', name: 'Ana' };
  await device.audience.addContact({ cells, joins: [], newGroups: [] });
  const run = await importer(device);
  const { figures, named } = await run(
    fileOf(
      '601000001,Ana,VIP',
      '601000002,Bo,"vip; Expo"',
      '601000003,Cyril,',
      'nonsense,Dana,Lost',
      '601000003,Cyril,Expo',
    ),
  );
  expect(figures).toMatchObject({ new: 2, unchanged: 1, twice: 1, error: 1 });
  expect(named.map((each) => each && [each.group.name, each.kind])).toEqual([
    ['VIP', 'known'],
    ['Expo', 'new'],
  ]);
  expect(await membersOf(device, FAIR)).toEqual(['Ana', 'Bo', 'Cyril']);
  expect(await membersOf(device, VIP)).toEqual(['Ana', 'Bo']);
  expect(await membersOf(device, group('Expo'))).toEqual(['Bo', 'Cyril']);
  expect((await device.audience.namedGroups()).map(({ name }) => name)).toContain('Expo');
  // One import, which joins all of them, and nobody's key stays beside it.
  expect(await device.audience.imports()).toMatchObject([{ groups: [FAIR, VIP, group('Expo')] }]);
  expect((await device.workspace.db.chunks.toArray()).filter((chunk) => chunk.groups)).toEqual([]);
});

test('[IMP-10] who joins comes by the key as the import does: whoever left it meanwhile joins nothing (merge case 7)', async () => {
  const device = await audienceDevice(testDatabase());
  const cells = { phone: '+420601000001', name: 'Li' };
  const { contact } = await device.audience.addContact({ cells, joins: [], newGroups: [] });
  const { db } = device.workspace;
  const run = await importer(device);
  await run(fileOf('601000001,Novak,VIP'), { conflicts: 'overwrite' });
  // By hand, before the import, on a device that had not seen it: its entry comes late.
  const [first] = await db.entries.orderBy('position').toArray();
  if (!first) throw new Error('nothing is written');
  const row = { key: 'phone', keyValue: cells.phone, generation: 0, id: contact.id, birth: false } as const;
  const body = { kind: 'change', row: { ...row, cells: { phone: '+420601000009' } }, joins: [], leaves: [] } as const;
  const late = { id: 'late' as EntryId, device: 'other' as DeviceId, time: (first.entry.time + 1) as LogTime };
  await db.entries.add({
    ...{ id: late.id, sharing: 'shared', writtenMs: 0, offsetMs: 0 },
    entry: { ...late, format: 1, body },
  } as never);
  await device.audience.refresh('anew');
  expect([await membersOf(device, FAIR), await membersOf(device, VIP)]).toEqual([['Novak'], ['Novak']]);
  expect((await device.audience.contact(contact.id))?.cells).toMatchObject({ name: 'Li', phone: '+420601000009' });
});

test('[IMP-10] a later row of the file that moves the key of an earlier one makes nobody twice', async () => {
  const device = await audienceDevice(testDatabase());
  await device.audience.addContact({
    cells: { userId: 'A', phone: '+420601000001', name: 'Ana' },
    ...{ joins: [], newGroups: [] },
  });
  const run = await importer(device);
  const file = new Blob(['id,phone,groups\n,601000001,VIP\nA,601000002,Expo\nB,601000003,VIP\n,601000003,Expo\n']);
  await run(file, { fields: ['userId', 'phone', 'groups'], conflicts: 'overwrite' });
  const total = await device.audience.window({
    ...{ filter: { status: 'all' }, sort: { by: 'name', order: 'up' }, offset: 0, limit: 9 },
  });
  expect(total.contacts.map(({ cells, groups: own }) => [cells.userId, cells.phone, own.length])).toEqual([
    ['A', '+420601000002', 3],
    ['B', '+420601000003', 3],
  ]);
});

test('[IMP-12] the same file twice changes nothing; [IMP-11] undo takes its groups too, and redo brings them back', async () => {
  const device = await audienceDevice(testDatabase());
  device.audience.setGroups([FAIR, VIP, group('Expo')]);
  const run = await importer(device);
  const file = () => fileOf('601000001,Ana,VIP', '601000002,Bo,"VIP, Expo"');
  await run(file());
  const entries = await device.workspace.db.entries.count();
  expect(entries).toBe(3);
  await run(file());
  // The list of imports names the second; nothing joins anything.
  expect(await device.workspace.db.entries.count()).toBe(entries + 1);

  const [, first] = await device.audience.imports();
  if (!first) throw new Error('the import is not listed');
  const undone = await device.audience.undoEntry(first.entry);
  expect(undone).toMatchObject({ kind: 'undone', emptyGroups: [{ name: 'Expo' }] });
  expect([await membersOf(device, VIP), await membersOf(device, group('Expo'))]).toEqual([[], []]);
  await device.audience.redoEntry(first.entry);
  expect([await membersOf(device, VIP), await membersOf(device, group('Expo'))]).toEqual([['Ana', 'Bo'], ['Bo']]);
});

test('[IMP-10] names keep their places over all slices of a file; [IMP-6] what only changes contacts adds nobody', async () => {
  const device = await audienceDevice(testDatabase());
  await device.audience.addContact({
    ...{ cells: { phone: '+420601000001', name: 'Ana' }, joins: [], newGroups: [] },
  });
  const run = await importer(device);
  const rows = Array.from({ length: 9_000 }, (_, at) => `60${String(1_000_001 + at)},P,G${String(at % 7)}`);
  const { figures } = await run(fileOf(...rows), { existing: 'existingOnly' });
  expect(figures).toMatchObject({ ignored: 8_999, unchanged: 1 });
  expect((await device.audience.imports())[0]?.groups).toEqual([FAIR, group('G0')]);
  const all = await run(fileOf(...rows));
  expect(all.figures).toMatchObject({ new: 8_999, unchanged: 1 });
  expect((await device.audience.groupCounts()).find((each) => each.group === group('G3'))?.contacts).toBe(1_286);
});
