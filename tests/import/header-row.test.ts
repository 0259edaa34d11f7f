/** Which row heads the columns: found below titles, told otherwise, kept by imports that are half done. */
import { describe, expect, it } from 'vitest';
import { BEGINNING, openRows } from '#import/row-source';
import type { Reading } from '#import/types';
import { checkFile, previewOf, rawRows } from './read-file.ts';

const csv = (...lines: readonly string[]) => new Blob([lines.join('\r\n')]);
const headerOf = async (...lines: readonly string[]) => (await previewOf(csv(...lines))).reading.header;
const TITLED = csv(
  '客户名单 2026,,',
  '导出时间：2026-01-05,,',
  '',
  '姓名,手机,邮箱',
  '王小明,13812345678,',
  '李雷,13912345678,',
);

describe('the row of headings', () => {
  it('[IMP-3] is found below titles, a date and an empty row; what stands above is no contact', async () => {
    const preview = await previewOf(TITLED);
    expect(preview.reading.header).toBe(4);
    expect(preview.columns.map(({ name, field }) => [name, field])).toEqual([
      ...[
        ['姓名', 'name'],
        ['手机', 'phone'],
        ['邮箱', 'email'],
      ],
    ]);
    expect(preview.numbers).toEqual([5, 6]);
    const { contacts, problems } = await checkFile(TITLED, 'CN');
    expect(contacts.map(({ name }) => name)).toEqual(['王小明', '李雷']);
    expect(problems).toEqual([]);
  });

  it('[IMP-3] can be told: another row, or none', async () => {
    const { reading, headerChoices } = await previewOf(TITLED);
    expect(headerChoices.map(({ row, text }) => `${String(row)} ${text}`)).toEqual([
      ...['1 客户名单 2026', '2 导出时间：2026-01-05', '4 姓名 · 手机 · 邮箱', '5 王小明 · 13812345678'],
    ]);
    const second = await previewOf(TITLED, { ...reading, header: 5 });
    expect(second.columns.map(({ name }) => name)).toEqual(['王小明', '13812345678', '邮箱']);
    expect(second.numbers).toEqual([6]);
    const none = await previewOf(TITLED, { ...reading, header: 'none' });
    expect(none.numbers).toEqual([1, 2, 4, 5, 6]);
    expect(none.columns.every(({ name }) => name === '')).toBe(true);
  });

  it.each<[string, readonly string[], Reading['header']]>([
    ['the first row, where it is known', ['Name,Phone', 'A,+420601123456'], 1],
    ['nothing known, and no value in it', ['Jmeno,Cislo', 'A,+420601123456'], 1],
    ['values from the first row on', ['Anna,+420601123456', 'Bob,+420601123457'], 'none'],
    ['one column of numbers', ['13812345678', '13912345678'], 'none'],
    ['a title over unknown headings', ['Our people', 'Jmeno,Cislo,Mesto', 'A,+420601123456,Praha'], 2],
    ['a word of a value is no heading', ['Name,Phone,City', 'Customer,+420601123456,Phone'], 1],
    ['groups of headings above the headings', [',Contact,', 'Name,Phone,Email', 'A,+420601123456,'], 2],
    [
      'the twentieth row, not the twenty-first',
      [...Array.from({ length: 19 }, (_, row) => `note ${String(row)}`), 'Name,Phone', 'A,+420601123456'],
      20,
    ],
  ])('[IMP-3] %s', async (_, lines, header) => {
    expect(await headerOf(...lines)).toBe(header);
  });

  it('[IMP-3] a heading that is merged with the row above keeps its text', async () => {
    const file = csv('Name,Reached by,', ',Phone,Email', 'Anna,+420601123456,anna@example.com');
    expect((await previewOf(file)).columns.map(({ name }) => name)).toEqual(['Name', 'Phone', 'Email']);
    const { contacts } = await checkFile(file, 'CZ');
    expect(contacts).toEqual([{ name: 'Anna', phone: '+420601123456', email: 'anna@example.com' }]);
  });

  it('[IMP-9] an import that an earlier version began goes on: its first row that holds anything is the heading', async () => {
    const reading: Reading = { format: 'text', encoding: 'utf-8', delimiter: ',', sheets: [], header: 'firstRow' };
    const file = csv('', 'Name,Phone', 'Anna,+420601123456');
    expect(await rawRows(file, reading)).toEqual({
      header: ['Name', 'Phone'],
      rows: [['Anna', '+420601123456']],
      numbers: [3],
    });
  });

  it('[IMP-9] headings far down are known to every slice, however small', async () => {
    const lines = [
      ...Array.from({ length: 15 }, () => 'a note'),
      'Name,Phone',
      'Anna,+420601123456',
      'Bob,+420601123457',
    ];
    const reading: Reading = { format: 'text', encoding: 'utf-8', delimiter: ',', sheets: [], header: 16 };
    const source = await openRows(csv(...lines), reading, { windowBytes: 8, longestRowBytes: 100, mostRows: 2 });
    if (typeof source === 'string') throw new Error(source);
    expect(source.header).toEqual(['Name', 'Phone']);
    const rows: string[] = [];
    for (let place = BEGINNING; ;) {
      const slice = await source.read(place);
      if (!slice) break;
      rows.push(...slice.rows.map(([name]) => name ?? ''));
      place = slice.next;
    }
    expect(rows).toEqual(['Anna', 'Bob']);
  });
});
