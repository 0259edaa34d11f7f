import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { Filter } from '#audience/types';
import type { AudienceWorker, BulkAct, Chosen } from '#app/worker-types';
import type { ContactId, EntryId } from '#domain/ids';
import { tagCell } from '#domain/tag';
import { readKeys } from '#import/read-keys';
import { group, ids as hashes } from '#tests/builders/entries';
import { join, leave } from '#tests/builders/moves';
import { testDatabase } from '#tests/storage/workspace';
import { audienceDevice } from './audience-device.ts';

const [VIP, FAIR, NEW] = [group('VIP'), group('Fair'), group('New')];
const NOTHING: BulkAct = { cells: {}, joins: [], leaves: [] };

/** Ana and Bo in VIP, Bo at the fair too, Cy in no group. */
async function people() {
  const { audience, parts } = await audienceDevice(testDatabase());
  const add = async (name: string, joins: (typeof VIP)[]) =>
    (await audience.addContact({ cells: { userId: name, name }, joins, newGroups: [] })).contact.id;
  const ids = { ana: await add('Ana', [VIP]), bo: await add('Bo', [VIP, FAIR]), cy: await add('Cy', []) };
  const named = async (filter: Filter) => {
    const { contacts } = await audience.window({
      filter,
      sort: { by: 'name', order: 'up' },
      offset: 0,
      limit: 9,
    });
    return contacts.map(({ cells }) => cells.name);
  };
  return { audience, parts, ids, named };
}
const of = (...contacts: ContactId[]): Chosen => ({ contacts });

async function entriesOf(audience: AudienceWorker, chosen: Chosen, act: Partial<BulkAct>): Promise<readonly EntryId[]> {
  const result = await audience.bulk(chosen, { ...NOTHING, ...act });
  if (result.kind !== 'done') throw new Error(result.kind);
  return result.entries;
}

test('[CON-8] all that match are those of the click, whoever comes or goes later', async () => {
  const { audience, ids, named } = await people();
  const choice = await audience.choose({ group: VIP });
  expect(choice.count).toBe(2);
  await leave(audience, [ids.ana], VIP);
  await join(audience, [ids.cy], VIP);
  await audience.bulk({ choice: choice.choice, without: [ids.bo] }, { ...NOTHING, cells: { status: 'inactive' } });
  expect(await named({ status: 'inactive' })).toEqual(['Ana']);
  const { total, contacts } = await audience.chosenWindow({ choice: choice.choice, without: [] }, 1, 5);
  expect([total, contacts.map(({ id }) => id)]).toEqual([2, [ids.bo]]);
});

test('[CON-2] [GRP-7] lines name contacts by phone, email or user ID; who is nobody is said', async () => {
  const { audience, ids, named } = await people();
  await audience.change(ids.cy, { cells: { phone: '+420777123456', email: 'cy@x.cz' }, joins: [], leaves: [] });
  const lines = ['777 123 456', 'Ana', 'CY@x.cz', 'Dan', '777123'];
  const { choice, count, missing } = await audience.chooseByKeys(readKeys('CZ', lines));
  expect([count, missing]).toEqual([2, [3, 4]]);
  await audience.bulk({ choice, without: [] }, { ...NOTHING, cells: { status: 'inactive' } });
  expect(await named({ status: 'inactive' })).toEqual(['Ana', 'Cy']);
});

test('[CON-8] a choice that nobody knows any more does nothing', async () => {
  const { audience } = await people();
  const { choice } = await audience.choose({});
  for (let more = 0; more < 2; more += 1) await audience.choose({});
  expect(await audience.bulk({ choice, without: [] }, { ...NOTHING, joins: [NEW] })).toEqual({ kind: 'lost' });
});

test('[CON-8] tags are added and taken away in one step; who has one is not written again, however it is spelled', async () => {
  const { audience, ids } = await people();
  const vip = hashes.tagId('VIP');
  await audience.change(ids.ana, { ...NOTHING, leaves: [], cells: { [tagCell(vip)]: 'vip' } });
  const tagged = await audience.bulk(of(ids.ana, ids.bo), { ...NOTHING, cells: { [tagCell(vip)]: 'VIP' } });
  expect(tagged).toMatchObject({ kind: 'done', count: 1 });
  const tagsOf = async (id: ContactId) => (await audience.contact(id))?.tags?.map(({ name }) => name);
  expect([await tagsOf(ids.ana), await tagsOf(ids.bo), await tagsOf(ids.cy)]).toEqual([['vip'], ['VIP'], undefined]);
  const [entry] = await entriesOf(audience, of(ids.ana, ids.bo, ids.cy), { cells: { [tagCell(vip)]: '' } });
  expect(await audience.tags()).toEqual([]);
  // Somebody else tags her meanwhile: that is later than what the undo takes back.
  await audience.change(ids.ana, { ...NOTHING, leaves: [], cells: { [tagCell(vip)]: 'V.I.P.' } });
  await audience.undoEntry(entry as EntryId);
  expect([await tagsOf(ids.ana), await tagsOf(ids.bo)]).toEqual([['V.I.P.'], ['VIP']]);
});

