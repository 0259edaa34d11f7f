/** Wherever a file is cut, its rows are those that Papa Parse reads from the whole. */
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { parseTextSlice } from '#import/csv';
import { normaliseLineEnds, readTextSlice, type TextSlice } from '#import/text-slice';
import { DELIMITERS, type Delimiter, type Encoding } from '#import/types';

/** What breaks readers: quotes, delimiters, line ends, blanks of all kinds, characters of several bytes. */
const cell = fc
  .array(
    fc.constantFrom('a', '7', '"', '""', ',', ';', '|', '\t', '\n', '\r\n', '\r', ' ', '\u00a0', '陳', '乗', '😀', 'é'),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const wellFormed = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 30 });
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

function write(rows: readonly (readonly string[])[], delimiter: Delimiter, end: string): string {
  const written = (text: string) =>
    /["\n\r]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map(written).join(delimiter) + end).join('');
}

async function slicesOf(file: Blob, encoding: Encoding, delimiter: Delimiter, windowBytes: number, mostRows: number) {
  const slices: TextSlice[] = [];
  const limits = { windowBytes, longestRowBytes: Math.max(windowBytes, 4_096), mostRows };
  for (let at = 0; ;) {
    const slice = await readTextSlice(file, { encoding, delimiter }, at, limits);
    if (!slice) return slices;
    expect(slice.byteStart).toBe(at);
    expect(slice.byteEnd).toBeGreaterThan(at);
    slices.push(slice);
    at = slice.byteEnd;
  }
}

function wholeByPapa(text: string, delimiter: Delimiter): string[][] {
  const normal = normaliseLineEnds(text);
  const ended = normal.endsWith('\n') ? normal : `${normal}\n`;
  const { data } = Papa.parse<string[]>(ended, { delimiter, newline: '\n' });
  data.pop();
  return data;
}

function encode(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const units = new Uint16Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    units[index] = encoding === 'utf-16le' ? code : ((code & 0xff) << 8) | (code >> 8);
  }
  return new Uint8Array(units.buffer);
}

describe('slices', () => {
  it('[IMP-9] any cut gives the rows of the whole: well-formed files', async () => {
    await fc.assert(
      fc.asyncProperty(
        wellFormed,
        fc.constantFrom(...DELIMITERS),
        lineEnd,
        fc.constantFrom<Encoding>('utf-8', 'utf-16le', 'utf-16be'),
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 1, max: 7 }),
        async (rows, delimiter, end, encoding, windowBytes, mostRows) => {
          const text = write(rows, delimiter, end);
          const slices = await slicesOf(
            new Blob([encode(text, encoding)]),
            encoding,
            delimiter,
            windowBytes & ~1,
            mostRows,
          );
          const cut = slices.flatMap((slice) => parseTextSlice(slice, delimiter).rows);
          expect(cut).toEqual(wholeByPapa(text, delimiter));
          expect(slices.every((slice) => slice.quotes === 'read')).toBe(true);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('[IMP-9] any cut gives the rows of the whole: stray quotes, as long as each closes', async () => {
    const anything = fc
      .array(fc.constantFrom('a', '"', '"b"', '""', ',', '\n', '\r\n', ' ', '"x y",', '\n"', '",'), { maxLength: 40 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(
        anything,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 5 }),
        async (text, windowBytes, mostRows) => {
          const slices = await slicesOf(new Blob([text]), 'utf-8', ',', windowBytes, mostRows);
          fc.pre(slices.every((slice) => slice.quotes === 'read'));
          const cut = slices.flatMap((slice) => parseTextSlice({ ...slice, byteStart: 1 }, ',').rows);
          expect(cut).toEqual(text === '' ? [] : wholeByPapa(text, ','));
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('[IMP-9] a slice does not depend on those before it', async () => {
    await fc.assert(
      fc.asyncProperty(wellFormed, fc.integer({ min: 10, max: 100 }), async (rows, windowBytes) => {
        const file = new Blob([write(rows, ',', '\r\n')]);
        const limits = { windowBytes, longestRowBytes: 4_096, mostRows: 3 };
        for (const slice of await slicesOf(file, 'utf-8', ',', windowBytes, 3)) {
          expect(await readTextSlice(file, { encoding: 'utf-8', delimiter: ',' }, slice.byteStart, limits)).toEqual(
            slice,
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  it('[IMP-3] a trail byte that looks like a delimiter is none', async () => {
    // 姓名|亅" in GB18030: 0x81 0x7c is one character, so that the quote stands in the middle of a value.
    const bytes = [0xd0, 0xd5, 0xc3, 0xfb, 0x7c, 0x81, 0x7c, 0x22, 0x0a, 0x61, 0x7c, 0x62, 0x0a];
    const slices = await slicesOf(new Blob([new Uint8Array(bytes)]), 'gb18030', '|', 64, 100);
    expect(slices.flatMap((slice) => parseTextSlice(slice, '|').rows)).toEqual([
      ['姓名', '亅"'],
      ['a', 'b'],
    ]);
  });
});
