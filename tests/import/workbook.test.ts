/** Workbooks by other writers: SheetJS itself, and parts spelt by hand; in one piece and in many. */
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { utils, write } from 'xlsx';
import { BEGINNING, openRows, readSheet } from '#import/row-source';
import { writeSheet } from '#export/sheet-writer';
import type { Reading } from '#import/types';

const WORKBOOK: Reading = { format: 'workbook', encoding: 'utf-8', delimiter: ',', sheets: [], header: 'firstRow' };

function bySheetJs(rows: readonly (readonly (string | number | boolean)[])[], strings: 'shared' | 'inline'): Blob {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows.map((row) => [...row])), 'People');
  const bytes = write(book, {
    type: 'array',
    bookType: 'xlsx',
    bookSST: strings === 'shared',
    compression: true,
  }) as ArrayBuffer;
  return new Blob([bytes]);
}

/** A workbook of one sheet whose parts are given; the rest is what every workbook has. */
function byHand(sheet: string, strings?: string): Blob {
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const parts: Record<string, string> = {
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/></Types>`,
    'xl/workbook.xml': `<x:workbook xmlns:r="${office}"><x:sheets><x:sheet name="S" sheetId="1" r:id="rId7"/></x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Target="worksheets/Sheet1.xml" Type="${office}/worksheet" Id="rId7"/></Relationships>`,
    'xl/worksheets/Sheet1.xml': sheet,
    ...(strings === undefined ? {} : { 'xl/sharedStrings.xml': strings }),
  };
  const files = Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, strToU8(xml)]));
  return new Blob([new Uint8Array(zipSync(files))]);
}

async function rowsOf(file: Blob) {
  const read = await readSheet(file, undefined, 'whole');
  if (typeof read === 'string') throw new Error(read);
  return read;
}

describe('workbooks', () => {
  const cell = fc.oneof(
    fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((text) => !/[\x00-\x1f\ufffe\uffff]/.test(text) && text.trim() !== ''),
    fc.constantFrom('a & b', '<b>', '"q"', "it's", 'a_x000D_b', '王小明', ' padded ', '=1+1', '+420601123456'),
    fc.integer({ min: -1e12, max: 1e14 }),
  );

  it.each(['shared', 'inline'] as const)('[IMP-1] what SheetJS writes is read back, strings %s', async (strings) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 20 }),
        async (rows) => {
          const read = await rowsOf(bySheetJs(rows, strings));
          // Spreadsheets write `_x000D_` for a character; what stands for itself is written otherwise.
          const texts = rows.map((row) => row.map((value) => String(value).replace('_x000D_', '\r')));
          expect(read.rows).toEqual(texts);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(['shared', 'inline'] as const)('[IMP-1] a sheet of many pieces loses no row, strings %s', async (strings) => {
    const rows = Array.from({ length: 12_000 }, (_, row) => [
      `Person ${String(row % 5_000)}`,
      13_800_000_000 + row,
      `${'x'.repeat(row % 90)}@`,
    ]);
    const { rows: read, numbers } = await rowsOf(bySheetJs(rows, strings));
    expect(read).toEqual(rows.map((row) => row.map(String)));
    expect(numbers).toEqual(rows.map((_, row) => row + 1));
  });

  it('[IMP-1] rows and cells that do not tell their places are counted, over pieces too', async () => {
    const cells = (row: number) =>
      `<x:c t="s"><x:v>${String(row % 2)}</x:v></x:c><x:c><x:v>${String(row)}</x:v></x:c><x:c t="inlineStr"><x:is><x:t>${'y'.repeat(60)}</x:t></x:is></x:c>`;
    const rows = Array.from({ length: 9_000 }, (_, row) => `<x:row>${cells(row)}</x:row>`).join('');
    const sheet = `<x:worksheet xmlns:x="urn:x"><x:sheetData>${rows}</x:sheetData></x:worksheet>`;
    const strings =
      '<x:sst xmlns:x="urn:x"><x:si><x:t>even</x:t></x:si><x:si><x:r><x:t>o</x:t></x:r><x:r><x:t>dd</x:t></x:r></x:si></x:sst>';
    const { rows: read, numbers } = await rowsOf(byHand(sheet, strings));
    expect(read).toHaveLength(9_000);
    expect(read.map((row) => row.slice(0, 2))).toEqual(
      Array.from({ length: 9_000 }, (_, row) => [row % 2 ? 'odd' : 'even', String(row)]),
    );
    expect(numbers.at(-1)).toBe(9_000);
  });

  it('[IMP-1] a string that is not there is an empty cell', async () => {
    const sheet =
      '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>99</v></c></row></sheetData></worksheet>';
    expect((await rowsOf(byHand(sheet, '<sst><si><t>here</t></si></sst>'))).rows).toEqual([['here', '']]);
  });

  it('[IMP-9] is read slice by slice from any row, as an import that goes on does', async () => {
    const rows = [['Phone'], ...Array.from({ length: 25 }, (_, row) => [`+4206011234${String(10 + row)}`])];
    const file = new Blob([writeSheet({ name: 'S', rows, widths: [10] })]);
    const source = await openRows(file, WORKBOOK, { windowBytes: 1, longestRowBytes: 1, mostRows: 10 });
    if (typeof source === 'string') throw new Error(source);
    const all: string[] = [];
    for (let place = BEGINNING; ;) {
      const slice = await source.read(place);
      if (!slice) break;
      expect(await source.read(place)).toEqual(slice);
      expect(slice.numbers[0]).toBe(all.length + 2);
      all.push(...slice.rows.map((row) => row[0] ?? ''));
      place = slice.next;
    }
    expect(all).toEqual(rows.slice(1).flat());
  });

  it('[IMP-1] tags that never end cost no time', async () => {
    const evil = `<worksheet><sheetData><row r="1">${'<c '.repeat(200_000)}</row></sheetData></worksheet>`;
    const started = performance.now();
    await readSheet(byHand(evil, '<sst><si><t>x</t></si></sst>'), undefined, 'whole');
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
