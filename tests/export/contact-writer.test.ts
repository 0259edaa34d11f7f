import { describe, expect, it } from 'vitest';
import { characteristicCell } from '#domain/characteristic';
import type { Contact } from '#domain/contact';
import type { CharacteristicId, ContactId, GroupId, TagId } from '#domain/ids';
import { lineTagCell, PLAIN_FIELDS } from '#domain/scope';
import { createContactWriter } from '#export/contact-writer';
import type { ExportFormat, ExportLanguage } from '#export/types';
import { checkFile, previewOf } from '../import/read-file.ts';

const GROUPS = new Map([['fair' as GroupId, 'Fair; Prague, "A"']]);
const id = (at: number) => String(at).padStart(16, '0') as CharacteristicId;
const CHARACTERISTICS = [
  { id: id(1), name: 'City' },
  { id: id(2), name: '=Points' },
];
const SCOPED = [
  ...(['phone', 'email', 'tag'] as const).map((field) => ({ field, scope: 'shop' })),
  ...(['app', 'wechatoa', 'wechatmp', 'alipaylife'] as const).map((field) => ({ field, scope: 'App-1' })),
  ...PLAIN_FIELDS.map((field) => ({ field, scope: '' })),
];
const SCOPED_FIELDS = [
  ...['phone@shop', 'email@shop', 'tag@shop', 'app@App-1', 'wechatoa@App-1', 'wechatmp@App-1', 'alipaylife@App-1'],
  ...PLAIN_FIELDS,
];
const MADE = Date.UTC(2026, 10, 29, 8, 5);

function contactOf(id: string, cells: Contact['cells'], more: Partial<Contact> = {}): Contact {
  return { id: id as ContactId, cells, groups: ['fair' as GroupId], createdAt: MADE, changedAt: MADE, ...more };
}

function write(
  format: ExportFormat,
  contacts: readonly Contact[],
  language: ExportLanguage = 'en',
  columns?: readonly string[],
): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const options = {
    ...{ language, ...(columns && { columns }) },
    groupName: (group: GroupId) => GROUPS.get(group),
    ...{ scoped: SCOPED, characteristics: CHARACTERISTICS },
    momentText: (ms: number) => new Date(ms).toISOString(),
  };
  const writer = createContactWriter(format, options, (bytes) => parts.push(bytes));
  // Two windows, as a long list comes.
  writer.add(contacts.slice(0, 1));
  writer.add(contacts.slice(1));
  writer.end();
  return new Blob(parts);
}

const PEOPLE: readonly Contact[] = [
  contactOf('1', {
    ...{ name: '=HYPERLINK("http://x","y")', phone: '+8613800138000', email: 'li@example.com', userId: '-7' },
    ...{ smsType: 'notification', status: 'inactive', blocked: 'yes' },
    ...{ 'consent:sms': 'refused', 'consent:email': 'given', 'consent:webhook': 'unknown' },
  }),
  contactOf('2', { name: 'Novák, "Jan"; 王芳', phone: '+420601123456' }, { lastContactAt: MADE }),
  contactOf('3', { name: "@SUM(A1) 't Hooft", email: 'hooft@example.com' }),
  contactOf(
    '4',
    { name: '+420 is no name', userId: '000123' },
    {
      characteristics: { [id(1)]: '=1+1, "Praha"', [id(2)]: '-7' },
      tags: ['VIP', '老客户'].map((name) => ({ id: name as TagId, name })),
      scoped: {
        ...{ 'phone@shop': '+420601123457', 'email@shop': 'shop@example.com', 'app@App-1': '1104a, 191e' },
        ...{ [lineTagCell('VIP' as TagId, 'shop')]: 'VIP', [lineTagCell('a' as TagId, 'shop')]: 'a' },
        ...{
          'wechatoa@App-1': '-o6_bmjrPTlm6',
          'wechatmp@App-1': 'oGZUI0egBJY',
          'alipaylife@App-1': '2088012345678901',
        },
        ...{ dingtalkcc: '0012', wechatwk: '=wk', wechatwkLinkedcorp: 'Corp1/u1' },
      },
    },
  ),
];

