/** XLS and OpenDocument, by LibreOffice, by SheetJS, and by those who mean harm; SheetJS is the oracle of our own reader. */
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { CFB, read as readBySheetJs, utils, write } from 'xlsx';
import { MOST_COLUMNS } from '#import/limits';
import { readSheet } from '#import/row-source';
import { checkFile, fixture, previewOf, problemOf } from './read-file.ts';

type Value = string | number | boolean;
const SYSTEMS = ['libreoffice', 'libreoffice-1904'] as const;
const FORMATS = ['xlsx', 'xls', 'ods'] as const;

function bySheetJs(
  rows: readonly (readonly Value[])[],
  bookType: 'xls' | 'ods',
  name = 'People',
): Uint8Array<ArrayBuffer> {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows.map((row) => [...row])), name);
  return new Uint8Array(write(book, { type: 'array', bookType }) as ArrayBuffer);
}

async function rowsOf(file: Blob, sheet?: string) {
  const read = await readSheet(file, sheet, 'whole');
  if (typeof read === 'string') throw new Error(read);
  return read;
}

describe('workbooks of other formats', () => {
  it.each(SYSTEMS.flatMap((system) => FORMATS.map((format) => `${system}.${format}`)))(
    '[IMP-1] %s: dates, zeros, formulas, merged headings below a title; hidden rows are read and said',
    async (name) => {
      const { rows, numbers } = await rowsOf(fixture(name));
      expect(numbers).toEqual([1, 3, 4, 5, 6, 10]);
      expect(rows.slice(3)).toEqual([
        ['Jürgen Groß', '4915123456789', 'juergen@example.de', '1984-04-15', '000017', '1'],
        ['王小明', '+86 138 1234 5678', '', '2001-12-31', '000018', '0'],
        ['Zoë  O’Neil', '447911123456', 'zoe@example.org', '', '000019'],
      ]);
      const preview = await previewOf(fixture(name));
      expect(preview.reading).toMatchObject({ sheet: 'Kunden & 会员', sheets: ['Kunden & 会员', 'Secret'], header: 4 });
      expect(preview.columns.map((column) => column.name)).toEqual([
        ...['Name', 'Mobile', 'Email', 'Birthday', 'Customer no', 'Active'],
      ]);
      expect(preview.hidden).toEqual({ rows: 'some', sheets: ['Secret'] });
      const { contacts, problems } = await checkFile(fixture(name), 'CN');
      expect(problems).toEqual([]);
      expect(contacts).toEqual([
        {
          ...{ name: 'Jürgen Groß', phone: '+4915123456789', email: 'juergen@example.de' },
          ...{ userId: '000017', status: 'active' },
        },
        { name: '王小明', phone: '+8613812345678', userId: '000018', status: 'inactive' },
        { name: 'Zoë O’Neil', phone: '+447911123456', email: 'zoe@example.org', userId: '000019' },
      ]);
    },
  );

  it.each(FORMATS)('[IMP-1] a hidden sheet of %s is read where it is asked for', async (format) => {
    const { rows, sheet } = await rowsOf(fixture(`libreoffice.${format}`), 'Secret');
    expect([sheet, rows]).toEqual(['Secret', [['Phone'], ['420601123456']]]);
  });

  const text = fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .filter((each) => !/[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\s]/u.test(each) && each !== '');
  const cell = fc.oneof(
    text,
    fc.constantFrom('a & b', '<b>', '"q"', "it's", '王小明', 'two  spaces', '=1+1', '+420601123456', '>', 'a>b"c'),
    fc.integer({ min: -1e9, max: 1e14 }),
    fc.boolean(),
  );
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 20 });
  const textsOf = (rows: readonly (readonly Value[])[]) =>
    rows.map((row) => row.map((value) => (typeof value === 'boolean' ? String(value).toUpperCase() : String(value))));

  it.each(['xls', 'ods'] as const)('[IMP-1] what SheetJS writes as %s is read back', async (format) => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        expect((await rowsOf(new Blob([bySheetJs(rows, format)]))).rows).toEqual(textsOf(rows));
      }),
      { numRuns: 60 },
    );
  });

  it('[IMP-1] OpenDocument rows are those that SheetJS reads', async () => {
    const bytes = new Uint8Array(await fixture('libreoffice.ods').arrayBuffer());
    const book = readBySheetJs(bytes, { dense: true });
    const oracle = utils.sheet_to_json<string[]>(book.Sheets['Secret'] ?? {}, { header: 1, raw: true, defval: '' });
    expect((await rowsOf(new Blob([bytes]), 'Secret')).rows).toEqual(oracle.map((row) => row.map(String)));
  });

  it('[IMP-1] text that a formula of an old workbook comes to', async () => {
    const book = utils.book_new();
    const sheet = utils.aoa_to_sheet([['Phone'], ['x']]);
    sheet['A2'] = { t: 's', v: '+420601123456', f: '"+420"&"601123456"' };
    utils.book_append_sheet(book, sheet, 'S');
    const bytes = new Uint8Array(write(book, { type: 'array', bookType: 'xls' }) as ArrayBuffer);
    expect((await rowsOf(new Blob([bytes]))).rows).toEqual([['Phone'], ['+420601123456']]);
  });
});

