/** Two devices are two documents that exchange updates; the disk is `fake-indexeddb`. */
import 'fake-indexeddb/auto';
import { afterEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { WorkspaceId } from '#domain/ids';
import { createCharacteristicDocuments } from '#documents/characteristic-documents';
import { openContentDocument, type ContentDocument } from '#documents/content-document';
import { createGroupDocuments } from '#documents/group-documents';
import { createContactIds } from '#log/contact-id';

const ids = createContactIds(new Uint8Array(16).fill(7));
const open: ContentDocument[] = [];
let made = 0;

async function deviceOf() {
  const content = await openContentDocument(`characteristics-${String((made += 1))}` as WorkspaceId);
  open.push(content);
  const now = () => 1_000;
  return {
    content,
    characteristics: createCharacteristicDocuments(content, ids.characteristicId, now),
    groups: createGroupDocuments(content, ids.groupId, now),
  };
}

afterEach(async () => {
  for (const content of open.splice(0)) await content.close();
});

test('[SYN-4] two devices that make one characteristic apart end with one', async () => {
  const [one, other] = [await deviceOf(), await deviceOf()];
  const { row } = await one.characteristics.create('City');
  await other.characteristics.create(' ｃｉｔｙ ');
  Y.applyUpdate(other.content.doc, Y.encodeStateAsUpdate(one.content.doc));
  Y.applyUpdate(one.content.doc, Y.encodeStateAsUpdate(other.content.doc));
  expect(one.characteristics.list().map(({ id }) => id)).toEqual([row.id]);
  expect(other.characteristics.list()).toEqual(one.characteristics.list());
});

test('[CON-6] one that was renamed or removed keeps its id to itself: the old name made again is another', async () => {
  const { characteristics } = await deviceOf();
  const { row } = await characteristics.create('City');
  expect(await characteristics.rename(row.id, 'Town')).toBe('renamed');
  const again = await characteristics.create('City');
  expect(again.kind).toBe('created');
  expect(again.row.id).not.toBe(row.id);
  await characteristics.remove(again.row.id);
  expect(characteristics.list().map(({ name }) => name)).toEqual(['Town']);
  await characteristics.restore(again.row.id);
  expect(characteristics.list().map(({ name }) => name)).toEqual(['City', 'Town']);
});

test('[SYN-4] a name that only a commit of the log says serves until the document comes', async () => {
  const { characteristics } = await deviceOf();
  const named = { id: ids.characteristicId('City', 0), name: 'City' };
  characteristics.await([named]);
  expect(characteristics.list()).toEqual([{ ...named, createdAt: 0 }]);
  await characteristics.remove(named.id);
  expect(characteristics.list()).toEqual([]);
});

test('a group and a characteristic of one name are two', async () => {
  const { characteristics, groups } = await deviceOf();
  const { group } = await groups.create('VIP');
  const { row } = await characteristics.create('VIP');
  expect(row.id as string).not.toBe(group.id);
  expect(groups.list()).toHaveLength(1);
  expect(characteristics.list()).toHaveLength(1);
});
