/** Files that are not lists, or mean harm: a named problem, soon, and nothing else. */
import { deflateRawSync } from 'node:zlib';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readFileKind } from '#import/file-kind';
import { ZIP_LIMITS, type ZipLimits } from '#import/limits';
import { writeSheet } from '#export/sheet-writer';
import { inflatePart, readZipDirectory } from '#import/zip';
import { isProblem, openWorkbook } from '#import/workbook';
import { readSheet } from '#import/row-source';
import { checkFile, fixture, previewOf, problemOf } from './read-file.ts';

const bytes = (...values: number[]) => new Blob([new Uint8Array(values)]);
const sound = () => writeSheet({ name: 'S', rows: [['Phone'], ['+420601123456']], widths: [10] });

/** A blob that says it is as long as one likes, and is never read. */
function lyingBlob(sizeBytes: number): Blob {
  const refuse = () => {
    throw new Error('it was read');
  };
  return { size: sizeBytes, slice: refuse, arrayBuffer: refuse, stream: refuse, text: refuse } as unknown as Blob;
}

/** Parts of a sound workbook, some replaced, zipped again. */
function workbookWith(parts: Readonly<Record<string, Uint8Array | string>>): Blob {
  const names = [
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/workbook.xml',
    'xl/_rels/workbook.xml.rels',
    'xl/styles.xml',
  ];
  const files: Record<string, Uint8Array> = {};
  const soundParts = soundBook();
  for (const name of [...names, 'xl/worksheets/sheet1.xml']) files[name] = soundParts[name] as Uint8Array;
  for (const [name, part] of Object.entries(parts)) files[name] = typeof part === 'string' ? strToU8(part) : part;
  return new Blob([new Uint8Array(zipSync(files))]);
}

/** Unpacked by the library, not by the code under test. */
const soundBook = (): Record<string, Uint8Array> => unzipSync(sound());

