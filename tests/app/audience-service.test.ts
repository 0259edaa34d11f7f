import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { ContactId, GroupId, MessageId } from '#domain/ids';
import type { SendRequest, WindowRequest } from '#audience/types';
import { DEFAULT_GROUP_ID } from '#domain/group';
import { decodeRecipients } from '#log/block';
import { group } from '#tests/builders/entries';
import { join, leave } from '#tests/builders/moves';
import { testDatabase } from '#tests/storage/workspace';
import { audienceDevice } from './audience-device.ts';

const VIP = group('VIP');
const all: WindowRequest = { filter: {}, sort: { by: 'name', order: 'up' }, offset: 0, limit: 50 };
const ana = { cells: { phone: '+420777123456', name: 'Ana', email: 'ana@example.com' }, joins: [VIP], newGroups: [] };
const li = { cells: { phone: '+420777000111', name: 'Li' }, joins: [], newGroups: [] };

describe('one contact', () => {
  test('[CON-2] is there at once, and after opening anew', async () => {
    const workspace = testDatabase();
    const { audience, told } = await audienceDevice(workspace);
    expect(await audience.addContact(ana)).toMatchObject({
      kind: 'added',
      contact: { cells: ana.cells, groups: [VIP] },
    });
    expect(told.at(-1)).toMatchObject({ total: 1, loading: 'loaded' });
    const again = await audienceDevice(workspace);
    expect((await again.audience.window(all)).contacts).toMatchObject([{ cells: ana.cells, groups: [VIP] }]);
  });

  test('[CON-4] who exists stays as he is, but joins the chosen groups', async () => {
    const { audience } = await audienceDevice(testDatabase());
    await audience.addContact(li);
    const again = { cells: { phone: li.cells.phone, name: 'Lee' }, joins: [VIP], newGroups: [] };
    expect(await audience.addContact(again)).toMatchObject({
      kind: 'exists',
      contact: { cells: { name: 'Li' }, groups: [VIP] },
    });
    expect((await audience.window(all)).total).toBe(1);
  });

  test('[CON-4] one that fits two contacts writes nothing and answers the one by the strongest key', async () => {
    const { audience } = await audienceDevice(testDatabase());
    await audience.addContact({ cells: { phone: '+420777000222', name: 'A' }, joins: [], newGroups: [] });
    await audience.addContact({ cells: { email: 'b@example.com', name: 'B' }, joins: [], newGroups: [] });
    const both = { cells: { phone: '+420777000222', email: 'b@example.com' }, joins: [VIP], newGroups: [] };
    expect(await audience.addContact(both)).toMatchObject({
      kind: 'exists',
      contact: { cells: { name: 'A' }, groups: [DEFAULT_GROUP_ID] },
    });
  });

  test('two adds at once of the same person make one', async () => {
    const { audience } = await audienceDevice(testDatabase());
    const results = await Promise.all([audience.addContact(li), audience.addContact(li)]);
    expect(results.map(({ kind }) => kind)).toEqual(['added', 'exists']);
  });
});

describe('groups', () => {
  test('[CON-3] whoever is in no other group stands in the default group, and cannot be put there or taken out', async () => {
    const { audience } = await audienceDevice(testDatabase());
    const { contact } = await audience.addContact(li);
    expect(contact.groups).toEqual([DEFAULT_GROUP_ID]);
    await join(audience, [contact.id], DEFAULT_GROUP_ID);
    await join(audience, [contact.id], VIP);
    expect((await audience.contact(contact.id))?.groups).toEqual([VIP]);
    await leave(audience, [contact.id], VIP);
    expect((await audience.contact(contact.id))?.groups).toEqual([DEFAULT_GROUP_ID]);
  });

  test('many at once are one entry, and the same again is none', async () => {
    const { audience, parts } = await audienceDevice(testDatabase());
    const ids: ContactId[] = [];
    for (const contact of [ana, li]) ids.push((await audience.addContact(contact)).contact.id);
    const count = await parts.entries.count();
    await join(audience, ids, group('Fair'));
    await join(audience, ids, group('Fair'));
    await join(audience, [...ids, 'ffffffffffffffff' as ContactId], group('Fair'));
    expect(await parts.entries.count()).toBe(count + 1);
    expect(await audience.groupCounts()).toEqual(
      expect.arrayContaining([
        { group: VIP, contacts: 1 },
        { group: group('Fair'), contacts: 2 },
        { group: DEFAULT_GROUP_ID, contacts: 0 },
      ]),
    );
  });

  test('[GRP-2] a deleted group leaves its contacts; who has no other stands in the default group', async () => {
    const { audience, told } = await audienceDevice(testDatabase());
    const { contact } = await audience.addContact(ana);
    audience.setGroups([]);
    expect((await audience.contact(contact.id))?.groups).toEqual([DEFAULT_GROUP_ID]);
    const times = told.length;
    audience.setGroups([]);
    expect(told.length).toBe(times);
    audience.setGroups([VIP]);
    expect((await audience.contact(contact.id))?.groups).toEqual([VIP]);
  });
});