describe('a sheet of contacts', () => {
  it.each([
    ['csv', 'en'],
    ['csv', 'zh-CN'],
    ['xlsx', 'en'],
    ['xlsx', 'zh-CN'],
  ] as const)('[IMP-13] comes back as it was, %s in %s, without matching', async (format, language) => {
    const file = write(format, PEOPLE, language);
    const { columns } = await previewOf(file);
    expect(columns.map(({ field }) => field)).toEqual([
      ...['ignore', 'name', 'phone', 'email', 'userId', 'groups', 'tags', 'smsType', 'status', 'blocked'],
      ...['consent:sms', 'consent:email', 'consent:webhook', 'ignore', 'ignore', 'ignore', 'ignore'],
      ...[...SCOPED_FIELDS, 'new', 'new'],
    ]);
    const { contacts, problems } = await checkFile(file, 'CN');
    expect(problems).toEqual([]);
    expect(contacts).toEqual(PEOPLE.map(({ cells }) => cells));
    expect(columns.slice(-2).map(({ name, samples }) => [name, samples])).toEqual([
      ['City', [format === 'csv' ? `'=1+1, "Praha"` : '=1+1, "Praha"']],
      ['=Points', [format === 'csv' ? `'-7` : '-7']],
    ]);
    const fields = columns.map(({ field }, at) => (field === 'new' ? characteristicCell(id(at)) : field));
    const { others } = await checkFile(file, 'CN', { fields });
    expect(others.at(-1)).toEqual({
      ...{ 't:VIP': 'VIP', 't:老客户': '老客户' },
      ...{ [characteristicCell(id(27))]: '=1+1, "Praha"', [characteristicCell(id(28))]: '-7' },
      ...PEOPLE.at(-1)?.scoped,
    });
  });

  it('[IMP-13] a characteristic that is called like a field comes back as the characteristic', async () => {
    const named = ['Mobile', 'Company', 'E-mail', 'Created', 'Phone', 'Groups', '手机', 'First name'];
    const characteristics = named.map((name, at) => ({ id: id(at), name }));
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const options = { language: 'en', groupName: () => undefined, scoped: [], momentText: String } as const;
    const writer = createContactWriter('csv', { ...options, characteristics }, (bytes) => parts.push(bytes));
    const values = Object.fromEntries(named.map((_, at) => [id(at), '+420777888999']));
    writer.add([contactOf('1', { phone: '+420601123456' }, { characteristics: values })]);
    writer.end();
    const { columns } = await previewOf(new Blob(parts));
    expect(columns.slice(-named.length).map(({ name, field }) => [name, field])).toEqual(
      named.map((name) => [name, 'new']),
    );
    expect(columns.filter(({ field }) => field === 'phone').map(({ name }) => name)).toEqual(['Phone']);
  });

  it.each(['csv', 'xlsx'] as const)(
    '[IMP-13] the columns shown alone, in their order, after the ID: %s',
    async (format) => {
      const shown = ['userId', 'channel', characteristicCell(id(2)), 'phone', 'of a newer version', 'blocked'];
      const people = [
        contactOf('1', { userId: 'U1', phone: '+420601123456', blocked: 'yes' }, { lastChannelType: 'sms' }),
      ];
      const { columns } = await previewOf(write(format, people, 'en', shown));
      expect(columns.map(({ name, samples }) => [name, samples])).toEqual([
        ['Fieldcast ID', ['1']],
        ['User ID', ['U1']],
        ['Last channel', ['SMS']],
        ['=Points', []],
        ['Phone', ['+420601123456']],
        ['Blocked', ['yes']],
      ]);
      const { contacts } = await checkFile(write(format, PEOPLE, 'zh-CN', ['phone', 'email', 'userId', 'name']), 'CN');
      expect(contacts).toEqual(
        PEOPLE.map(({ cells: { phone, email, userId, name } }) =>
          Object.fromEntries(Object.entries({ phone, email, userId, name }).filter(([, value]) => value !== undefined)),
        ),
      );
    },
  );

  it('[IMP-13] no cell of a CSV is one that a spreadsheet would run, but phones keep their plus sign', async () => {
    const text = await write('csv', PEOPLE).text();
    const cells = text.slice(1).split(/,|\r\n/);
    expect(cells.filter((cell) => /^"?[=@\t]/.test(cell) || /^"?[+-](?!\d{6,15}"?$)/.test(cell))).toEqual([]);
    expect(text).toContain(',+8613800138000,');
    expect(text).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
  });

  it('[IMP-13] a workbook of many windows is whole', async () => {
    const many = Array.from({ length: 5_000 }, (_, at) =>
      contactOf(String(at), { name: `Name ${String(at)}\u0001 & <b>`, phone: `+420601${String(100_000 + at)}` }),
    );
    const { contacts } = await checkFile(write('xlsx', many), 'CZ');
    expect(contacts).toHaveLength(5_000);
    expect(contacts.at(-1)).toEqual({ name: 'Name 4999 & <b>', phone: '+420601104999' });
  });

  it('nobody: the heading alone', async () => {
    const lines = (await write('csv', []).text()).split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('Fieldcast ID,Name,Phone');
  });
});

describe('vCard', () => {
  it('[IMP-13] names, addresses and groups, with what would end a value escaped', async () => {
    const cards = (await write('vcf', PEOPLE).text()).split('BEGIN:VCARD\r\n').slice(1);
    expect(cards).toHaveLength(PEOPLE.length);
    expect(cards[1]?.split('\r\n')).toEqual([
      ...['VERSION:3.0', 'UID:2', 'FN:Novák\\, "Jan"\\; 王芳', 'N:;Novák\\, "Jan"\\; 王芳;;;'],
      ...['TEL;TYPE=CELL:+420601123456', 'CATEGORIES:Fair\\; Prague\\, "A"', 'END:VCARD', ''],
    ]);
    expect(cards[3]).toContain('FN:+420 is no name');
    expect(cards[3]).toContain('CATEGORIES:Fair\\; Prague\\, "A",VIP,老客户\r\n');
    expect(cards[3]).toContain('NOTE:City: =1+1\\, "Praha"\\n=Points: -7\r\n');
  });

  it('[IMP-13] a long line is folded at 75 octets, never within a character, and reads as before', async () => {
    const name = `${'联系人'.repeat(40)}\n😀 end`;
    const text = await write('vcf', [contactOf('1', { name, email: 'a@example.com' })]).text();
    const lines = text.split('\r\n');
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
    expect(text).not.toContain('\ufffd');
    expect(text.replaceAll('\r\n ', '')).toContain(`FN:${name.replace('\n', '\\n')}\r\n`);
  });
});