describe('files that are no lists', () => {
  it.each<[string, Blob, string]>([
    ['nothing at all', new Blob([]), 'empty'],
    ['blank lines', new Blob(['\r\n \t \r\n\r\n']), 'empty'],
    ['a mark and nothing else', bytes(0xef, 0xbb, 0xbf), 'empty'],
    ['a heading without rows', new Blob(['Name,Phone\r\n,,\r\n']), 'noRows'],
    ['a PDF', new Blob(['%PDF-1.7\n%âãÏÓ\n1 0 obj']), 'binary'],
    ['a picture', bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13), 'binary'],
    [
      'random bytes',
      new Blob([Uint8Array.from({ length: 5_000 }, (_, index) => (index * index * 31 + 7) & 0xff)]),
      'binary',
    ],
    [
      'an old workbook',
      bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...Array<number>(600).fill(1)),
      'unsupported',
    ],
    ['an archive of something else', new Blob([new Uint8Array(zipSync({ 'a.txt': strToU8('x') }))]), 'unsupported'],
    ['an empty archive', new Blob([new Uint8Array(zipSync({}))]), 'binary'],
  ])('[IMP-1] %s', async (_, file, problem) => {
    expect(await problemOf(file)).toBe(problem);
  });

  it('[IMP-1] a workbook under a password says so', async () => {
    const name = Buffer.from('EncryptedPackage', 'utf16le');
    const head = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    expect(await problemOf(new Blob([new Uint8Array([...head, ...Array<number>(2_000_000).fill(0)]), name]))).toBe(
      'encryptedWorkbook',
    );
  });

  it('[IMP-8] 10 GB are refused before a byte is read', async () => {
    expect(await readFileKind(lyingBlob(10 * 1024 ** 3))).toEqual({ kind: 'problem', problem: 'tooLarge' });
    expect(await problemOf(lyingBlob(300 * 1024 ** 2 + 1))).toBe('tooLarge');
  });

  it('[IMP-8] a workbook over 50 MB is told apart: it can be saved as CSV', async () => {
    const large = { size: 51 * 1024 ** 2, slice: () => new Blob([sound().slice(0, 16)]) } as unknown as Blob;
    expect(await problemOf(large)).toBe('workbookTooLarge');
  });

  it.each([200, 1_000])('[IMP-1] %i columns', async (width) => {
    const cells = Array.from({ length: width }, (_, column) => (column === width - 1 ? 'Phone' : `c${String(column)}`));
    const values = cells.map((name) => (name === 'Phone' ? '+420601123456' : 'x'));
    const file = new Blob([`${cells.join(',')}\n${values.join(',')}\n`]);
    expect((await previewOf(file)).columns).toHaveLength(width);
    expect((await checkFile(file, 'CZ')).contacts).toEqual([{ phone: '+420601123456' }]);
  });

  it('[IMP-7] a cell of 10 MB is an error of its row', async () => {
    const rows = ['Name,Phone', '"Anna",+420601123456', `"${'x'.repeat(10e6)}",+420601123457`, 'Bob,+420601123458', ''];
    const { contacts, problems } = await checkFile(new Blob([rows.join('\r\n')]), 'CZ');
    expect(contacts.map(({ name }) => name)).toEqual(['Anna', 'Bob']);
    expect(problems).toMatchObject([{ row: 3, problem: 'cellTooLong' }]);
    expect(problems[0]?.value.length).toBeLessThanOrEqual(200);
  });

  it('[IMP-7] a cell of 2,001 characters is an error, of 2,000 none', async () => {
    const file = new Blob([`Name,Phone\n${'x'.repeat(2_000)},+420601123456\n${'x'.repeat(2_001)},+420601123457\n`]);
    const { contacts, problems } = await checkFile(file, 'CZ');
    expect(contacts).toHaveLength(1);
    expect(problems).toMatchObject([{ row: 3, column: 'Name', problem: 'cellTooLong' }]);
  });

  it('[IMP-7] a quote that opens in the first of 200,000 rows costs one row and little time', async () => {
    const lines = Array.from({ length: 200_000 }, (_, index) => `Bob,+4206${String(index).padStart(8, '0')}`);
    const started = performance.now();
    const { problems } = await checkFile(new Blob([`Name,Phone\n"Anna,+420601123456\n${lines.join('\n')}`]), 'CZ');
    expect(problems.filter(({ problem }) => problem === 'quoteUnclosed')).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('workbooks that mean harm', () => {
  it('[IMP-8] 511 kB that would become 512 MB are refused by the list alone', async () => {
    const bomb = zipOfOne('xl/worksheets/sheet1.xml', deflateRawSync(Buffer.alloc(8 * 1024 * 1024)), 512 * 1024 ** 2);
    expect(await problemOf(bomb)).toBe('zipBomb');
  });

  it('[IMP-8] an archive that lies about its sizes is stopped while it inflates', async () => {
    const deflated = deflateRawSync(Buffer.alloc(64 * 1024 * 1024, 65));
    const file = zipOfOne('a', deflated, 1_000);
    const directory = await readZipDirectory(file);
    if (directory.kind !== 'parts') throw new Error(directory.kind);
    const part = directory.parts.get('a');
    expect(part && (await inflatePart(file, part))).toEqual({ kind: 'bomb' });
  });

  it('[IMP-8] too many entries, too much in all, the same name twice', async () => {
    const tight: ZipLimits = { ...ZIP_LIMITS, entries: 3, totalBytes: 100 };
    const of = (files: Record<string, Uint8Array>) => new Blob([new Uint8Array(zipSync(files))]);
    const many = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [String(index), strToU8('x')]));
    expect(await readZipDirectory(of(many), tight)).toEqual({ kind: 'bomb' });
    expect(await readZipDirectory(of({ a: new Uint8Array(60), b: new Uint8Array(60) }), tight)).toEqual({
      kind: 'bomb',
    });
    expect(await readZipDirectory(of({ 'xl/a.xml': strToU8('x'), 'XL/A.xml': strToU8('y') }))).toEqual({
      kind: 'broken',
    });
  });

  it('[IMP-1] cut off anywhere, it is broken and nothing else', async () => {
    const whole = sound();
    for (let length = 4; length < whole.length; length += 97) {
      expect(await problemOf(new Blob([whole.slice(0, length)])), String(length)).toBe('brokenWorkbook');
    }
  });

  it('[IMP-1] with bytes changed it is broken or still read, and never more', async () => {
    const whole = sound();
    for (let index = 30; index < whole.length; index += 13) {
      const changed = whole.slice();
      changed[index] = (changed[index] ?? 0) ^ 0xff;
      const problem = await problemOf(new Blob([changed]));
      expect(
        ['none', 'brokenWorkbook', 'unsupported', 'zipBomb', 'noRows', 'empty', 'binary'],
        String(index),
      ).toContain(problem);
    }
  });

  it.each(['xl/workbook.xml', 'xl/worksheets/sheet1.xml', 'xl/styles.xml', 'xl/_rels/workbook.xml.rels'])(
    '[IMP-1] entities are refused in %s',
    async (name) => {
      const text = new TextDecoder().decode(soundBook()[name]);
      const evil = text.replace('?>\n', '?>\n<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n');
      expect(await problemOf(workbookWith({ [name]: evil }))).toBe('brokenWorkbook');
    },
  );

  it('[IMP-1] a cell at the far corner of the sheet costs nothing', async () => {
    const sheet =
      '<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>Phone</v></c></row><row r="2"><c r="A2" t="str"><v>+420601123456</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>';
    const started = performance.now();
    const read = await readSheet(workbookWith({ 'xl/worksheets/sheet1.xml': sheet }), undefined, 'whole');
    expect(typeof read === 'string' ? read : read.rows.slice(0, 2)).toEqual([['Phone'], ['+420601123456']]);
    const beyond = sheet.replaceAll('1048576', '4294967290');
    expect(await readSheet(workbookWith({ 'xl/worksheets/sheet1.xml': beyond }), undefined, 'whole')).toBe(
      'brokenWorkbook',
    );
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('[IMP-1] names of the language as sheet, cell and heading change no object', async () => {
    const book = new TextDecoder().decode(soundBook()['xl/workbook.xml']).replace('name="S"', 'name="__proto__"');
    const sheet =
      '<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>__proto__</v></c><c r="B1" t="str"><v>phone</v></c></row><row r="2"><c r="A2" t="str"><v>polluted</v></c><c r="B2" t="str"><v>+420601123456</v></c></row></sheetData></worksheet>';
    await problemOf(workbookWith({ 'xl/workbook.xml': book, 'xl/worksheets/sheet1.xml': sheet }));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('!data');
  });

  it('[IMP-1] its sheets are found by relation, hidden ones not shown first', async () => {
    const book = await openWorkbook(fixture('numbers-as-phones.xlsx'));
    if (isProblem(book)) throw new Error(book.problem);
    expect(book.sheets.map(({ name, state }) => [name, state])).toEqual([
      ...[
        ['说明', 'visible'],
        ['客户 & 会员', 'visible'],
        ['Secret', 'hidden'],
      ],
    ]);
  });
});

/** One entry with the sizes that are told. */
function zipOfOne(name: string, deflated: Uint8Array, declaredBytes: number): Blob {
  const header = Buffer.alloc(30 + name.length);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(deflated.length, 18);
  header.writeUInt32LE(declaredBytes, 22);
  header.writeUInt16LE(name.length, 26);
  header.write(name, 30);
  const entry = Buffer.alloc(46 + name.length);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(deflated.length, 20);
  entry.writeUInt32LE(declaredBytes, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.write(name, 46);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(header.length + deflated.length, 16);
  return new Blob([header, new Uint8Array(deflated), entry, end]);
}
