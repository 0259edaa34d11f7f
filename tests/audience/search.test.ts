import { describe, expect, test } from 'vitest';
import { foldText } from '#audience/fold-text';
import { readTerms } from '#audience/search';
import { apply, audienceOf, birthsOf } from '#tests/builders/audience';
import { rowOf } from '#tests/builders/blocks';
import { change } from '#tests/builders/entries';

const people = [
  { phone: '+420777123456', name: 'Ana Nováková', email: 'ana.novakova@example.com' },
  { phone: '+8613800138000', name: '张伟', userId: 'CN-0042' },
  { phone: '+442079460958', name: 'Søren Ødegård', email: 's.odegard@example.co.uk' },
  { email: 'mueller@example.de', name: 'Jürgen Müller', userId: 'u.77' },
  { phone: '+4915198765432', name: 'Łucja O’Neill' },
];
const { view } = audienceOf(people);
const found = (search: string) =>
  view
    .window({ filter: { search }, sort: { by: 'name', order: 'up' }, offset: 0, limit: 10 })
    .contacts.map((contact) => contact.cells.name);

describe('[CON-5] search', () => {
  test.each([
    ['novak', 'Ana Nováková'],
    ['NOVÁK', 'Ana Nováková'],
    ['kova ana', 'Ana Nováková'],
    ['odegard', 'Søren Ødegård'],
    ['soren', 'Søren Ødegård'],
    ['lucja', 'Łucja O’Neill'],
    ['MULLER', 'Jürgen Müller'],
    ['伟', '张伟'],
    ['张', '张伟'],
  ])('part of a name, whatever case and accents: %s', (query, name) => {
    expect(found(query)).toEqual([name]);
  });

  test.each([
    ['3456', 'Ana Nováková'],
    ['777 123 456', 'Ana Nováková'],
    ['+420 777-123-456', 'Ana Nováková'],
    ['00420777123456', 'Ana Nováková'],
    ['0777123456', 'Ana Nováková'],
    ['(777) 123.456', 'Ana Nováková'],
    ['138 0013 8000', '张伟'],
    ['＋８６ １３８', '张伟'],
    ['+44 (0)20 7946 0958', 'Søren Ødegård'],
    ['020 7946', 'Søren Ødegård'],
    ['0151/98765432', 'Łucja O’Neill'],
  ])('phone digits in any spelling: %s', (query, name) => {
    expect(found(query)).toEqual([name]);
  });

  test.each([
    ['ana.novak', 'Ana Nováková'],
    ['@example.de', 'Jürgen Müller'],
    ['cn-0042', '张伟'],
    ['0042', '张伟'],
    ['u.77', 'Jürgen Müller'],
  ])('part of an email or user ID: %s', (query, name) => {
    expect(found(query)).toEqual([name]);
  });

  test('words are all to be found, in any order and field', () => {
    expect(found('example ana')).toEqual(['Ana Nováková']);
    expect(found('novak +420777')).toEqual(['Ana Nováková']);
    expect(found('ana muller')).toEqual([]);
  });

  test('nothing typed finds everybody, nonsense nobody', () => {
    expect(found('   ')).toHaveLength(5);
    for (const query of ['zzz', '\t', '\n', '99999', '()', '+'])
      expect(found(query).length).toBe(query.trim() === '' ? 5 : 0);
  });

  test('a match never runs from one contact or field into the next', () => {
    expect(found('novakova4')).toEqual([]);
    expect(found('com\n')).toHaveLength(1);
  });

  test('finds what was changed and added since', () => {
    const { fold, view: changing } = audienceOf(people);
    const names = (search: string) =>
      changing
        .window({ filter: { search }, sort: { by: 'name', order: 'up' }, offset: 0, limit: 10 })
        .contacts.map((contact) => contact.cells.name);
    expect(names('petra')).toEqual([]);
    apply(fold, change(rowOf('phone', '+420777123456', { name: 'Petra' }, { birth: false }), { ms: 9_000 }));
    expect(names('petra')).toEqual(['Petra']);
    expect(names('nováková')).toEqual(['Petra']);
    apply(fold, birthsOf([{ phone: '+4200000', name: 'Petra II' }], 10_000));
    expect(names('petra')).toEqual(['Petra', 'Petra II']);
  });

  test('beyond one chunk of rows', () => {
    const many = Array.from({ length: 9_000 }, (_, at) => ({
      phone: `+42060${String(1_000_000 + at)}`,
      name: `Person ${String(at)}`,
    }));
    const { view: large } = audienceOf(many);
    const window = large.window({
      filter: { search: 'person 8999' },
      sort: { by: 'name', order: 'up' },
      offset: 0,
      limit: 5,
    });
    expect(window.contacts.map((contact) => contact.cells.name)).toEqual(['Person 8999']);
    expect(
      large.window({ filter: { search: 'person' }, sort: { by: 'name', order: 'up' }, offset: 0, limit: 1 }).total,
    ).toBe(9_000);
  });
});

test('no query is slow to read', () => {
  const before = process.cpuUsage();
  readTerms(`${'1 '.repeat(50_000)}x`);
  readTerms(`${'('.repeat(50_000)}0)`);
  expect(process.cpuUsage(before).user).toBeLessThan(500_000);
});

test.each([
  ['Straße', 'strasse'],
  ['ＡＢＣ', 'abc'],
  ['ÉCOLE', 'ecole'],
  ['İstanbul', 'istanbul'],
  ['Æther Œuvre', 'aether oeuvre'],
  ['plain', 'plain'],
])('%s is searched as %s', (text, expected) => {
  expect(foldText(text)).toBe(expected);
});
