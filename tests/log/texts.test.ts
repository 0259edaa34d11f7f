import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTexts, RUN_ROWS } from '#log/texts';
import { readRun } from '#log/texts-run';
import { createTextsWriter } from '#log/texts-writer';

/** Few words, many words, letters of every length in UTF-8, halves of pairs, and none at all. */
const text = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom('', 'Praha', '上海', 'NUL\u0000', '\ufeffmark'),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('a', 'é', '王', '😀', '\ud800', '\udc00'), maxLength: 400 }),
);
const rows = fc.array(text, { minLength: 1, maxLength: RUN_ROWS });
const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

const writer = createTextsWriter(RUN_ROWS);

describe('texts by row', () => {
  it('stand as they were written, packed or not, and can be written again', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.tuple(fc.nat(RUN_ROWS * 3), text), { maxLength: 30 }), (said, later) => {
        const texts = createTexts();
        const naive = new Map<number, string | undefined>();
        const set = (row: number, value: string | undefined) => {
          texts.set(row, value);
          naive.set(row, value);
        };
        said.forEach((value, at) => {
          set(RUN_ROWS + at, value);
        });
        expect(texts.pack(99, writer)).toBe('done');
        later.forEach(([row, value], at) => {
          set(row, value);
          if (at % 7 === 0) texts.pack(99, writer);
        });
        const all = Array.from({ length: RUN_ROWS * 3 }, (_, row) => row);
        expect(all.map(texts.get)).toEqual(all.map((row) => naive.get(row)));
      }),
    );
  });

  it('compare as strings do', () => {
    fc.assert(
      fc.property(rows, (said) => {
        const texts = createTexts();
        said.forEach((value, at) => {
          texts.set(at, value);
        });
        texts.pack(99, writer);
        for (let row = 0; row + 1 < said.length; row += 1)
          expect(Math.sign(texts.compare(row, row + 1))).toBe(order(said[row] ?? '', said[row + 1] ?? ''));
      }),
    );
  });

  it('packs so many runs at once, and again what was written since', () => {
    const texts = createTexts();
    for (let row = 0; row < RUN_ROWS * 3; row += 1) texts.set(row, `text ${String(row)}`);
    expect([texts.pack(2, writer), texts.pack(2, writer)]).toEqual(['more', 'done']);
    texts.set(5, 'another');
    expect([texts.locate(5), texts.get(5)]).toEqual([undefined, 'another']);
    texts.pack(1, writer);
    expect(texts.locate(5)).toBeDefined();
    expect([texts.get(4), texts.get(5)]).toEqual(['text 4', 'another']);
  });

  it('takes texts over from the bytes of others', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 8, maxLength: 200 }), fc.nat(7), (said, from) => {
        const all = new Uint8Array(100_000);
        const starts = [0];
        const source = createTextsWriter(said.length);
        for (const each of said) source.add(each);
        const run = source.finish(new Map());
        if (run.words) return;
        all.set(run.bytes);
        starts.splice(0, 1, ...run.starts);
        const writer = createTextsWriter(said.length + 1);
        writer.add('before');
        writer.addUtf8({ bytes: all, starts: Uint32Array.from(starts) }, from, said.length - from);
        expect(readRun(writer.finish(new Map())).slice(0, 1 + said.length - from)).toEqual([
          'before',
          ...said.slice(from),
        ]);
      }),
    );
  });
});
