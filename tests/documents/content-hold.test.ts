/** A device without a socket: what the relay says of its document decides whether one is opened. */
import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { WorkspaceId } from '#domain/ids';
import { holdContent, type ContentHold } from '#documents/content-hold';
import { createSharingWord, type SharingNews } from '#documents/content-sharing';
import { createContentState } from '#relay/documents/content-state';
import { until } from '#tests/builders/document-device';

const WORKSPACE = 'workspace-of-a-test-01' as WorkspaceId;
const held: ContentHold[] = [];
afterEach(() => {
  for (const hold of held.splice(0)) hold.close();
});

function deviceOf(doc: Y.Doc) {
  let sockets = 0;
  let closed = 0;
  const news: SharingNews[] = [];
  class NeverOpen extends EventTarget {
    readonly readyState = 0;
    constructor() {
      super();
      sockets += 1;
    }
    close() {
      closed += 1;
    }
  }
  const word = createSharingWord(doc, (said) => news.push(said));
  const hold = holdContent({
    ...{ content: { doc, word }, workspace: WORKSPACE, url: 'ws://localhost/' },
    ...{ onLost: () => undefined, onRefused: () => undefined },
    socket: NeverOpen as unknown as typeof WebSocket,
  });
  held.push(hold);
  return { hold, word, news, sockets: () => sockets, closed: () => closed };
}

/** What the relay says of these updates. */
function relayOf(updates: Uint8Array[]) {
  return createContentState({
    read: () => Promise.resolve(updates.map((bytes, at) => ({ bytes, position: at + 1 }))),
    lastPosition: () => Promise.resolve(updates.length),
  })(WORKSPACE);
}

function written(): { readonly doc: Y.Doc; readonly updates: Uint8Array[] } {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  const map = doc.getMap('groups');
  for (const name of ['a', 'b', 'c', 'a']) map.set(`${name}/name`, `Fair of ${name}`);
  map.delete('b/name');
  return { doc, updates };
}

describe('a document and the state that the relay says', () => {
  test('[SYN-9] the same state is shared without a socket, in whatever order and form the relay has it', async () => {
    const { doc, updates } = written();
    const compacted = new Y.Doc();
    for (const update of updates) Y.applyUpdate(compacted, update);
    const forms = [updates, updates.toReversed(), [Y.encodeStateAsUpdate(compacted)], [...updates, ...updates]];
    for (const form of forms) {
      const { hold, word, sockets } = deviceOf(doc);
      await hold.hear(await relayOf(form));
      expect([word.sharing, sockets()]).toEqual(['shared', 0]);
    }
  });

  test('[SYN-9] what is written afterwards is on this device alone, and opens the socket', async () => {
    const { doc, updates } = written();
    const { hold, word, sockets } = deviceOf(doc);
    await hold.hear(await relayOf(updates));
    doc.getMap('groups').set('d/name', 'Later');
    expect(word.sharing).toBe('local');
    await until(() => sockets() === 1, 'a socket');
  });

  test('[SYN-3] one that differs by a word, a deletion or a version to come is asked for', async () => {
    const { doc, updates } = written();
    const longer = new Y.Doc();
    for (const update of updates) Y.applyUpdate(longer, update);
    longer.getMap('groups').set('e/name', 'Elsewhere');
    for (const state of [
      await relayOf(updates.slice(0, -1)),
      await relayOf([Y.encodeStateAsUpdate(longer)]),
      await relayOf([]),
      '',
    ]) {
      const { hold, word, sockets } = deviceOf(doc);
      await hold.hear(state);
      await until(() => sockets() === 1, 'a socket');
      expect(word.sharing).toBe('local');
    }
  });

  test('[SYN-9] an update that waits for another one is not in the state, and is not taken for shared', async () => {
    const { updates } = written();
    const [first = new Uint8Array(), , third = new Uint8Array()] = updates;
    const doc = new Y.Doc();
    for (const update of [first, third]) Y.applyUpdate(doc, update);
    const { hold, word, sockets } = deviceOf(doc);
    await hold.hear(await relayOf([first]));
    await until(() => sockets() === 1, 'a socket');
    expect(word.sharing).toBe('local');
  });

  test('[SYN-9] with a socket it is the socket’s word alone, and closed it goes with it', async () => {
    const { doc } = written();
    const { hold, news, sockets, closed } = deviceOf(doc);
    await hold.hear('');
    await until(() => sockets() === 1, 'a socket');
    const before = news.length;
    doc.getMap('groups').set('d/name', 'Later');
    expect(news.slice(before)).toEqual([{ sharing: 'local' }]);
    hold.close();
    await until(() => closed() > 0, 'the end of the socket');
  });

  test('[SYN-3] closed, it says nothing more: the word is another tab’s', async () => {
    const { doc, updates } = written();
    const { hold, word, sockets } = deviceOf(doc);
    await hold.hear(await relayOf(updates));
    hold.close();
    doc.getMap('groups').set('d/name', 'Later');
    expect([word.sharing, sockets()]).toEqual(['shared', 0]);
    word.hear({ sharing: 'sharing' });
    expect(word.sharing).toBe('sharing');
  });
});
