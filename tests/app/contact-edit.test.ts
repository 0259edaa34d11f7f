/** Tags and characteristics by hand, from the page's side: over the audience worker's service, whose disk is in memory. */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { changeContact } from '#app/contact-edit';
import type { Opened } from '#app/opened';
import type { EditDraft } from '#app/types';
import { characteristicCell } from '#domain/characteristic';
import type { ContactId } from '#domain/ids';
import { scopedTexts } from '#domain/scope';
import { readContact } from '#import/read-contact';
import { createContactIds } from '#log/contact-id';
import { SALT } from '#tests/builders/entries';
import { testDatabase } from '#tests/storage/workspace';
import { audienceDevice } from './audience-device.ts';

const ids = createContactIds(SALT);
const CITY = ids.characteristicId('City', 0);
const ana = { cells: { phone: '+420777123456', name: 'Ana' }, joins: [], newGroups: [] };
const NOTHING: EditDraft = { country: 'CZ', cells: {}, joins: [], leaves: [] };

async function withAna(workers: object = {}) {
  const device = await audienceDevice(testDatabase());
  const { contact } = await device.audience.addContact(ana);
  const salt = btoa(String.fromCharCode(...SALT))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  const opened = {
    ...{ workspace: { salt }, tabs: { tell: () => {} } },
    workers: { audience: device.audience, ...workers },
  } as unknown as Opened;
  const now = () => device.audience.contact(contact.id);
  return {
    device,
    now,
    change: (draft: Partial<EditDraft>) => changeContact(opened, contact.id, { ...NOTHING, ...draft }),
  };
}

test('[CON-1] a tag is added, taken away, and brought back by the undo', async () => {
  const { change, now, device } = await withAna();
  const vip = ids.tagId('vip');
  await change({ tags: { add: ['VIP', 'press'], remove: [] } });
  expect((await now())?.tags).toEqual([
    { id: vip, name: 'VIP' },
    { id: ids.tagId('press'), name: 'press' },
  ]);
  const removed = await change({ tags: { add: [], remove: [vip] } });
  expect((await now())?.tags?.map(({ name }) => name)).toEqual(['press']);
  if (removed.kind !== 'changed') throw new Error(removed.kind);
  await removed.undo();
  expect((await now())?.tags?.map(({ name }) => name)).toEqual(['VIP', 'press']);
  expect(await device.audience.tags()).toEqual([
    { id: vip, name: 'VIP', contacts: 1 },
    { id: ids.tagId('press'), name: 'press', contacts: 1 },
  ]);
});

test('[CON-1] a characteristic is one line of text; emptied it is gone, and history has both values', async () => {
  const { change, now, device } = await withAna();
  await change({ cells: { [characteristicCell(CITY)]: '  Nové\n Město ' } });
  expect((await now())?.characteristics).toEqual({ [CITY]: 'Nové Město' });
  expect((await change({ cells: { [characteristicCell(CITY)]: 'Nové Město' } })).kind).toBe('unchanged');
  await change({ cells: { [characteristicCell(CITY)]: '' } });
  const contact = await now();
  expect(contact?.characteristics).toBeUndefined();
  const said = (await device.audience.history(contact?.id as ContactId)).flatMap((step) => step.said);
  expect(said).toMatchObject([
    { kind: 'cell', name: characteristicCell(CITY), value: '', before: 'Nové Město' },
    { kind: 'cell', name: characteristicCell(CITY), value: 'Nové Město', standing: 'replaced' },
    ...[{}, {}, {}],
  ]);
});

const NUMBERS = {
  imports: async () => ({
    readContact: (country: string, cells: Parameters<typeof readContact>[1]) =>
      Promise.resolve(readContact(country, cells)),
  }),
};

test('[CON-11] what is typed for a line or a channel is read, stands beside what holds for all, and is taken back', async () => {
  const { change, now, device } = await withAna(NUMBERS);
  expect(await change({ scoped: { 'phone@shop': '12' } })).toEqual({ kind: 'problem', problem: 'phoneTooShort' });
  expect(await change({ scoped: { 'wechatoa@oa1': 'o6 zX' } })).toEqual({ kind: 'problem', problem: 'idInvalid' });
  expect(await change({ scoped: { 'phone@all': '777 123 457' } })).toEqual({
    kind: 'problem',
    problem: 'scopeInvalid',
  });
  expect(await now()).not.toHaveProperty('scoped');

  const said = await change({
    scoped: { 'phone@shop': '777 123 457', 'app@app1': '1104a, 191e  1104a', dingtalkcc: ' uid-1 ' },
  });
  const scoped = { 'phone@shop': '+420777123457', 'app@app1': '1104a, 191e', dingtalkcc: 'uid-1' };
  expect(await now()).toMatchObject({ cells: { phone: '+420777123456' }, scoped });
  await change({ scoped: { 'phone@shop': '' } });
  expect((await now())?.scoped).toEqual({ 'app@app1': '1104a, 191e', dingtalkcc: 'uid-1' });
  if (said.kind !== 'changed') throw new Error(said.kind);
  await said.undo();
  expect(await now()).not.toHaveProperty('scoped');
  const id = (await now())?.id as ContactId;
  const lines = (await device.audience.history(id)).flatMap((step) => step.said);
  expect(lines).toContainEqual(
    expect.objectContaining({ kind: 'cell', name: 'phone@shop', value: '', before: '+420777123457' }),
  );
});

test('[CON-11] tags of a line are one text: what is not in it any more goes, those for all stay', async () => {
  const { change, now } = await withAna();
  await change({ tags: { add: ['VIP'], remove: [] } });
  await change({ scoped: { 'tag@shop': 'VIP, press' } });
  await change({ scoped: { 'tag@shop': 'vip; new', 'tag@spa': 'VIP' } });
  expect(scopedTexts((await now())?.scoped ?? {})).toEqual([
    { field: 'tag', scope: 'shop', text: 'VIP, new' },
    { field: 'tag', scope: 'spa', text: 'VIP' },
  ]);
  expect((await now())?.tags).toEqual([{ id: ids.tagId('VIP'), name: 'VIP' }]);
  await change({ scoped: { 'tag@shop': '', 'tag@spa': '' } });
  expect(await now()).not.toHaveProperty('scoped');
});
