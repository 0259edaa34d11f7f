/** Files that are no backup, or were one: each is refused by its name, and nothing is written. */
import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSectionWriter, KINDS, type Kind } from '#backup/sections';
import { lookAtBackup } from '#app/restore-backup';
import { deflate } from '#log/deflate';
import { backupDevice, restoreParts, WORKSPACE } from '#tests/builders/backup-device';
import { birthsOf } from '#tests/builders/audience';
import { testDatabase } from '#tests/storage/workspace';

let sound: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const device = backupDevice(testDatabase().db);
  await device.put([birthsOf([{ phone: '+420777123456', name: 'Ana' }], 1_000)], () => 'pending');
  sound = new Uint8Array(await (await device.save()).arrayBuffer());
});

/** What is said of it, and what a restore leaves. */
async function tried(...parts: Uint8Array<ArrayBuffer>[]): Promise<string> {
  const file = new Blob(parts);
  const { db } = testDatabase();
  const device = backupDevice(db);
  const restored = await device.restore(file);
  const looked = await lookAtBackup(file, restoreParts(device));
  if (restored.kind === 'restored') return 'restored';
  expect(looked).toEqual(restored);
  for (const table of db.tables) expect(await table.count()).toBe(0);
  return restored.problem;
}

const text = (value: string) => new TextEncoder().encode(value);
const HEAD = {
  workspace: WORKSPACE.id,
  name: 'x',
  salt: WORKSPACE.salt,
  device: 'd',
  createdAt: 1,
  contacts: 0,
  madeAt: 1,
};

/** A file by our own writer, so that its hashes are right whatever is in it. */
async function written(...sections: readonly [Exclude<Kind, 'end'>, Uint8Array<ArrayBuffer>][]) {
  const writer = createSectionWriter();
  const parts = [writer.begin(), await writer.section('head', await json(HEAD))];
  for (const [kind, bytes] of sections) parts.push(await writer.section(kind, bytes));
  return [...parts, await writer.end()];
}
const json = (value: unknown) => deflate(text(typeof value === 'string' ? value : JSON.stringify(value)));
const rows = async (table: string, ...some: unknown[]): Promise<['rows', Uint8Array<ArrayBuffer>]> => [
  'rows',
  await json({ table, rows: some }),
];
const entry = { id: 'e', device: 'd', time: 1, format: 1, body: { kind: 'undo', of: 'x', undone: true } };

describe('[APP-4] a file that is no sound backup', () => {
  test('the sound one is restored', async () => {
    expect(await tried(sound)).toBe('restored');
    expect(await tried(...(await written(await rows('entries', { id: 'e', sharing: 'shared', entry }))))).toBe(
      'restored',
    );
  });

  test('of another kind is foreign', async () => {
    for (const bytes of [text(''), text('name,phone\nAna,1'), sound.slice(0, 10), sound.slice(1)])
      expect(await tried(bytes)).toBe('foreign');
  });

  test('of a newer version says so', async () => {
    const newer = sound.slice();
    newer[16] = 2;
    expect(await tried(newer)).toBe('newer');
  });

  test('cut off anywhere says so', async () => {
    for (let length = 16; length < sound.length; length += 97)
      expect(await tried(sound.slice(0, length))).toBe('cutOff');
    expect(await tried(sound.slice(0, -1))).toBe('cutOff');
  });

  test('with any byte changed is damaged', async () => {
    for (let at = 20; at < sound.length; at += 53) {
      const changed = sound.slice();
      changed[at] = (changed[at] as number) ^ 0x40;
      expect(['damaged', 'cutOff']).toContain(await tried(changed));
    }
  });

  test('with a section left out, doubled, or something behind the end is damaged', async () => {
    const [prelude, head, some, end] = (await written(await rows('entries'))) as [never, never, never, never];
    expect(await tried(prelude, head, end)).toBe('damaged');
    expect(await tried(prelude, head, some, some, end)).toBe('damaged');
    expect(await tried(prelude, head, some, end, text('more'))).toBe('damaged');
    expect(await tried(prelude, some, head, end)).toBe('malformed');
  });

  test('with a length that lies is refused before so much is read', async () => {
    for (const kind of Object.keys(KINDS) as Kind[]) {
      const file = sound.slice();
      file[20] = KINDS[kind].code;
      new DataView(file.buffer).setUint32(21, 0xffff_ffff, true);
      expect(await tried(file)).toBe('damaged');
    }
  });

  test('with a bomb is refused', async () => {
    const bomb = await deflate(new Uint8Array(17_000_000).fill(0x20));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await tried(...(await written(['rows', bomb])))).toBe('malformed');
  });

  test.each([
    ['no JSON', '{"table"'],
    ['an unknown table', '{"table":"blocks","rows":[]}'],
    ['a prototype', '{"table":"values","rows":[{"__proto__":{"country":"CZ"}}]}'],
    ['a deep one', `{"table":"values","rows":[{"draft":${'['.repeat(200)}${']'.repeat(200)}}]}`],
  ])('with %s is refused', async (_, body) => {
    expect(await tried(...(await written(['rows', await json(body)])))).toBe('malformed');
  });

  test.each([
    ['entries', { id: 'e', sharing: 'shared', entry: { ...entry, id: 'other' } }],
    ['entries', { id: '../e', sharing: 'shared', entry: { ...entry, id: '../e' } }],
    ['entries', { id: 'e', sharing: 'sent', entry }],
    ['entries', { id: 'e', sharing: 'shared', entry: { ...entry, time: -1 } }],
    [
      'entries',
      { id: 'e', sharing: 'shared', entry: { ...entry, body: { kind: 'commit', blocks: [{ id: '../../x' }] } } },
    ],
    ['entries', { id: 'e', sharing: 'shared', entry: JSON.parse('{"__proto__":1}') as unknown }],
    ['imports', { id: 'i', phase: 'checking' }],
    ['messages', { id: 'm', content: { kind: 'html' } }],
    ['receipts', { message: 'm', lastCursor: 1.5, receipts: [] }],
    ['outbox', { key: 'k' }],
    ['values', { clock: 'late' }],
    ['values', { memberName: 'Eve' }],
  ])('with a row of %s that no device writes is refused: %#', async (table, row) => {
    expect(await tried(...(await written(await rows(table, row))))).toBe('malformed');
  });

  test('with a document that is none, or a block without a name, is refused', async () => {
    expect(await tried(...(await written(['document', text('no update')])))).toBe('malformed');
    expect(await tried(...(await written(['block', Uint8Array.of(200, 1)])))).toBe('malformed');
    expect(await tried(...(await written(['block', Uint8Array.of(0)])))).toBe('malformed');
  });
});