describe('dynamic groups', () => {
  const MAIL = group('With mail');
  const where = { kind: 'empty', field: 'email', test: 'filled' } as const;

  test('[GRP-5] are counted, listed and said of a contact; nobody is put in or taken out by hand', async () => {
    const { audience, parts } = await audienceDevice(testDatabase());
    const first = (await audience.addContact(ana)).contact;
    const second = (await audience.addContact(li)).contact;
    audience.setGroups([VIP, MAIL], [{ id: MAIL, where }]);
    expect(await audience.dynamicCounts()).toEqual([{ group: MAIL, contacts: 1 }]);
    expect(await audience.window({ ...all, filter: { group: MAIL } })).toMatchObject({ contacts: [{ id: first.id }] });
    expect(await audience.dynamicGroupsOf(first.id)).toEqual([MAIL]);
    expect(await audience.dynamicGroupsOf(second.id)).toEqual([]);
    const count = await parts.entries.count();
    expect(await join(audience, [second.id], MAIL)).toEqual({ kind: 'unchanged' });
    expect(await leave(audience, [first.id], MAIL)).toEqual({ kind: 'unchanged' });
    const act = { cells: {}, joins: [MAIL], leaves: [MAIL] };
    expect(await audience.bulk({ contacts: [first.id, second.id] }, act)).toEqual({ kind: 'unchanged' });
    expect(await audience.groupsAmong({ contacts: [first.id, second.id] })).toEqual([VIP]);
    expect(await parts.entries.count()).toBe(count);
  });

  test('[GRP-5] are an audience for sending, as of the moment', async () => {
    const { audience } = await audienceDevice(testDatabase());
    await audience.addContact(ana);
    audience.setGroups([VIP, MAIL], [{ id: MAIL, where }]);
    const request: SendRequest = {
      audience: { groups: [MAIL] },
      channel: { type: 'sms', settings: {} },
      content: { kind: 'text', text: 'Hi' },
    };
    expect((await audience.planSend(request)).funnel.effective).toBe(1);
    await audience.addContact({ ...li, cells: { ...li.cells, email: 'li@example.com' } });
    expect((await audience.planSend(request)).funnel.effective).toBe(2);
    audience.setGroups([VIP, MAIL], [{ id: MAIL, where: undefined }]);
    expect((await audience.planSend(request)).funnel.effective).toBe(0);
  });
});

test('what another tab wrote is there after a look, and before anything is written here', async () => {
  const workspace = testDatabase();
  const [one, other] = [await audienceDevice(workspace), await audienceDevice(workspace)];
  await one.audience.addContact(ana);
  expect((await other.audience.window(all)).total).toBe(0);
  expect(await other.audience.addContact(ana)).toMatchObject({ kind: 'exists' });
  await one.audience.addContact(li);
  await other.audience.refresh();
  expect((await other.audience.window(all)).total).toBe(2);
  expect(other.told.at(-1)?.total).toBe(2);
});

