import fc from 'fast-check';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type Field } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { decodeRecipients, decodeRows, encodeRecipients, encodeRows } from '#log/block';
import { hashOf } from '#log/deflate';
import type { Row } from '#log/types';
import { birthColumns, columnsOfRows, rowOf } from '#tests/builders/blocks';
import { contactColumns } from '#tests/builders/contacts';

const packed = (body: unknown) => new Uint8Array(deflateRawSync(JSON.stringify(body)));
const decoded = async (rows: readonly Row[]) => {
  const { bytes } = await encodeRows(columnsOfRows(rows));
  const result = await decodeRows(bytes);
  if (result.kind === 'refused') throw new Error(result.reason);
  return Array.from({ length: result.block.count }, (_, index) => result.block.rowAt(index));
};

const anyRow: fc.Arbitrary<Row> = fc
  .record({
    key: fc.constantFrom(...KEY_FIELDS),
    keyValue: fc.string({ unit: 'binary' }),
    generation: fc.constantFrom(0, 0, 0, 1, 65_535),
    birth: fc.boolean(),
    cells: fc.dictionary(
      fc.constantFrom<Field>(...TEXT_FIELDS, ...STRICT_FIELDS),
      fc.constantFrom('', 'a', '张', '"', 'null', '0'),
    ),
  })
  .chain((row) =>
    fc.record({ own: fc.boolean(), asKey: fc.boolean() }).map(({ own, asKey }): Row => ({
      ...row,
      ...(own ? { id: '00ff00ff00ff00ff' as ContactId } : {}),
      cells: asKey ? { ...row.cells, [row.key]: row.keyValue } : row.cells,
    })),
  );

describe('blocks of rows', () => {
  test('come back as they went in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 30 }), async (rows) => {
        // Lone surrogates cannot stand in UTF-8; nothing that reaches a block has any.
        const sound = rows.filter((row) => row.keyValue.isWellFormed());
        expect(await decoded(sound)).toEqual(sound);
      }),
      { numRuns: 200 },
    );
  });

  test('a reference names the hash and size of the bytes', async () => {
    const { bytes, ...ref } = await encodeRows(columnsOfRows([rowOf('phone', '+420777123456', { name: 'Ana' })]));
    expect(ref).toEqual({ rows: 1, sizeBytes: bytes.length, hash: await hashOf(bytes) });
    expect(ref.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a contact of eight columns takes at most 35 bytes', async () => {
    const ref = await encodeRows(birthColumns(contactColumns(4_000, 1), 'phone'));
    expect(ref.sizeBytes / ref.rows).toBeLessThanOrEqual(35);
  });

  test('cells of a newer version are kept, what else it adds is passed over, a newer format is said', async () => {
    const row = { count: 1, key: [1], keyValue: ['+1'], generation: [0], birth: [1], id: [[], []] };
    const known = await decodeRows(
      packed({ format: 1, kind: 'rows', ...row, cells: { name: ['Ana'], tag: ['vip'] }, more: 1 }),
    );
    expect(known.kind === 'decoded' && known.block.rowAt(0).cells).toEqual({ name: 'Ana', tag: 'vip' });
    expect(await decodeRows(packed({ format: 2, kind: 'rows', ...row, cells: {} }))).toEqual({
      kind: 'refused',
      reason: 'newerFormat',
    });
  });
});

describe('bad bytes', () => {
  const sound = {
    format: 1,
    kind: 'rows',
    count: 2,
    key: { all: 1 },
    keyValue: ['+1', '+2'],
    generation: { all: 0 },
    birth: { all: 1 },
    id: [[], []],
    cells: { phone: { all: 0 } },
  };

  test.each([
    ['no deflate stream', new Uint8Array([1, 2, 3, 4, 5])],
    ['cut off', packed(sound).slice(0, -4)],
    ['empty', new Uint8Array()],
    ['no JSON', new Uint8Array(deflateRawSync('{'))],
    ['no UTF-8', new Uint8Array(deflateRawSync(Buffer.from([0x22, 0xff, 0x22])))],
    ['another kind', packed({ ...sound, kind: 'recipients' })],
    ['null', packed(null)],
    ['a count that is none', packed({ ...sound, count: -1 })],
    ['a count that is a bomb', packed({ ...sound, count: 4_000_000_000 })],
    ['fewer keys than rows', packed({ ...sound, key: [1] })],
    ['a key that is none', packed({ ...sound, key: [1, 9] })],
    ['a cell that is an object', packed({ ...sound, cells: { name: [{}, 'x'] } })],
    ['"as the key" in another field', packed({ ...sound, cells: { name: [0, 'x'] } })],
    ['an id that is none', packed({ ...sound, id: [[0], ['zz']] })],
    ['an id beyond the rows', packed({ ...sound, id: [[2], ['00ff00ff00ff00ff']] })],
  ])('%s is refused', async (_, bytes) => {
    expect(await decodeRows(bytes)).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  test('a zip bomb is stopped while it inflates', async () => {
    const bomb = new Uint8Array(deflateRawSync(Buffer.alloc(50_000_000, 32)));
    expect(bomb.length).toBeLessThan(60_000);
    expect(await decodeRows(bomb, { maxBytes: 1_000_000 })).toEqual({ kind: 'refused', reason: 'tooLarge' });
    expect(await decodeRecipients(bomb, { maxBytes: 1_000_000 })).toEqual({ kind: 'refused', reason: 'tooLarge' });
  });

  test('`__proto__` as a column or variable pollutes nothing', async () => {
    const text = JSON.stringify({ ...sound, cells: 0 }).replace('"cells":0', '"cells":{"__proto__":{"all":"x"}}');
    await decodeRows(new Uint8Array(deflateRawSync(text)));
    const recipients =
      '{"format":1,"kind":"recipients","count":1,"contacts":["00ff00ff00ff00ff"],"addresses":["a"],"variables":{"__proto__":["x"]}}';
    expect((await decodeRecipients(new Uint8Array(deflateRawSync(recipients)))).kind).toBe('refused');
    expect(({} as Record<string, unknown>)['all']).toBeUndefined();
  });
});

describe('blocks of recipients', () => {
  test('come back as they went in', async () => {
    const block = {
      kind: 'recipients',
      count: 2,
      contacts: ['00ff00ff00ff00ff', '00ff00ff00ff00fe'] as ContactId[],
      addresses: ['ana@example.com', 'li@example.com'],
      variables: { name: ['Ana', 'Ana'], userId: ['', 'U1'] },
    } as const;
    const { bytes } = await encodeRecipients(block);
    expect(await decodeRecipients(bytes, { maxBytes: 10_000 })).toEqual({ kind: 'decoded', block });
  });
});
