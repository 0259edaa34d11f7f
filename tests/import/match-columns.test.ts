/** Which column becomes which field: by its heading, by its values, by what was chosen before (IMP-4). */
import { describe, expect, it } from 'vitest';
import { matchColumns } from '#import/match-columns';
import { headingsAsText, proposeRemembered, withMatch, type RememberedMatch } from '#import/remembered-match';
import { findUnknownWords } from '#import/unknown-words';
import { openRows } from '#import/row-source';
import type { MappedField, Reading } from '#import/types';
import { checkFile, fixture, previewOf } from './read-file.ts';

const matched = (headings: readonly string[], ...rows: readonly (readonly string[])[]) =>
  matchColumns(
    headings,
    headings.map((_, column) => rows.map((row) => row[column] ?? '').filter((value) => value !== '')),
  ).map(({ field, confidence }) => `${field} ${confidence}`);

describe('columns without a telling heading', () => {
  it('[IMP-4] are proposed from their values', () => {
    expect(matched(['Kdo', 'Cislo', 'Adresa'], ['Anna', '+420 601 123 456', 'anna@example.com'])).toEqual([
      ...['new none', 'phone values', 'email values'],
    ]);
    expect(matched(['', ''], ['13812345678', 'a@example.com'], ['13912345678', ''])).toEqual([
      ...['phone values', 'email values'],
    ]);
  });

  it('[IMP-4] beside a key, a number that may be an order is no phone, one that can be nothing else is', () => {
    expect(matched(['Email', 'Order'], ['a@example.com', '1234567890'])).toEqual(['email name', 'new none']);
    expect(matched(['Email', 'Order'], ['a@example.com', '+420601123456'])).toEqual(['email name', 'phone values']);
    expect(matched(['Email', '备用'], ['a@example.com', '138 1234 5678'])).toEqual(['email name', 'phone values']);
    expect(matched(['Email', ''], ['a@example.com', '601123456'])).toEqual(['email name', 'phone values']);
    expect(matched(['Phone', 'Odkaz'], ['+420601123456', 'x@example.com'])).toEqual(['phone name', 'email values']);
  });

  it('[IMP-4] days, prices and mixed columns are not', () => {
    expect(matched(['', ''], ['2024-01-05', '199.90'], ['2024-02-05', '5'])).toEqual(['ignore none', 'ignore none']);
    expect(matched([''], ['13812345678'], ['none'], ['later'])).toEqual(['ignore none']);
  });
});

describe('what was chosen for such a file before', () => {
  const hash = (text: string | undefined) => `#${String(text?.length)}`;
  const headings = ['Name', 'Mobile', 'Office'];
  const columns = matchColumns(headings, [['Anna'], ['+420601123456'], ['Praha']]);
  const chosen: readonly MappedField[] = ['name', 'ignore', 'phone'];

  it('[IMP-4] is proposed again, where it differs from what would be proposed', () => {
    const known = withMatch([], { hash: hash(headingsAsText(headings)), fields: chosen });
    const again = proposeRemembered(columns, known, hash(headingsAsText([' Name', 'Mobile ', 'Office', '', ''])));
    expect(again.map(({ field, confidence }) => [field, confidence])).toEqual([
      ...[
        ['name', 'name'],
        ['ignore', 'memory'],
        ['phone', 'memory'],
      ],
    ]);
    expect(proposeRemembered(columns, known, hash('other'))).toBe(columns);
  });

  it('[IMP-4] a file without headings is like no other', () => {
    expect(headingsAsText(['', ' ', ''])).toBeUndefined();
    expect(headingsAsText([])).toBeUndefined();
  });

  it('[IMP-4] the latest choice counts, and the one not seen for longest goes', () => {
    let known: readonly RememberedMatch[] = [];
    for (let file = 0; file < 60; file++) known = withMatch(known, { hash: String(file), fields: [] });
    known = withMatch(known, { hash: '20', fields: ['phone'] });
    expect(known).toHaveLength(50);
    expect(known[0]).toEqual({ hash: '20', fields: ['phone'] });
    expect(known.some((each) => each.hash === '9')).toBe(false);
    expect(known.filter((each) => each.hash === '20')).toHaveLength(1);
  });
});

