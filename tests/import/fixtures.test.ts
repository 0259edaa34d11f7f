/** Real, messy files, from bytes to checked contacts. Where the mess comes from stands beside them. */
import { describe, expect, it } from 'vitest';
import { checkFile, fixture, previewOf, rawRows } from './read-file.ts';

describe('messy files', () => {
  it('[IMP-3] GB18030 from 企业微信: a tab after numbers, full-width digits, quoted line ends', async () => {
    const { contacts, problems } = await checkFile(fixture('wecom-export-gbk.csv'), 'CN');
    expect(contacts).toEqual([
      { name: '王小明', phone: '+8613812345678', email: 'wang@example.cn' },
      { name: '李雷', phone: '+8613912345678' },
      { name: '张倩', phone: '+8613712345678', email: 'zhang@example.cn' },
    ]);
    expect(problems).toEqual([{ row: 5, column: '手机', value: '1.36E+10\t', problem: 'phoneRounded', at: 2 }]);
  });

  it('[IMP-4] Google Contacts: parts of a name are joined by the custom of their script', async () => {
    const { contacts, problems } = await checkFile(fixture('google-contacts.csv'), 'CN');
    expect(contacts).toEqual([
      { name: 'Anna Novak', phone: '+420601123456', email: 'anna.novak@example.com' },
      { name: '王小明', phone: '+8613812345678' },
      { name: 'Zoë O’Neil', phone: '+447911123456', email: 'zoe@example.org' },
    ]);
    expect(problems.map(({ row, problem }) => [row, problem])).toEqual([[5, 'keyMissing']]);
  });

  it('[IMP-3] Outlook in German: Windows-1252, semicolons, line ends in quotes', async () => {
    const file = fixture('outlook-german-1252.csv');
    expect((await previewOf(file)).reading).toMatchObject({
      encoding: 'windows-1252',
      delimiter: ';',
      header: 1,
    });
    const { contacts, problems } = await checkFile(file, 'DE');
    expect(contacts).toEqual([
      { name: 'Jürgen Groß', email: 'juergen.gross@example.de', phone: '+4915123456789' },
      { name: 'Françoise Lefèvre', email: 'f.lefevre@example.fr', phone: '+33612345678' },
    ]);
    expect(problems).toMatchObject([{ row: 4, column: 'Mobiltelefon', problem: 'phoneInvalid' }]);
  });

  it('[IMP-3] Excel’s Unicode text: UTF-16 with mark, tabs', async () => {
    const file = fixture('excel-unicode-text.txt');
    expect((await previewOf(file)).reading).toMatchObject({ encoding: 'utf-16le', delimiter: '\t' });
    const { contacts } = await checkFile(file, 'CN');
    expect(contacts).toEqual([
      { name: '张三', phone: '+8613812345678', status: 'active' },
      { name: '李四', phone: '+8613912345678', status: 'inactive' },
      { name: '带 制表符', phone: '+8613712345678' },
    ]);
  });

  it.each(['utf16le-no-mark.csv', 'utf16be-no-mark.csv'])('[IMP-3] UTF-16 without a mark: %s', async (name) => {
    expect((await checkFile(fixture(name), 'CN')).contacts).toEqual([
      { name: '欧阳娜娜', phone: '+8613812345678' },
      { name: '司马懿', phone: '+8613912345678' },
    ]);
  });

  it('[IMP-3] Big5 with the characters that end in a backslash', async () => {
    expect((await checkFile(fixture('taiwan-big5.csv'), 'TW')).contacts).toEqual([
      { name: '陳小明', phone: '+886912345678', email: 'ming@example.tw' },
      { name: '林美惠', phone: '+886987654321' },
      { name: '功許蓋', phone: '+886922333444', email: 'hsu@example.tw' },
    ]);
  });

  it('[IMP-3] line ends of an old Mac, none after the last row', async () => {
    const { contacts } = await checkFile(fixture('old-mac-cr.csv'), 'US');
    expect(contacts.map(({ phone }) => phone)).toEqual(['+14155552671', '+14155552672', '+14155552673']);
  });

  it('[IMP-3] a line that tells the delimiter is no row', async () => {
    const file = fixture('excel-sep-line.csv');
    const { columns, rows, reading } = await previewOf(file);
    expect(reading.delimiter).toBe(';');
    expect(columns.map(({ name }) => name)).toEqual(['Name', 'Phone', 'Email']);
    expect(rows).toHaveLength(2);
    const { contacts, problems } = await checkFile(file, 'CZ');
    expect(problems).toEqual([]);
    expect(contacts).toEqual([
      { name: 'Anna, the first', phone: '+420601123456', email: 'anna@example.com' },
      { name: 'Bob', phone: '+420601123457', email: 'bob@example.com' },
    ]);
  });

  it('[CON-2] a list of numbers without a heading', async () => {
    const file = fixture('numbers-only.txt');
    const { reading, columns } = await previewOf(file);
    expect(reading.header).toBe('none');
    expect(columns).toMatchObject([{ name: '', field: 'phone', confidence: 'values' }]);
    const { contacts, problems } = await checkFile(file, 'CN');
    expect(contacts.map(({ phone }) => phone)).toEqual([
      ...['+8613812345678', '+8613912345678', '+8613712345678', '+8613612345678', '+8613512345678', '+85261234567'],
    ]);
    expect(problems).toEqual([]);
  });

  it('[IMP-7] rows too short, too long and empty; numbers are those that a spreadsheet shows', async () => {
    const file = fixture('ragged-and-empty.csv');
    const { reading, columns } = await previewOf(file);
    expect(columns.map(({ name, field }) => [name, field])).toEqual([
      ...[
        ['Name', 'name'],
        ['Phone', 'phone'],
        ['Email', 'email'],
        ['', 'ignore'],
        ['', 'ignore'],
      ],
    ]);
    expect((await rawRows(file, reading)).numbers).toEqual([3, 4, 8]);
    expect((await checkFile(file, 'CZ')).contacts).toHaveLength(3);
  });

  it('[IMP-7] a quote that never closes is said beside its row and swallows no other', async () => {
    const { contacts, problems } = await checkFile(fixture('quote-never-closes.csv'), 'CZ');
    expect(contacts.map(({ name }) => name)).toEqual(['Anna', 'Eve', '5" pipe', 'Mallory']);
    expect(problems).toMatchObject([{ row: 3, problem: 'quoteUnclosed' }]);
  });

  it('[IMP-5] NUL bytes in values', async () => {
    const { contacts } = await checkFile(fixture('nul-bytes.csv'), 'CZ');
    expect(contacts[0]).toEqual({ name: 'Anna', phone: '+420601123456', email: 'anna@example.com' });
  });

  it('[IMP-4] headings that are names of the language change no object', async () => {
    const { columns } = await previewOf(fixture('prototype-header.csv'));
    expect(columns.map(({ field }) => field)).toEqual(['new', 'new', 'phone', 'new']);
    expect((await checkFile(fixture('prototype-header.csv'), 'CZ')).contacts).toEqual([
      { phone: '+420601123456' },
      { phone: '+420601123457' },
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('[IMP-13] the guards of spreadsheets come off, and nothing else', async () => {
    expect((await checkFile(fixture('spreadsheet-guards.csv'), 'CZ')).contacts).toEqual([
      { name: '=1+1', phone: '+420601123456', userId: '00012' },
      { name: '’t Hooft'.replace('’', "'"), phone: '+420601123457', userId: '00013' },
      { name: '=HYPERLINK(0)', phone: '+420601123458', userId: '@A1' },
    ]);
  });

  it('[IMP-5] a workbook with phones kept as numbers', async () => {
    const file = fixture('numbers-as-phones.xlsx');
    expect((await previewOf(file)).reading.sheet).toBe('客户 & 会员');
    const told = {
      format: 'workbook',
      encoding: 'utf-8',
      delimiter: ',',
      sheet: '客户 & 会员',
      sheets: [],
      header: 'firstRow',
    } as const;
    const preview = await previewOf(file, told);
    expect(preview.reading.sheets).toEqual(['说明', '客户 & 会员', 'Secret']);
    expect(preview.rows[0]).toEqual(['王小明', '13812345678', '00000000042', '2023-03-15']);
    const { contacts, problems } = await checkFile(file, 'CN', { reading: told });
    expect(contacts).toEqual([
      { name: '王小明', phone: '+8613812345678', userId: '00000000042' },
      { name: '李雷', phone: '+8613912345678', userId: 'C1' },
      { name: 'TRUE', userId: 'C-6' },
    ]);
    expect(problems).toEqual([
      { row: 5, column: '手机', value: '1.38E+10', problem: 'phoneRounded', at: 1 },
      { row: 5, column: '客户编号', value: '1.2345678901234568E+17', problem: 'valueUnknown', at: 2 },
    ]);
  });

  it('[IMP-3] Shift_JIS, headings in row 3 below a title and a date', async () => {
    const preview = await previewOf(fixture('japan-shift-jis.csv'));
    expect(preview.reading).toMatchObject({ encoding: 'shift_jis', header: 3 });
    const { contacts, problems } = await checkFile(fixture('japan-shift-jis.csv'), 'JP');
    expect(problems).toEqual([]);
    expect(contacts).toEqual([
      { name: '佐藤 太郎', phone: '+819012345678', email: 'sato@example.jp' },
      { name: '表 ソ子', phone: '+818011112222' },
    ]);
  });

  it('[IMP-1] a workbook by openpyxl: headings in row 3, a formula without a value, a sheet that is very hidden', async () => {
    const preview = await previewOf(fixture('openpyxl-members.xlsx'));
    expect(preview.reading).toMatchObject({ sheet: '会员', header: 3 });
    expect(preview.hidden).toEqual({ rows: 'some', sheets: ['Hidden'] });
    expect(preview.rows.map((row) => row[3] ?? '')).toEqual(['1984-04-15', '2001-12-31 08:30:00', '', '1990/1/1']);
    const { contacts, problems } = await checkFile(fixture('openpyxl-members.xlsx'), 'CN');
    expect(problems).toEqual([]);
    expect(contacts).toEqual([
      { userId: '000017', name: '王小明', phone: '+8613812345678', status: 'active' },
      { userId: '000018', name: '李雷', phone: '+8613812345679', status: 'inactive' },
      // What the formula comes to is not in the file: it is worked out by nobody here.
      { userId: '000019', name: 'Zoë', status: 'active' },
      { userId: '20', name: '张伟', status: 'active' },
    ]);
  });
});
