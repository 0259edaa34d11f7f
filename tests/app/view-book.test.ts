/** Saved views of two devices: one's own on the device, the team's in the document; the disk is `fake-indexeddb`. */
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createViewBook } from '#app/view-book';
import type { SavedView } from '#app/types';
import type { WorkspaceId } from '#domain/ids';
import type { ViewContent } from '#domain/view';
import { openContentDocument, type ContentDocument } from '#documents/content-document';
import { createCharacteristicDocuments } from '#documents/characteristic-documents';
import { createGroupDocuments } from '#documents/group-documents';
import { createViewDocuments } from '#documents/view-documents';
import { createContactIds } from '#log/contact-id';
import { createDatabase } from '#storage/database';
import { createMetaStore } from '#storage/meta-store';

const ids = createContactIds(new Uint8Array(16).fill(7));
const open: ContentDocument[] = [];
let made = 0;

const CONTENT: ViewContent = {
  filter: '["name","contains","ana"]',
  status: 'all',
  blocked: 'any',
  group: '',
  sort: 'name up',
  columns: '[["phone",180],["name"]]',
};

async function deviceOf(workspace = `views-${String((made += 1))}`) {
  const content = await openContentDocument(workspace as WorkspaceId);
  open.push(content);
  const groups = createGroupDocuments(content, ids.groupId, () => 1_000);
  const characteristics = createCharacteristicDocuments(content, ids.characteristicId, () => 1_000);
  const views = createViewDocuments(content, () => 1_000);
  const meta = createMetaStore(createDatabase(workspace as WorkspaceId));
  let list: readonly SavedView[] = [];
  const tabs = { tell: () => undefined, exclusively: (_name: string, run: () => Promise<never>) => run() };
  const book = await createViewBook(
    { stores: { meta }, tabs } as never,
    { views, groups, characteristics },
    (next) => (list = next),
  );
  return { workspace, content, groups, characteristics, book, list: () => list };
}

afterEach(async () => {
  for (const content of open.splice(0)) await content.close();
});

function exchange(one: ContentDocument, other: ContentDocument): void {
  Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(one.doc));
  Y.applyUpdate(one.doc, Y.encodeStateAsUpdate(other.doc));
}

describe('saved views', () => {
  test('[CON-6] one for oneself stays on the device, and is there again after a restart', async () => {
    const one = await deviceOf();
    const other = await deviceOf();
    await one.book.create('own', '  My   people ', CONTENT);
    exchange(one.content, other.content);
    expect(other.list()).toEqual([]);
    open.splice(open.indexOf(one.content), 1);
    await one.content.close();
    const again = await deviceOf(one.workspace);
    expect(again.list()).toMatchObject([{ name: 'My people', place: 'own', marks: [], ...CONTENT }]);
    expect(again.list()[0]?.where).toEqual({ kind: 'text', field: 'name', test: 'contains', text: 'ana' });
  });

  test('[CON-6] one for the team is the same on the other device; two who change different things lose nothing', async () => {
    const one = await deviceOf();
    const other = await deviceOf();
    const id = await one.book.create('team', 'Team', CONTENT);
    exchange(one.content, other.content);
    await one.book.change(id, { name: 'Renamed' });
    await other.book.change(id, { sort: 'phone down', filter: '' });
    exchange(one.content, other.content);
    expect(one.list()).toEqual(other.list());
    expect(one.list()).toMatchObject([{ name: 'Renamed', sort: 'phone down', filter: '', columns: CONTENT.columns }]);
  });

  test('[CON-6] two of one name are two views', async () => {
    const one = await deviceOf();
    const other = await deviceOf();
    await one.book.create('team', 'Same', CONTENT);
    await other.book.create('team', 'Same', { ...CONTENT, filter: '' });
    exchange(one.content, other.content);
    expect(one.list()).toHaveLength(2);
  });

  for (const place of ['own', 'team'] as const)
    test(`[CON-6] a deleted view is gone, and undo brings it back whole (${place})`, async () => {
      const { book, list } = await deviceOf();
      const before = await book.create(place, 'Kept', CONTENT).then(list);
      const { undo } = await book.remove(before[0]?.id as never);
      expect(list()).toEqual([]);
      await undo();
      expect(list()).toEqual(before);
    });

  test('[GRP-2] a view that names a deleted group loses that condition and is marked, until the group is back', async () => {
    const { book, groups, list } = await deviceOf();
    const { group } = await groups.create('Fair');
    const filter = `["all",["group","in","${group.id}"],["name","contains","ana"]]`;
    await book.create('own', 'Fair', { ...CONTENT, filter, group: group.id });
    expect(list()[0]?.marks).toEqual([]);
    await groups.remove(group.id);
    expect(list()[0]).toMatchObject({ marks: ['groupGone'], group: '', filter });
    expect(list()[0]?.where).toEqual({
      kind: 'all',
      of: [{ kind: 'text', field: 'name', test: 'contains', text: 'ana' }],
    });
    await groups.restore(group.id);
    expect(list()[0]).toMatchObject({ marks: [], group: group.id });
  });

  test('[CON-6] a view that names a deleted characteristic is marked likewise, and whole again once it is back', async () => {
    const { book, characteristics, list } = await deviceOf();
    const { row } = await characteristics.create('City');
    const filter = `["all",["x:${row.id}","is","Praha"],["name","contains","ana"]]`;
    await book.create('own', 'Praha', { ...CONTENT, filter });
    const whole = list()[0]?.where;
    expect(list()[0]?.marks).toEqual([]);
    await characteristics.remove(row.id);
    expect(list()[0]).toMatchObject({ marks: ['characteristicGone'], filter });
    expect(list()[0]?.where).toEqual({
      kind: 'all',
      of: [{ kind: 'text', field: 'name', test: 'contains', text: 'ana' }],
    });
    await characteristics.restore(row.id);
    expect(list()[0]).toMatchObject({ marks: [], where: whole });
  });

  test('[CON-6] a condition of a newer version is kept as it is and said', async () => {
    const { book, list } = await deviceOf();
    await book.create('team', 'Newer', { ...CONTENT, filter: '["shoeSize","over",42]' });
    expect(list()[0]).toMatchObject({ marks: ['unknown'], filter: '["shoeSize","over",42]' });
  });
});