describe('words that nobody knows', () => {
  const CSV: Reading = { format: 'text', encoding: 'utf-8', delimiter: ',', sheets: [], header: 1 };
  const file = new Blob([
    [
      'Phone,Status,Consent',
      '+420601123451,Gold,yes',
      '+420601123452,gold ,later',
      '+420601123453,active,later',
      '',
    ].join('\n'),
    ['+420601123454,__proto__,later', '+420601123455,,', '+420601123456,"broken', ''].join('\n'),
  ]);
  const fields: readonly MappedField[] = ['phone', 'status', 'consent:sms'];
  const wordsOf = async (of: readonly MappedField[]) => {
    const source = await openRows(file, CSV);
    if (typeof source === 'string') throw new Error(source);
    return findUnknownWords(source, of);
  };

  it('[IMP-4] are listed with how often they stand there, however they are spelt', async () => {
    expect(await wordsOf(fields)).toEqual([
      { of: 'consent', word: 'later', count: 3 },
      { of: 'status', word: 'gold', count: 2 },
      { of: 'status', word: '__proto__', count: 1 },
    ]);
    expect(await wordsOf(['phone', 'ignore', 'ignore'])).toEqual([]);
  });

  it('[IMP-4] mean what they are told to mean; one without a meaning is an error of its row', async () => {
    const meanings = { status: [['gold', 'active']], consent: [['later', 'unknown']] } as const;
    const { contacts, problems } = await checkFile(file, 'CZ', { reading: CSV, fields, meanings });
    expect(contacts.map(({ status, 'consent:sms': consent }) => [status, consent])).toEqual([
      ...[
        ['active', 'given'],
        ['active', 'unknown'],
        ['active', 'unknown'],
        [undefined, undefined],
      ],
    ]);
    expect(problems.map(({ row, value, problem }) => [row, value, problem])).toEqual([
      ...[
        [5, '__proto__', 'valueUnknown'],
        [7, '+420601123456 "broken', 'quoteUnclosed'],
      ],
    ]);
  });

  it('[IMP-4] a word that is known keeps its meaning', async () => {
    const meanings = { status: [['active', 'inactive']], consent: [] } as const;
    const { contacts } = await checkFile(file, 'CZ', { reading: CSV, fields: ['phone', 'status', 'ignore'], meanings });
    expect(contacts.map(({ status }) => status)).toEqual(['active', undefined]);
  });
});

describe('exports of address books', () => {
  it('[IMP-4] Google Contacts: of several numbers in one cell the first', async () => {
    const rows = [
      'First Name,Middle Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value',
      'Anna,,Novak,* myContacts,* Home,a@example.com ::: b@example.com,Mobile,+420 601 123 456 ::: +420 222 333 444',
    ];
    const { contacts, problems } = await checkFile(new Blob([rows.join('\n')]), 'CZ');
    expect(problems).toEqual([]);
    expect(contacts).toMatchObject([{ name: 'Anna Novak', phone: '+420601123456', email: 'a@example.com' }]);
  });

  it.each([
    [
      'First Name,Middle Name,Last Name,Company,E-mail Address,Mobile Phone,Business Phone',
      'Anna,,Novak,X,a@example.com,+420601123456,',
    ],
    ['名,中间名,姓,公司,电子邮件地址,移动电话,商务电话', 'Anna,,Novak,X,a@example.com,+420601123456,'],
  ])('[IMP-4] Outlook: %s', async (heading, row) => {
    const preview = await previewOf(new Blob([`${heading}\n${row}\n`]));
    const fields = preview.columns.map(({ field }) => field);
    expect([fields[0], fields[2], fields[4], fields[5]]).toEqual(['name', 'name', 'email', 'phone']);
  });

  it('[IMP-4] what Google Contacts exports today needs no matching', async () => {
    const { columns } = await previewOf(fixture('google-contacts.csv'));
    const fieldOf = (name: string) => columns.find((column) => column.name === name)?.field;
    expect(['First Name', 'Last Name', 'E-mail 1 - Value', 'Phone 1 - Value'].map(fieldOf)).toEqual([
      ...['name', 'name', 'email', 'phone'],
    ]);
  });
});
