/** Address cards of all three versions, whole files and cut anywhere. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVcardWriter } from '#export/vcard-writer';
import { readCardSlice } from '#import/card-slice';
import { CARD_LIMITS, type CardLimits } from '#import/limits';
import type { Encoding } from '#import/types';
import { CARD_HEADINGS, readCards } from '#import/vcard';
import type { Contact } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { checkFile, fixture, previewOf, problemOf, rawRows } from './read-file.ts';

const card = (...lines: readonly string[]) => ['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n');
const cellsOf = (row: readonly string[] | undefined) =>
  Object.fromEntries(CARD_HEADINGS.flatMap((heading, at) => (row?.[at] ? [[heading, row[at]]] : [])));
const READING = { format: 'cards', encoding: 'utf-8', delimiter: ',', sheets: [], header: 'none' } as const;

async function rowsOf(name: string) {
  const file = fixture(name);
  const { rows } = await rawRows(file, (await previewOf(file)).reading);
  return rows.map(cellsOf);
}

describe('address cards', () => {
  it('[IMP-1] vCard 2.1: quoted-printable in the charset of each value, faxes and cards within cards left out', async () => {
    expect(await rowsOf('vcard-2.1-old-android.vcf')).toEqual([
      {
        Name: '张三',
        Phone: '138 1234 5678',
        Email: 'zhang@example.cn',
        Company: '深圳市长名字有限公司, 市场部',
        Note: '老客户，喜欢电话\n周末不打扰',
      },
      { Name: '李四', Phone: '13912345678', 'Phone 2': '021-12345678' },
      {
        Name: 'Dr. Jane Doe',
        Phone: '+44 7911 123456',
        Note: 'A note that is folded  before a blank, which belongs to it',
      },
    ]);
  });

  it('[IMP-1] vCard 3.0 from a phone: the preferred mobile and address first, escapes and folds undone', async () => {
    expect(await rowsOf('vcard-3.0-apple.vcf')).toEqual([
      {
        Name: 'Anna Novak',
        Phone: '+420 601 123 456',
        'Phone 2': '+420 222 333 444',
        Email: 'anna@example.com',
        'Email 2': 'anna.private@example.com',
        Company: 'Novak, Brown & Sons, Sales',
        Title: 'Head of Sales',
        Birthday: '1984-04-15',
        Street: 'Dlouhá 12\nFlat 3',
        City: 'Praha',
        Postcode: '110 00',
        Country: 'Czechia',
        Categories: 'VIP,Regulars',
        Note: 'A long note that Apple folds at seventy-five octets, in the middle of words; and with a line\nbreak',
      },
      { Name: '王小明', Phone: '13812345678' },
      { Name: 'Only a name' },
    ]);
  });

  it('[IMP-1] vCard 4.0: numbers and addresses as URIs, colons within quotes, names without case', async () => {
    expect(await rowsOf('vcard-4.0.vcf')).toEqual([
      {
        Name: 'Zoë O’Neil',
        Phone: '+44-7911-123-456',
        'Phone 2': '+44-20-7946-0018',
        Email: 'zoe@example.org',
        Birthday: '1996-04-15',
        Street: '123 Main Street',
        City: 'London',
        Postcode: 'SW1A 1AA',
        Country: 'U.K.',
      },
      { Name: '张伟', Phone: '+86-139-1234-5678', 'User ID': 'C;2' },
    ]);
  });

  it('[IMP-4] cards need no matching, and a card without a key is an error of its own', async () => {
    const { contacts, problems } = await checkFile(fixture('vcard-3.0-apple.vcf'), 'CN');
    expect(contacts).toEqual([
      { name: 'Anna Novak', phone: '+420601123456', email: 'anna@example.com' },
      { name: '王小明', phone: '+8613812345678' },
    ]);
    expect(problems).toMatchObject([{ row: 3, problem: 'keyMissing' }]);
  });

  it('[IMP-13] what is exported as cards is read back', async () => {
    const cells = { name: 'Ann; "B", \\ C', phone: '+420601123456', email: 'ann@example.com', userId: 'U,1' };
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const writer = createVcardWriter(
      {
        language: 'en',
        scoped: [],
        characteristics: [],
        groupName: () => 'A very long name of a group, which makes the line fold 组',
        momentText: String,
      },
      (bytes) => parts.push(bytes as Uint8Array<ArrayBuffer>),
    );
    writer.add([{ id: 'x' as ContactId, cells, groups: ['g'] } as unknown as Contact]);
    expect((await checkFile(new Blob(parts), 'CZ')).contacts).toEqual([cells]);
  });

  it('[IMP-3] cards in GB18030 and in UTF-16 without a mark', async () => {
    const text = card('VERSION:3.0', 'FN:Wang', 'TEL;TYPE=CELL:13812345678');
    const wide = new Uint8Array(new Uint16Array([...text].map((letter) => letter.charCodeAt(0))).buffer);
    expect((await checkFile(new Blob([wide]), 'CN')).contacts).toEqual([{ name: 'Wang', phone: '+8613812345678' }]);
    const [head = '', tail = ''] = text.split('Wang');
    // 王小明
    const gb = new Blob([head, new Uint8Array([0xcd, 0xf5, 0xd0, 0xa1, 0xc3, 0xf7]), tail]);
    expect((await checkFile(gb, 'CN')).contacts).toEqual([{ name: '王小明', phone: '+8613812345678' }]);
  });

  it('[IMP-9] any cut gives the cards of the whole', async () => {
    const line = fc.constantFrom(
      ...[
        'FN:Anna',
        'FN:王',
        'TEL;CELL:13812345678',
        ' folded',
        'NOTE;QUOTED-PRINTABLE:=E7=8E=',
        '=8B',
        'NOTE: END:VCARD',
      ],
      ...['BEGIN:VCARD', 'END:VCARD', 'EMAIL:a@b.cz', '', 'PHOTO;ENCODING=b:AAAA', 'AGENT:'],
    );
    const cards = fc.array(fc.array(line, { maxLength: 6 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        cards,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 4 }),
        async (list, lineEnd, windowBytes, mostCards) => {
          const text = list.map((lines) => ['BEGIN:VCARD', ...lines, 'END:VCARD'].join(lineEnd)).join(lineEnd);
          const limits: CardLimits = { windowBytes, mostCards, longestCardBytes: 10_000 };
          const slices = await slicesOf(new Blob([text]), 'utf-8', limits);
          expect(slices.map((slice) => slice.text).join('')).toBe(text.replaceAll(/\r\n|\r/g, '\n'));
          for (const { text: part } of slices) expect(readCards(part).length).toBeLessThanOrEqual(mostCards * 8);
        },
      ),
    );
  });

  it('[IMP-7] a card longer than any picture is an error of its own and stops no other', async () => {
    const long = card('FN:Eve', `PHOTO;ENCODING=b:${'A'.repeat(CARD_LIMITS.longestCardBytes * 2)}`);
    const file = new Blob([card('FN:Anna', 'TEL:+420601123456'), long, card('FN:Bob', 'TEL:+420601123457')]);
    const { rows } = await rawRows(file, READING);
    expect(rows.map((row) => row[0]?.slice(0, 20))).toEqual(['Anna', 'BEGIN:VCARD\nFN:Eve\nP', 'Bob']);
    const { problems } = await checkFile(file, 'CZ');
    expect(problems).toMatchObject([{ row: 2, problem: 'cellTooLong' }]);
  });

  it('[IMP-1] a card that never ends, a charset that nobody knows, names of the language', async () => {
    const rows = readCards(
      [
        'BEGIN:VCARD',
        'FN;CHARSET=NO-SUCH;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B=ZZ',
        '__proto__:x',
        'constructor;TYPE=__proto__:y',
        'TEL;TYPE=__proto__:+1',
        'BEGIN:VCARD',
        'FN:Next',
      ].join('\n'),
    );
    expect(rows.map(cellsOf)).toEqual([{ Name: '王=ZZ', Phone: '+1' }, { Name: 'Next' }]);
    expect(await problemOf(new Blob(['BEGIN:VCARD']))).toBe('none');
  });
});

async function slicesOf(file: Blob, encoding: Encoding, limits: CardLimits) {
  const slices: { readonly text: string }[] = [];
  for (let at = 0; ;) {
    const slice = await readCardSlice(file, encoding, at, limits);
    if (!slice) return slices;
    expect(slice.byteEnd).toBeGreaterThan(at);
    slices.push(slice);
    at = slice.byteEnd;
  }
}