test('[CON-8] one undo step, which leaves what was changed since', async () => {
  const { audience, ids, named } = await people();
  const [entry, ...more] = await entriesOf(audience, of(ids.ana, ids.bo), { cells: { status: 'inactive' } });
  expect(more).toEqual([]);
  await audience.change(ids.bo, { cells: { status: 'active' }, joins: [], leaves: [] });
  await audience.change(ids.bo, { cells: { status: 'inactive' }, joins: [], leaves: [] });
  await audience.undoEntry(entry as EntryId);
  expect(await named({ status: 'inactive' })).toEqual(['Bo']);
});

test('[CON-8] who is as asked already is in no row, and nothing is written where nobody differs', async () => {
  const { audience, parts, ids } = await people();
  const before = await parts.entries.count();
  expect(await audience.bulk(of(ids.ana, ids.bo, ids.cy), { ...NOTHING, joins: [VIP] })).toMatchObject({
    kind: 'done',
    count: 1,
  });
  expect(await audience.bulk(of(ids.ana, ids.bo, ids.cy), { ...NOTHING, joins: [VIP] })).toEqual({ kind: 'unchanged' });
  expect(await parts.entries.count()).toBe(before + 1);
});

test('[CON-8] [CON-4] many are unblocked by a member who saw them blocked, and blocked again by the undo', async () => {
  const { audience, ids, named } = await people();
  for (const id of [ids.ana, ids.bo]) await audience.change(id, { cells: { blocked: 'yes' }, joins: [], leaves: [] });
  const [entry] = await entriesOf(audience, of(ids.ana, ids.bo, ids.cy), { cells: { blocked: 'no' } });
  expect(await named({ blocked: 'yes' })).toEqual([]);
  await audience.undoEntry(entry as EntryId);
  expect(await named({ blocked: 'yes' })).toEqual(['Ana', 'Bo']);
});

test('[CON-8] one contact alone is changed by hand, and its inverse takes that back', async () => {
  const { audience, ids, named } = await people();
  const result = await audience.bulk(of(ids.bo), { ...NOTHING, leaves: 'others' });
  expect(result).toEqual({
    kind: 'changed',
    contact: ids.bo,
    inverse: { cells: {}, joins: [VIP, FAIR], leaves: [] },
  });
  expect(await named({ group: VIP })).toEqual(['Ana']);
  if (result.kind === 'changed') await audience.change(result.contact, result.inverse);
  expect(await named({ group: FAIR })).toEqual(['Bo']);
});

test('[CON-9] change moves to the chosen groups: memberships before end, and come back by the undo', async () => {
  const { audience, ids, named } = await people();
  const everybody = of(ids.ana, ids.bo, ids.cy);
  expect(await audience.groupsAmong(everybody)).toEqual([VIP, FAIR]);
  const [entry] = await entriesOf(audience, everybody, { joins: [NEW], leaves: 'others' });
  expect([await named({ group: VIP }), await named({ group: FAIR }), await named({ group: NEW })]).toEqual([
    [],
    [],
    ['Ana', 'Bo', 'Cy'],
  ]);
  await audience.undoEntry(entry as EntryId);
  expect([await named({ group: VIP }), await named({ group: FAIR }), await named({ group: NEW })]).toEqual([
    ['Ana', 'Bo'],
    ['Bo'],
    [],
  ]);
});

test('[CON-10] many deleted at once leave their groups, and all of it comes back', async () => {
  const { audience, ids, named } = await people();
  const chosen = of(ids.bo, ids.cy);
  const [entry] = await entriesOf(audience, chosen, { cells: { deleted: 'yes' }, leaves: 'others' });
  expect([await named({}), await named({ status: 'deleted' }), await named({ group: VIP })]).toEqual([
    ['Ana'],
    ['Bo', 'Cy'],
    ['Ana'],
  ]);
  await audience.undoEntry(entry as EntryId);
  expect(await named({ group: FAIR })).toEqual(['Bo']);
  await entriesOf(audience, chosen, { cells: { deleted: 'yes' }, leaves: 'others' });
  await entriesOf(audience, chosen, { cells: { deleted: '' } });
  expect(await named({})).toEqual(['Ana', 'Bo', 'Cy']);
});
