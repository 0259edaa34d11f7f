/** Two devices are two documents that exchange updates; the disk is `fake-indexeddb`. */
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { WorkspaceId } from '#domain/ids';
import { openContentDocument, type ContentDocument } from '#documents/content-document';
import { createGroupDocuments } from '#documents/group-documents';
import { createContactIds } from '#log/contact-id';

const ids = createContactIds(new Uint8Array(16).fill(7));
const open: ContentDocument[] = [];
let made = 0;

async function deviceOf(workspace: string = `documents-${String((made += 1))}`) {
  const content = await openContentDocument(workspace as WorkspaceId);
  open.push(content);
  return { workspace, content, groups: createGroupDocuments(content, ids.groupId, () => 1_000) };
}

afterEach(async () => {
  for (const content of open.splice(0)) await content.close();
});

function exchange(one: ContentDocument, other: ContentDocument): void {
  Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(one.doc));
  Y.applyUpdate(one.doc, Y.encodeStateAsUpdate(other.doc));
}

describe('groups', () => {
  test('[GRP-1] are made, renamed, and there again after a restart', async () => {
    const { workspace, content, groups } = await deviceOf();
    const { kind, group } = await groups.create('  Expo   2026 ', 'marketing');
    expect({ kind, name: group.name, smsType: group.smsType }).toEqual({
      kind: 'created',
      name: 'Expo 2026',
      smsType: 'marketing',
    });
    expect(await groups.rename(group.id, 'Fair')).toBe('renamed');
    open.splice(open.indexOf(content), 1);
    await content.close();
    const again = await deviceOf(workspace);
    expect(again.groups.list()).toEqual([{ ...group, name: 'Fair' }]);
  });

  test('[GRP-1] one name is one group, whatever its case, width and spaces', async () => {
    const { groups } = await deviceOf();
    const first = await groups.create('VIP');
    const second = await groups.create(' ｖｉｐ ');
    expect(second).toEqual({ kind: 'exists', group: first.group });
    expect(await groups.rename((await groups.create('Other')).group.id, 'vip')).toBe('nameTaken');
    expect(await groups.rename(first.group.id, 'Vip')).toBe('renamed');
  });

  test('[GRP-5] a dynamic group keeps its conditions; two of one name with other conditions, made apart, stay two', async () => {
    const [one, other] = [await deviceOf(), await deviceOf()];
    const { group } = await one.groups.createDynamic('With mail', '["email","filled"]', 'marketing');
    await other.groups.createDynamic('with  mail', '["email","empty"]');
    expect(one.groups.list()).toEqual([group]);
    expect((await one.groups.createDynamic('WITH MAIL', '["email","empty"]')).kind).toBe('exists');
    exchange(one.content, other.content);
    expect(one.groups.list()).toHaveLength(2);
    await one.groups.change(group.id, 'filter', '["name","filled"]');
    exchange(one.content, other.content);
    expect(other.groups.list()).toContainEqual({ ...group, filter: '["name","filled"]' });
    expect(one.groups.isDeleted(group.id)).toBe(false);
    await other.groups.remove(group.id);
    exchange(one.content, other.content);
    expect(one.groups.isDeleted(group.id)).toBe(true);
  });

  test('[GRP-5] who looks for a group of this name to fill is given another than the dynamic one', async () => {
    const { groups } = await deviceOf();
    const { group } = await groups.createDynamic('VIP', '["email","filled"]');
    const found = groups.findOrPropose('vip');
    expect(found.kind).toBe('free');
    expect(found).not.toMatchObject({ id: group.id });
    expect((await groups.create('VIP')).kind).toBe('exists');
  });

  test('[SYN-4] two devices that make one name apart end with one group', async () => {
    const [one, other] = [await deviceOf(), await deviceOf()];
    await one.groups.create('VIP', 'marketing');
    await other.groups.create('vip');
    exchange(one.content, other.content);
    expect(one.groups.list()).toHaveLength(1);
    expect(other.groups.list()).toEqual(one.groups.list());
    expect(one.groups.list()[0]?.smsType).toBe('marketing');
  });

  test('[GRP-2] a removed group stays removed when its name is made again: that is another group', async () => {
    const { groups } = await deviceOf();
    const before = (await groups.create('VIP')).group.id;
    await groups.remove(before);
    expect(groups.list()).toEqual([]);
    const after = await groups.create('VIP');
    expect(after.kind).toBe('created');
    expect(after.group.id).not.toBe(before);
    expect(after.group.id).toBe(ids.groupId('vip', 1));
  });

  test('[GRP-2] removing can be taken back', async () => {
    const { groups } = await deviceOf();
    const { group } = await groups.create('VIP');
    await groups.remove(group.id);
    await groups.restore(group.id);
    expect(groups.list()).toEqual([group]);
  });

  test('[SYN-4] a name that a group has left by renaming is free for another', async () => {
    const { groups } = await deviceOf();
    const { group } = await groups.create('VIP');
    await groups.rename(group.id, 'Gold');
    const again = await groups.create('VIP');
    expect(again.kind).toBe('created');
    expect(again.group.id).not.toBe(group.id);
    expect(groups.list().map(({ name }) => name)).toEqual(['Gold', 'VIP']);
  });

  test('[SYN-5] removing on one device beats renaming on the other', async () => {
    const [one, other] = [await deviceOf(), await deviceOf()];
    const { group } = await one.groups.create('VIP');
    exchange(one.content, other.content);
    await one.groups.remove(group.id);
    await other.groups.rename(group.id, 'Gold');
    exchange(one.content, other.content);
    expect(one.groups.list()).toEqual([]);
    expect(other.groups.list()).toEqual([]);
  });

  test('[IMP-10] groups that an import names are made with it, and gone where it was not written', async () => {
    const { groups } = await deviceOf();
    const proposed = groups.findOrPropose('Fair');
    if (proposed.kind !== 'free') throw new Error('nobody made it');
    const made = await groups.adopt([{ id: proposed.id, name: 'Fair' }]);
    expect(made).toEqual([proposed.id]);
    expect(await groups.adopt([{ id: proposed.id, name: 'Fair' }])).toEqual([]);
    await groups.disown(made);
    expect(groups.list()).toEqual([]);
    expect(groups.findOrPropose('Fair')).toEqual(proposed);
  });
});

