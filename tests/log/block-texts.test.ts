import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRows, packBlock, writeRows } from '#log/block';
import { readBlockTexts } from '#log/block-texts';
import { readText } from '#log/texts-run';
import type { Row } from '#log/types';
import { columnsOfRows, rowOf } from '#tests/builders/blocks';

const text = fc.oneof(
  fc.constantFrom('', 'Praha', '上海', '"quoted"', 'back\\slash', 'line\nline', '],"cells":{', 'null', '0'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const cells = fc.dictionary(fc.constantFrom('name', 'phone', 'email', 'userId', 'x:0123456789abcdef'), text, {
  noNullPrototype: true,
});
const row = fc
  .tuple(fc.constantFrom('userId' as const, 'phone' as const, 'email' as const), text, cells)
  .map(([key, value, said]): Row => rowOf(key, value, said));

const json = (value: object) => new TextEncoder().encode(JSON.stringify(value));
const written = (rows: readonly Row[]) => writeRows(columnsOfRows(rows));

describe('the texts of a block, as bytes', () => {
  it('are those that decoding it says, or none are read', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
        const bytes = written(rows);
        const texts = readBlockTexts(bytes);
        if (!texts) {
          // Only such escapes are left to whoever decodes it whole.
          expect(new TextDecoder().decode(bytes)).toContain('\\u');
          return;
        }
        read += 1;
        const decoded = await decodeRows((await packBlock(bytes, rows.length)).bytes);
        if (decoded.kind !== 'decoded') throw new Error(decoded.reason);
        for (const name of ['name', 'phone', 'email', 'userId', 'status', 'x:0123456789abcdef']) {
          const own = texts.cells.get(name);
          const values = rows.map((_, at) =>
            own && 'bytes' in own ? readText(own.bytes, own.starts[at] ?? 0, own.starts[at + 1] ?? 0) : undefined,
          );
          expect(values).toEqual(rows.map((_, at) => decoded.block.columns.cells[name]?.[at]));
        }
      }),
    );
    expect(read).toBeGreaterThan(50);
  });

  it('are not read of what no block of ours looks like', () => {
    const sound = {
      format: 1,
      kind: 'rows',
      count: 2,
      key: { all: 1 },
      keyValue: ['+1', '+2'],
      cells: { phone: { all: 0 } },
    };
    expect(readBlockTexts(json(sound))?.count).toBe(2);
    for (const other of [
      { ...sound, format: 2 },
      { ...sound, kind: 'entries' },
      { ...sound, count: 3 },
      { ...sound, count: 1 },
      { ...sound, count: 4e9 },
      { ...sound, key: [1] },
      { ...sound, keyValue: ['+1', 2] },
      { ...sound, cells: { email: { all: 0 } } },
      { ...sound, cells: { phone: [0] } },
      { ...sound, cells: { phone: ['a', true] } },
      { ...sound, cells: { name: { all: 'x'.repeat(1 << 20) } } },
      { ...sound, more: 1 },
    ])
      expect(readBlockTexts(json(other))).toBeUndefined();
    const bytes = json(sound);
    for (let length = 0; length < bytes.length; length += 1)
      expect(readBlockTexts(bytes.slice(0, length))).toBeUndefined();
  });

  it('are not read where a column stands twice', () => {
    const twice =
      '{"format":1,"kind":"rows","count":1,"key":[1],"keyValue":["+1"],"cells":{"name":["a"],"name":["b"]}}';
    expect(readBlockTexts(new TextEncoder().encode(twice))).toBeUndefined();
  });
});
