import { describe, expect, test } from 'vitest';
import { foldText } from '#audience/fold-text';
import { initialsOf } from '#audience/pinyin';
import { readTerms } from '#audience/terms';
import { apply, audienceOf, birthsOf } from '#tests/builders/audience';
import { rowOf } from '#tests/builders/blocks';
import { crowdColumns, crowdName } from '#tests/builders/crowd';
import { createDice } from '#tests/builders/dice';
import { change } from '#tests/builders/entries';
import { naiveFold } from './naive.ts';

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

test('[CON-11] a phone or an email of a business line is found as one for all is, and no more once it is gone', () => {
  const { view, fold } = audienceOf([{ userId: 'U1', name: 'Ana', phone: '+420777123456' }]);
  const found = (search: string) =>
    view.window({ filter: { search }, sort: { by: 'name', order: 'up' }, offset: 0, limit: 10 }).total;
  const say = (cells: Readonly<Record<string, string>>, ms: number) =>
    apply(fold, change(rowOf('userId', 'U1', cells, { birth: false }), { ms }));
  expect(found('9988')).toBe(0);
  say({ 'phone@shop': '+420602009988', 'email@shop': 'ana@shop.example' }, 5_000);
  for (const typed of ['9988', '602 009 988', '+420 602009988', '@shop.example', 'ANA@shop', '3456'])
    expect(found(typed), typed).toBe(1);
  say({ 'phone@shop': '' }, 6_000);
  expect(found('9988')).toBe(0);
  expect(found('@shop.example')).toBe(1);
});

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

  const chinese = audienceOf(
    [
      '张三',
      '張豐毅',
      '曾国藩',
      '单田芳',
      '仇英',
      '解晓东',
      '查良镛',
      '区伟',
      '尉迟恭',
      '万俟卨',
      'Li 小明',
      '欧阳娜娜',
    ].map((name, at) => ({ userId: `c${String(at)}`, name })),
  ).view;
  const foundChinese = (search: string) =>
    chinese
      .window({ filter: { search }, sort: { by: 'createdAt', order: 'up' }, offset: 0, limit: 20 })
      .contacts.map((contact) => contact.cells.name);

  test.each([
    ['zs', ['张三']],
    ['ZＳ', ['张三']],
    ['zfy', ['張豐毅']],
    ['fy', ['張豐毅']],
    ['oynn', ['欧阳娜娜']],
    ['xm', ['Li 小明']],
    ['li xm', ['Li 小明']],
    ['三', ['张三']],
    ['zgf', ['曾国藩']],
    ['cgf', ['曾国藩']],
    ['stf', ['单田芳']],
    ['dtf', ['单田芳']],
    ['qy', ['仇英']],
    ['xxd', ['解晓东']],
    ['zly', ['查良镛']],
    ['ow', ['区伟']],
    ['qw', ['区伟']],
    ['ycg', ['尉迟恭']],
    ['mqx', ['万俟卨']],
    ['zsf', []],
  ])('Chinese by the first letters of pinyin, a surname as both are read: %s', (query, names) => {
    expect(foundChinese(query)).toEqual(names);
  });

  test('whatever stands in a cell is found as it is, and nothing by what is not seen', () => {
    const { view: odd } = audienceOf([
      { userId: 'x1', name: 'a\u0001b\u0000c' },
      { userId: 'x2', name: '\ud83d\ude00 𠮷田 \ud800' },
      { userId: 'x3', phone: '\u202a+86138', name: 'x'.repeat(100_000) },
      { userId: 'x4', name: 'Ａ１\u3000Ｂ' },
    ]);
    const ids = (search: string) =>
      odd
        .window({ filter: { search }, sort: { by: 'createdAt', order: 'up' }, offset: 0, limit: 20 })
        .contacts.map((contact) => contact.cells.userId);
    expect(ids('a b c')).toEqual(['x1']);
    expect(ids('\u0001')).toHaveLength(4);
    expect(ids('𠮷田')).toEqual(['x2']);
    expect(ids('😀')).toEqual(['x2']);
    expect(ids('\u202a\u200b+86 138\u202c')).toEqual(['x3']);
    expect(ids('x'.repeat(150))).toEqual(['x3']);
    expect(ids('a1 b')).toEqual(['x4']);
  });

  test('[CON-10] those in the bin are searched there', () => {
    const { fold, view: changing } = audienceOf(people);
    apply(fold, change(rowOf('phone', '+420777123456', { deleted: 'yes' }, { birth: false }), { ms: 9_000 }));
    const found = (status: 'all' | 'deleted') =>
      changing.window({
        ...{ filter: { search: 'novak', status }, sort: { by: 'name', order: 'up' } as const, offset: 0, limit: 10 },
      }).total;
    expect([found('all'), found('deleted')]).toEqual([0, 1]);
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

test('[CON-5] thousands are found as one by one, before and after many of them changed', () => {
  const dice = createDice(11);
  const columns = crowdColumns(dice, 0, 3_000);
  const persons = Array.from({ length: 3_000 }, (_, at) => ({
    ...{ userId: `u${String(at)}`, name: columns.name?.[at] ?? '', phone: columns.phone?.[at] ?? '' },
  }));
  const { fold, view: crowd } = audienceOf(persons);
  const queries = Array.from({ length: 40 }, () => {
    const { name, phone } = dice.pick(persons);
    const from = dice.below(Math.max(1, name.length - 2));
    const length = 1 + dice.below(4);
    const part = dice.chance(0.5) ? phone.slice(-4) : name.slice(from, from + length);
    return part.trim() === '' ? 'u1' : part;
  });
  const check = () => {
    for (const search of queries) {
      const words = search.split(' ').filter((word) => word !== '');
      const expected = persons.filter(({ userId, name, phone }) => {
        const texts = [naiveFold(name), phone.slice(1), userId, ...initialsOf(name).split(' ')];
        return words.every((word) => texts.some((text) => text.includes(naiveFold(word).replace(/^\+/, ''))));
      });
      const window = crowd.window({ filter: { search }, sort: { by: 'createdAt', order: 'up' }, offset: 0, limit: 5 });
      expect([search, window.total]).toEqual([search, expected.length]);
      expect(window.contacts.map(({ cells }) => cells.userId)).toEqual(
        expected.slice(0, 5).map(({ userId }) => userId),
      );
    }
  };
  check();
  // In the first thousand more than are looked at one by one, elsewhere fewer.
  for (const [index, person] of persons.entries()) {
    if (index >= 600 && index % 50 !== 0) continue;
    person.name = `${crowdName(dice)}Z`;
    const row = rowOf('userId', person.userId, { name: person.name }, { birth: false });
    apply(fold, change(row, { ms: 10_000 + index }));
  }
  check();
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
