/** What a frame and an update may be, before anything of them is stored: poisons that are known, and mutated ones. */
import { encodeAwarenessUpdate, Awareness } from 'y-protocols/awareness';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { judgeFrame } from '#relay/documents/frame-guard';
import { judgeUpdate } from '#relay/documents/update-guard';
import { documentFrame as frame } from '#tests/builders/document-frames';

const NAME = 'content/one';
const [SYNC, PRESENCE, HELLO, STATELESS] = [0, 1, 2, 5];

function updateOf(write: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  write(doc);
  return Y.encodeStateAsUpdate(doc);
}

const groups = (doc: Y.Doc) => doc.getMap<unknown>('groups');
const judge = (update: Uint8Array) => judgeUpdate(update, new Y.Doc()).kind;

describe('frames', () => {
  const update = updateOf((doc) => groups(doc).set('a/name', 'Expo'));

  test('[SYN-7] only the few that a device sends pass, for its own document alone', () => {
    expect(judgeFrame(frame(NAME, SYNC, 2, update), NAME).kind).toBe('update');
    expect(judgeFrame(frame(NAME, SYNC, 0, new Uint8Array([0])), NAME).kind).toBe('state');
    expect(judgeFrame(frame(NAME, HELLO, 0, '', '4.8.0'), NAME).kind).toBe('hello');
    const refused = [
      frame('content/other', SYNC, 2, update),
      frame(`${NAME}\0session`, SYNC, 2, update),
      frame(NAME, HELLO, 0, 'a token', '4.8.0'),
      frame(NAME, STATELESS, 'text'),
      frame(NAME, 6, 'text'),
      frame(NAME, SYNC, 3, update),
      frame(NAME, SYNC, 2, update, 0),
      frame(NAME, SYNC, 0, new Uint8Array(600_000)),
      frame(NAME, SYNC, 0, new Uint8Array([5, 1, 1])),
      new Uint8Array([9]),
      new Uint8Array(),
      new Uint8Array(64).fill(255),
    ];
    expect(refused.map((bad) => judgeFrame(bad, NAME).kind)).toEqual(refused.map(() => 'refused'));
  });

  test('[SYN-6] presence is small, flat and without keys that become prototypes', () => {
    const awareness = new Awareness(new Y.Doc());
    const presence = (state: Record<string, unknown>) => {
      awareness.setLocalState(state);
      const bytes = encodeAwarenessUpdate(awareness, [awareness.clientID]);
      return judgeFrame(frame(NAME, PRESENCE, bytes), NAME);
    };
    expect(presence({ view: 'contacts' })).toEqual({ kind: 'presence', clients: [awareness.clientID] });
    expect(presence({ view: 'x'.repeat(3_000) }).kind).toBe('refused');
    expect(presence(JSON.parse('{"__proto__":{"role":"owner"}}') as Record<string, unknown>).kind).toBe('refused');
    expect(presence({ a: { b: { c: { d: { e: 1 } } } } }).kind).toBe('refused');
    awareness.destroy();
  });
});

describe('updates', () => {
  test('[SYN-3] what a device writes passes: keys, texts, deletions, and the whole of a document', () => {
    expect(
      judge(
        updateOf((doc) => {
          groups(doc).set('a/name', 'Expo');
          groups(doc).set('a/name', 'Fair');
          groups(doc).delete('a/name');
          groups(doc).set('view/columns', [{ field: 'name', width: 120 }]);
          doc.getText('note').insert(0, 'Hello');
        }),
      ),
    ).toBe('fine');
  });

  test('[SYN-7] the second format, nested types, prototypes, deep values and endless keys are refused', () => {
    const doc = new Y.Doc();
    groups(doc).set('a/name', 'Expo');
    const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)]);
    // As a peer could write it: no JavaScript object has such a key of its own.
    const withKey = (key: string) => {
      const value = Object.create(null) as Record<string, unknown>;
      Object.defineProperty(value, key, { value: { role: 'owner' }, enumerable: true });
      return value;
    };
    const bad: readonly Uint8Array[] = [
      Y.encodeStateAsUpdateV2(doc),
      updateOf((doc) => groups(doc).set('a', new Y.Map())),
      updateOf((doc) => groups(doc).set('a', new Y.Doc())),
      updateOf((doc) => groups(doc).set('__proto__', 1)),
      updateOf((doc) => groups(doc).set('constructor', 1)),
      updateOf((doc) => doc.getMap('__proto__').set('a', 1)),
      updateOf((doc) => groups(doc).set('a', { inner: withKey('__proto__') })),
      updateOf((doc) => groups(doc).set('a', { inner: withKey('constructor') })),
      updateOf((doc) => groups(doc).set('a', deep(20))),
      updateOf((doc) => groups(doc).set('k'.repeat(300), 1)),
      updateOf((doc) => groups(doc).set('a', deep(3_000))),
    ];
    expect(bad.map(judge)).toEqual(bad.map(() => 'refused'));
  });

  test('[SYN-7] a few bytes that claim millions of structs are refused in no time', () => {
    const started = performance.now();
    for (const claim of [1_000_000, 5_000_000, 2 ** 40]) {
      expect(judge(frame(1, claim, 7, 0, 0))).toBe('refused');
      expect(judge(frame(claim, 1, 7, 0, 0))).toBe('refused');
    }
    expect(performance.now() - started).toBeLessThan(250);
  });

  test('[SYN-3] one that builds on what is not there is known as such, also by what it deletes', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    groups(doc).set('a/name', 'Expo');
    groups(doc).set('a/name', 'Fair');
    groups(doc).delete('a/name');
    const [first, second, third] = updates as [Uint8Array, Uint8Array, Uint8Array];
    expect(judge(second)).toBe('waits');
    expect(judge(third)).toBe('waits');
    const relay = new Y.Doc();
    Y.applyUpdate(relay, first);
    expect(judgeUpdate(second, relay).kind).toBe('fine');
  });
});