describe('the document', () => {
  test('[APP-1] another tab sees a change once it is kept, and does not store it again', async () => {
    const one = await deviceOf();
    const other = await deviceOf(one.workspace);
    const seen = new Promise<void>((resolve) => other.groups.watch(() => resolve()));
    await one.groups.create('VIP');
    await seen;
    expect(other.groups.list().map(({ name }) => name)).toEqual(['VIP']);
    expect(await updatesOf(one.workspace)).toBe(3);
  });

  test('[APP-4] a change that the disk refuses is not said to be kept', async () => {
    const { content, groups } = await deviceOf();
    // A full disk often shows only at the end: the request succeeds, its transaction does not.
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = function (...given) {
      const request = add.apply(this, given);
      request.addEventListener('success', () => request.transaction?.abort());
      return request;
    };
    try {
      await expect(groups.create('VIP')).rejects.toBeDefined();
    } finally {
      IDBObjectStore.prototype.add = add;
    }
    await expect(content.change(() => {})).resolves.toBeUndefined();
  });

  test('[APP-4] wiping leaves nothing of it', async () => {
    const { workspace, content, groups } = await deviceOf();
    await groups.create('VIP');
    open.splice(open.indexOf(content), 1);
    await content.wipe();
    const again = await deviceOf(workspace);
    expect(again.groups.list()).toEqual([]);
  });
});

/** Rows that the library keeps: one at each opening, one a change. */
function updatesOf(workspace: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(`fieldcast.${workspace}.content`);
    request.onerror = () => reject(request.error as Error);
    request.onsuccess = () => {
      const count = request.result.transaction('updates').objectStore('updates').count();
      count.onsuccess = () => {
        request.result.close();
        resolve(count.result);
      };
    };
  });
}

describe('a group that is on its way', () => {
  test('[SYN-4] a group whose document has not arrived shows under the name that the log has for it', async () => {
    const [one, other] = [await deviceOf(), await deviceOf()];
    const { group } = await one.groups.create('Expo', 'marketing');
    other.groups.await([{ id: group.id, name: 'Expo', smsType: 'marketing' }]);
    expect(other.groups.list()).toEqual([{ ...group, createdAt: 0 }]);
    expect((await other.groups.create('EXPO')).kind).toBe('exists');
    await one.groups.rename(group.id, 'Expo 2026');
    exchange(one.content, other.content);
    expect(other.groups.list()).toEqual([{ ...group, name: 'Expo 2026' }]);
  });

  test('[SYN-5] one that is deleted before its document arrives stays deleted, until that is taken back', async () => {
    const [one, other] = [await deviceOf(), await deviceOf()];
    const { group } = await one.groups.create('Expo');
    other.groups.await([{ id: group.id, name: 'Expo' }]);
    await other.groups.remove(group.id);
    expect(other.groups.list()).toEqual([]);
    exchange(one.content, other.content);
    expect(one.groups.list()).toEqual([]);
    expect(other.groups.list()).toEqual([]);
    await other.groups.restore(group.id);
    expect(other.groups.list()).toEqual([group]);
  });
});

describe('groups of an import that is undone', () => {
  test('[IMP-11] go while they are as it made them, and come back with it; what a hand renamed or deleted stays so', async () => {
    const device = await deviceOf();
    const named = (['Fair', 'Dinner', 'Press'] as const).map((name) => ({ name, smsType: 'marketing' as const }));
    const made = [];
    for (const { name, smsType } of named) made.push((await device.groups.create(name, smsType)).group);
    const [, dinner, press] = made;
    if (!dinner || !press) throw new Error('three groups were made');
    await device.groups.rename(dinner.id, 'Gala dinner');
    await device.groups.remove(press.id);
    const undoneAtMs = Number.MAX_SAFE_INTEGER;
    await device.groups.dropEmpty(made);
    expect(device.groups.list().map(({ name }) => name)).toEqual(['Gala dinner']);
    await device.groups.bringBack(made, undoneAtMs);
    expect(device.groups.list().map(({ name }) => name)).toEqual(['Gala dinner']);
    await device.groups.bringBack(made.slice(0, 1), 0);
    expect(device.groups.list().map(({ name }) => name)).toEqual(['Fair', 'Gala dinner']);
  });
});