describe('sending', () => {
  const request: SendRequest = {
    audience: { groups: [VIP] },
    channel: { type: 'email', settings: {} },
    content: { kind: 'email', subject: 'Hello', text: 'Dear {{name}}' },
  };

  test('[MSG-6] the recipients that are written are those that were counted', async () => {
    const { audience, parts } = await audienceDevice(testDatabase());
    await audience.addContact(ana);
    await audience.addContact({
      cells: { phone: '+420777000333', email: 'no-name@example.com' },
      joins: [VIP],
      newGroups: [],
    });
    await audience.addContact({ ...li, joins: [VIP] });
    const { plan, blocks } = await audience.writeRecipients(request);
    expect(plan).toEqual(await audience.planSend(request));
    expect(plan.funnel).toMatchObject({ chosen: 3, hasAddress: 2, effective: 1 });
    expect(plan.missing).toEqual({ name: 1 });
    const [row] = await parts.blocks.get(blocks.map((block) => block.id));
    const decoded = await decodeRecipients(row?.bytes ?? new Uint8Array());
    expect(decoded.kind === 'decoded' && decoded.block).toMatchObject({
      addresses: ['ana@example.com'],
      variables: { name: ['Ana'] },
    });
    expect(await audience.funnelWindow({ ...request, step: 'hasAddress', offset: 0, limit: 10 })).toMatchObject({
      total: 1,
      contacts: [{ cells: { name: 'Li' } }],
    });
  });

  test('[CON-1] who was messaged is noted once, however often it is said', async () => {
    const { audience, parts } = await audienceDevice(testDatabase());
    const { contact } = await audience.addContact(ana);
    const { blocks } = await audience.writeRecipients(request);
    await audience.addMessaged('m1' as MessageId, 'email', blocks);
    await audience.addMessaged('m1' as MessageId, 'email', blocks);
    expect(await parts.entries.count()).toBe(2);
    expect(await audience.contact(contact.id)).toMatchObject({ lastChannelType: 'email' });
  });
});

describe('a disk that is not whole', () => {
  const movedBlocks = async () => {
    const workspace = testDatabase();
    const { audience } = await audienceDevice(workspace);
    const ids = [];
    for (const contact of [ana, li]) ids.push((await audience.addContact(contact)).contact.id);
    await join(audience, ids, group('Fair'));
    const [block] = await workspace.db.blocks.toArray();
    if (!block) throw new Error('no block was written');
    return { workspace, block };
  };
  const inFair = (groups: readonly { readonly group: GroupId; readonly contacts: number }[]) =>
    groups.find((count) => count.group === group('Fair'))?.contacts ?? 0;

  test('a block that is missing or damaged makes its entry count for nothing, until it is back', async () => {
    const { workspace, block } = await movedBlocks();
    const { db } = workspace;
    await db.blocks.put({ ...block, bytes: block.bytes.slice(1) });
    const { audience } = await audienceDevice(workspace);
    expect(inFair(await audience.groupCounts())).toBe(0);
    expect((await audience.window(all)).total).toBe(2);
    await db.blocks.delete(block.id);
    await audience.refresh();
    expect(inFair(await audience.groupCounts())).toBe(0);
    await db.blocks.put(block);
    await audience.refresh();
    expect(inFair(await audience.groupCounts())).toBe(2);
  });

  test('a full disk keeps its name through the port, and nothing is half done', async () => {
    const workspace = testDatabase();
    const full = Object.assign(new Error('abort'), { name: 'AbortError', inner: { name: 'QuotaExceededError' } });
    const { audience, parts } = await audienceDevice(workspace);
    const failing = await audienceDevice(workspace, { entries: { ...parts.entries, add: () => Promise.reject(full) } });
    await expect(failing.audience.addContact(ana)).rejects.toMatchObject({ name: 'QuotaExceededError' });
    expect((await audience.window(all)).total).toBe(0);
    expect(await failing.audience.groupCounts()).toEqual([{ group: DEFAULT_GROUP_ID, contacts: 0 }]);
  });
});

test('a database that cannot be opened says why in a name that passes a port', async () => {
  const refused = Object.assign(new Error('open'), { name: 'OpenFailedError', inner: { name: 'InvalidStateError' } });
  const entries = {
    add: () => Promise.reject(refused),
    addAll: () => Promise.reject(refused),
    after: () => Promise.reject(refused),
    count: () => Promise.resolve(0),
  };
  const bugs: unknown[] = [];
  const opening = audienceDevice(testDatabase(), { entries, onBug: (error) => bugs.push(error) });
  await expect(opening).rejects.toMatchObject({ name: 'InvalidStateError', message: 'InvalidStateError' });
});

test('while a large log loads, windows are answered; when all is loaded, the page is told', async () => {
  const workspace = testDatabase();
  const { audience } = await audienceDevice(workspace);
  for (let at = 0; at < 30; at += 1) {
    await audience.addContact({
      cells: { phone: `+4207770001${String(at).padStart(2, '0')}` },
      joins: [],
      newGroups: [],
    });
  }
  const again = await audienceDevice(workspace);
  expect((await again.audience.window({ ...all, limit: 5 })).contacts).toHaveLength(5);
  expect(again.told.at(-1)).toMatchObject({ loading: 'loaded', total: 30 });
});
