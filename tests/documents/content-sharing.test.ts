/** Two tabs of one browser: one has the connection, both show how far the document is shared. */
import 'fake-indexeddb/auto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { WorkspaceId } from '#domain/ids';
import { openContentDocument, type ContentDocument } from '#documents/content-document';

const open: ContentDocument[] = [];
let made = 0;

async function tabOf(workspace: string): Promise<ContentDocument> {
  const content = await openContentDocument(workspace as WorkspaceId);
  open.push(content);
  return content;
}

const write = (tab: ContentDocument, key: string) => tab.change(() => tab.doc.getMap('groups').set(key, 1));
const heard = () => sleep(30);

afterEach(async () => {
  for (const content of open.splice(0)) await content.close();
});

test('[SYN-9] a tab without the connection says shared only of exactly what is shared', async () => {
  const workspace = `sharing-${String((made += 1))}`;
  const [owner, other] = [await tabOf(workspace), await tabOf(workspace)];
  await write(owner, 'a');
  owner.word.tell('shared');
  await heard();
  expect(other.word.sharing).toBe('shared');
  await write(other, 'b');
  expect(other.word.sharing).toBe('local');
  // Of the time before it heard of the other tab's change.
  owner.word.hear({ sharing: 'asked' });
  await heard();
  owner.word.tell('sharing');
  await heard();
  expect(other.word.sharing).toBe('sharing');
  owner.word.tell('shared');
  await heard();
  expect(other.word.sharing).toBe('shared');
});

test('[SYN-9] a tab that opens later hears the word, and what comes from the relay reaches every tab', async () => {
  const workspace = `sharing-${String((made += 1))}`;
  const owner = await tabOf(workspace);
  const relay = new Y.Doc();
  relay.getMap('groups').set('from/name', 'another device');
  Y.applyUpdate(owner.doc, Y.encodeStateAsUpdate(relay), 'the link');
  owner.word.tell('shared');
  await heard();
  const later = await tabOf(workspace);
  await heard();
  expect(later.word.sharing).toBe('shared');
  relay.getMap('groups').set('more/name', 'later');
  Y.applyUpdate(owner.doc, Y.encodeStateAsUpdate(relay), 'the link');
  await heard();
  expect(later.doc.getMap('groups').toJSON()).toEqual(relay.getMap('groups').toJSON());
});

test('[SYN-6] what another tab writes while this one opens is in it', async () => {
  const workspace = `sharing-${String((made += 1))}`;
  const written = new Y.Doc();
  written.getMap('groups').set('a', 1);
  const opening = tabOf(workspace);
  // Stored by then, and told; but this one may have read before.
  const channel = new BroadcastChannel(`fieldcast.${workspace}.content`);
  channel.postMessage(Y.encodeStateAsUpdate(written));
  const tab = await opening;
  await heard();
  channel.close();
  expect(tab.doc.getMap('groups').get('a')).toBe(1);
});