const ODS = 'application/vnd.oasis.opendocument.spreadsheet';
const sheetOf = (rows: string, name = 'S') =>
  `<office:document-content><office:body><office:spreadsheet><table:table table:name="${name}">${rows}</table:table></office:spreadsheet></office:body></office:document-content>`;
const cellOf = (value: string, more = '') =>
  `<table:table-cell office:value-type="string"${more}><text:p>${value}</text:p></table:table-cell>`;
const rowOf = (cells: string, more = '') => `<table:table-row${more}>${cells}</table:table-row>`;
const document = (content: string, more: Readonly<Record<string, string>> = {}) =>
  new Blob([
    new Uint8Array(
      zipSync({
        mimetype: strToU8(ODS),
        'content.xml': strToU8(content),
        ...Object.fromEntries(Object.entries(more).map(([name, part]) => [name, strToU8(part)])),
      }),
    ),
  ]);
const HEAD = rowOf(cellOf('Phone'));

describe('OpenDocument that means harm', () => {
  it('[IMP-8] a row, and a cell, that are said to repeat without end', async () => {
    const repeated = rowOf(cellOf('1'), ' table:number-rows-repeated="1048576"');
    expect(await readSheet(document(sheetOf(HEAD + repeated)), undefined, 'whole')).toBe('workbookTooLarge');
    const wide = rowOf(cellOf('1', ' table:number-columns-repeated="999999999"').repeat(20)).repeat(200);
    const { rows } = await rowsOf(document(sheetOf(HEAD + wide)));
    expect(rows).toHaveLength(201);
    expect(rows[1]).toHaveLength(MOST_COLUMNS);
    const many = rowOf(cellOf('1', ' table:number-columns-repeated="1024"')).repeat(25_000);
    const noise = Array.from({ length: 25_000 }, (_, row) => `<!--${String(Math.sin(row))}-->`).join('');
    const file = document(sheetOf(HEAD + many + noise));
    expect(await readSheet(file, undefined, 'whole')).toBe('workbookTooLarge');
    const blank = rowOf(
      '<table:table-cell table:number-columns-repeated="16384"/>',
      ' table:number-rows-repeated="999999"',
    );
    expect((await rowsOf(document(sheetOf(HEAD + blank + rowOf(cellOf('2')))))).numbers).toEqual([1, 1_000_001]);
  });

  it('[IMP-1] entities, a password, a text document, half a sheet', async () => {
    const evil = `<!DOCTYPE x [<!ENTITY a "aaaa">]>${sheetOf(HEAD + rowOf(cellOf('&a;')))}`;
    expect(await problemOf(document(evil))).toBe('brokenWorkbook');
    const manifest =
      '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>';
    expect(await problemOf(document('\u0001\u0002', { 'META-INF/manifest.xml': manifest }))).toBe('encryptedWorkbook');
    const letter =
      '<office:document-content><office:body><office:text><text:p>Dear</text:p></office:text></office:body></office:document-content>';
    expect(await problemOf(document(letter))).toBe('unsupported');
    expect(await problemOf(document(sheetOf(HEAD + rowOf(cellOf('1'))).slice(0, -90)))).toBe('brokenWorkbook');
  });

  it('[IMP-8] content that lies about its size is stopped', async () => {
    const files = {
      mimetype: strToU8(ODS),
      'content.xml': strToU8(sheetOf(HEAD + rowOf(cellOf('x'.repeat(100_000))))),
    };
    const bytes = Buffer.from(zipSync(files));
    // The directory says 1,000 bytes of the second entry.
    bytes.writeUInt32LE(1_000, bytes.lastIndexOf(Buffer.from('504b0102', 'hex')) + 24);
    expect(await problemOf(new Blob([bytes]))).toBe('zipBomb');
  });

  it('[IMP-1] names of the language, notes beside cells, signs within quotes', async () => {
    const note = '<office:annotation><text:p>a note</text:p></office:annotation>';
    const rows = [
      rowOf(cellOf('__proto__') + cellOf('constructor') + cellOf('phone')),
      rowOf(
        `<table:table-cell table:formula="of:=IF(A1&gt;'>';1)" office:value-type="string">${note}<text:p>polluted</text:p><text:p>twice</text:p></table:table-cell>` +
          cellOf('x') +
          cellOf('+420601123456'),
      ),
    ];
    const read = await rowsOf(document(sheetOf(rows.join(''), '__proto__')));
    expect(read.rows[1]).toEqual(['polluted\ntwice', 'x', '+420601123456']);
    expect(read.sheet).toBe('__proto__');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('[IMP-1] tags and quotes that never end cost no time', async () => {
    const started = performance.now();
    for (const evil of ['<table:table-cell '.repeat(200_000), '<a "'.repeat(200_000), `<a '>"`.repeat(200_000)])
      await readSheet(document(sheetOf(HEAD + rowOf(evil))), undefined, 'whole');
    await readSheet(
      document(sheetOf('').replace('</table:table>', '<table:table x="'.repeat(100_000))),
      undefined,
      'whole',
    );
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.each(['xls', 'ods'] as const)(
    '[IMP-1] %s cut off anywhere, or with bytes changed, is a named problem at most',
    async (format) => {
      const whole = bySheetJs(
        [
          ['Phone', 'Name'],
          ['+420601123456', 'Anna'],
        ],
        format,
      );
      const known = [
        'none',
        'brokenWorkbook',
        'unsupported',
        'zipBomb',
        'noRows',
        'empty',
        'binary',
        'encryptedWorkbook',
      ];
      for (let at = 9; at < whole.length; at += Math.ceil(whole.length / 60)) {
        expect(known).toContain(await problemOf(new Blob([whole.slice(0, at)])));
        const changed = whole.slice();
        changed[at] = (changed[at] ?? 0) ^ 0xff;
        expect(known).toContain(await problemOf(new Blob([changed])));
      }
    },
  );
});

describe('old workbooks that mean harm', () => {
  it('[IMP-1] one under a password says so', async () => {
    const compound = CFB.read(bySheetJs([['Phone'], ['1']], 'xls'), { type: 'array' });
    const stream = CFB.find(compound, '/Workbook');
    if (!stream) throw new Error('no stream');
    const content = new Uint8Array(stream.content as Uint8Array);
    // FilePass of RC4 ([MS-XLS] 2.4.117), right after the first BOF.
    const bof = 4 + (content[2] ?? 0);
    const pass = [0x2f, 0, 54, 0, 1, 0, 1, 0, 1, 0, ...Array<number>(48).fill(7)];
    stream.content = new Uint8Array([...content.slice(0, bof), ...pass, ...content.slice(bof)]) as never;
    stream.size = (stream.content as unknown as Uint8Array).length;
    const bytes = new Uint8Array(CFB.write(compound, { type: 'array' }) as unknown as ArrayBuffer);
    expect(await problemOf(new Blob([bytes]))).toBe('encryptedWorkbook');
  });

  it('[IMP-1] names of the language change no object', async () => {
    const file = new Blob([
      bySheetJs(
        [
          ['__proto__', 'phone'],
          ['polluted', '+420601123456'],
        ],
        'xls',
        '__proto__',
      ),
    ]);
    await problemOf(file);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('!data');
  });

  it.each(['<html><table><tr><td>Phone</td></tr></table></html>', '\ufeff<?xml version="1.0"?><Workbook/>'])(
    '[IMP-1] a page under the name of a workbook is refused: %s',
    async (text) => {
      expect(await problemOf(new Blob([text]))).toBe('unsupported');
    },
  );
});
