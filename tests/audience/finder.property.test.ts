import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Filter } from '#audience/types';
import type { AudienceView } from '#audience/view';
import { characteristicCell } from '#domain/characteristic';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { Condition, FilterNode } from '#domain/filter';
import type { ContactId } from '#domain/ids';
import { apply, audienceOf, birthsOf } from '#tests/builders/audience';
import { rowOf } from '#tests/builders/blocks';
import { change, characteristic, group, ids, messaged, type Written } from '#tests/builders/entries';
import { isNumber, naiveFilter, naiveSearch, type NaiveParts } from './naive.ts';

const [VIP, FAIR] = [group('VIP'), group('Fair')];
const CITY = characteristicCell(characteristic('City'));
const PRESS = ids.tagId('press');
/** 40 days after the first births; not on the hour. */
const NOW_MS = 40 * 86_400_000 + 1_234_567;
const READINGS: Readonly<Record<string, readonly string[]>> = {
  ...{ 张三: ['zs'], 曾伟: ['cw', 'zw'], 尉迟恭: ['wcg', 'ycg'], 王芳: ['wf'], 張豐: ['zf'] },
};
const NAMES = ['', ...Object.keys(READINGS), 'José', 'JOSE Straße', 'Søren O’Neill', 'Ａｎａ', 'Ana Lima', 'zs'];
const PHONES = ['+8613800138000', '+8613800138001', '+420777123456', '+442079460958', '+12025550100'];
const EMAILS = ['', 'ana.lima@example.com', 'JOSE@Example.de', 'zs@qq.com', '13800@163.com'];

const anyPerson = fc.record({
  userId: fc.nat(30).map((number) => `U-${String(number)}`),
  name: fc.constantFrom(...NAMES),
  phone: fc.constantFrom('', ...PHONES),
  email: fc.constantFrom(...EMAILS),
  status: fc.constantFrom('', 'active', 'inactive'),
  blocked: fc.constantFrom('', 'yes', 'no'),
  smsType: fc.constantFrom('', 'marketing', 'notification'),
  'consent:sms': fc.constantFrom('', 'given', 'unknown', 'refused'),
  [CITY]: fc.constantFrom('', 'José', '张三', '138', '7', '90'),
  [`t:${PRESS}`]: fc.constantFrom('', 'press'),
});
type Person = typeof anyPerson extends fc.Arbitrary<infer Value> ? Value : never;

const someOf = (text: string) =>
  fc
    .tuple(fc.nat(text.length), fc.nat(text.length))
    .map(([one, other]) => text.slice(Math.min(one, other), Math.max(one, other)));
const anyWord = fc
  .oneof(
    fc.constantFrom(...NAMES, ...EMAILS, 'U-1').chain(someOf),
    fc.constantFrom(...PHONES.map((phone) => phone.slice(1)), '00420777').chain(someOf),
    fc.constantFrom('zs', 'ZW', 'ycg', 'jose', 'strasse', 'soren', "o'n", 'nobody', '三'),
  )
  .map((word) => word.replaceAll(' ', ''));
/** Two numbers would be one that is written with a gap. */
const anyWords = fc
  .array(anyWord, { maxLength: 3 })
  .map((words) => words.filter((word, at) => word !== '' && (!isNumber(word) || at === 0)))
  .filter((words) => words.length < 2 || words.some((word) => /\p{L}/u.test(word)));

const anyDay = fc.integer({ min: 0, max: 45 });
const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant('number' as const),
    field: fc.constant(CITY),
    test: fc.constantFrom('greater' as const, 'less' as const),
    value: fc.constantFrom(7, 50, 138),
  }),
  fc.record({
    kind: fc.constant('list' as const),
    field: fc.constant('tag' as const),
    test: fc.constantFrom('in' as const, 'notIn' as const),
    values: fc.constantFrom([PRESS], [PRESS, 'of nobody'], ['of nobody']),
  }),
  fc.record({
    kind: fc.constant('text' as const),
    field: fc.constantFrom('name' as const, 'phone' as const, 'email' as const, 'userId' as const, CITY, CITY),
    test: fc.constantFrom(...(['is', 'isNot', 'contains', 'containsNot', 'begins', 'beginsNot'] as const)),
    text: fc.constantFrom('ana', 'JOSÉ', '王', '张三', '+8613800138000', '138', '+44', 'u-1', '@example', 'z'),
  }),
  fc.record({
    kind: fc.constant('empty' as const),
    field: fc.constantFrom('name' as const, 'phone' as const, 'email' as const, 'userId' as const),
    test: fc.constantFrom('empty' as const, 'filled' as const),
  }),
  fc.record({
    kind: fc.constant('word' as const),
    field: fc.constantFrom('status' as const, 'blocked' as const, 'smsType' as const, 'consent:sms' as const),
    test: fc.constantFrom('is' as const, 'isNot' as const),
    words: fc.subarray(['active', 'inactive', 'yes', 'no', 'none', 'marketing', 'given', 'unknown', 'refused']),
  }),
  fc.constantFrom('in' as const, 'notIn' as const).chain((test) =>
    fc.oneof(
      fc
        .subarray([VIP, FAIR, DEFAULT_GROUP_ID])
        .map((values) => ({ kind: 'list', field: 'group', test, values }) as const),
      fc.subarray(['86', '420', '1']).map((values) => ({ kind: 'list', field: 'callingCode', test, values }) as const),
      fc.subarray(['first', 'second']).map((values) => ({ kind: 'list', field: 'import', test, values }) as const),
    ),
  ),
  fc
    .record({
      field: fc.constantFrom(...(['createdAt', 'changedAt', 'firstContactAt', 'lastContactAt'] as const)),
      test: fc.constantFrom('before' as const, 'after' as const, 'within' as const, 'notWithin' as const),
      days: anyDay,
    })
    .map(({ field, test, days }): Condition => {
      const value = test === 'before' || test === 'after' ? days * 86_400_000 + 1_000 : days + 1;
      return { kind: 'time', field, test, value };
    }),
  fc.record({
    kind: fc.constant('never' as const),
    field: fc.constantFrom('firstContactAt' as const, 'lastContactAt' as const, 'createdAt' as const),
    test: fc.constantFrom('never' as const, 'ever' as const),
  }),
  fc.constant({ kind: 'unknown', json: '["of","tomorrow"]' } as const),
);
const { node: anyNode } = fc.letrec<{ node: FilterNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    anyCondition,
    fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), of: fc.array(tie('node'), { maxLength: 3 }) }),
  ),
}));

const cellsOf = (person: Person): Record<string, string> =>
  Object.fromEntries(
    Object.entries<string | undefined>(person).flatMap(([field, value = '']) =>
      value !== '' || field === 'name' ? [[field, value]] : [],
    ),
  );
const idOf = (person: Person): ContactId => ids.idOf('userId', person.userId ?? '', 0);

/** An edit, a deletion, a message, a group joined or left, or somebody new. */
const anyEvent = fc.tuple(anyPerson, fc.nat(4)).map(([person, kind]) => (ms: number): Written => {
  const at = { ms };
  const row = (cells: Record<string, string>) => rowOf('userId', person.userId ?? '', cells, { birth: false });
  if (kind === 0) return messaged([idOf(person)], at);
  if (kind === 1) return change(row({ deleted: 'yes' }), at);
  if (kind === 2) return change(row({}), at, { joins: [VIP], leaves: [FAIR] });
  if (kind === 3) return change(rowOf('userId', person.userId ?? '', cellsOf(person)), at);
  return change(row(cellsOf(person)), at);
});

const naive: NaiveParts = {
  nowMs: NOW_MS,
  initialsOf: (name) => READINGS[name] ?? [],
  importOf: () => undefined,
};

function listed(view: AudienceView, filter: Filter) {
  return view.window({ filter, sort: { by: 'email', order: 'down' }, offset: 0, limit: 1_000 });
}

test('[CON-5] search and filters find who is found contact by contact, also after every change', () => {
  fc.assert(
    fc.property(
      fc.array(anyPerson, { maxLength: 25 }),
      fc.array(anyPerson, { maxLength: 10 }),
      fc.array(fc.tuple(anyEvent, fc.boolean()), { maxLength: 6 }),
      fc.array(fc.tuple(anyWords, fc.option(anyNode)), { minLength: 1, maxLength: 6 }),
      (first, second, events, queries) => {
        const { fold, view } = audienceOf([], [], NOW_MS);
        const finder = view.useFinder(() => {
          throw new Error('it has one');
        });
        const births = [
          birthsOf(first.map(cellsOf), 1_000, [VIP], 'first'),
          birthsOf(second.map(cellsOf), 90_000_000, [FAIR], 'second'),
        ];
        apply(fold, ...births);
        const importOf: NaiveParts['importOf'] = ({ id }) =>
          first.some((person) => idOf(person) === id)
            ? 'first'
            : second.some((person) => idOf(person) === id)
              ? 'second'
              : undefined;
        const check = () => {
          const everybody = listed(view, { status: 'all' });
          for (const [words, where] of queries) {
            const filter: Filter = { status: 'all', search: words.join(' '), ...(where && { where }) };
            const found = listed(view, filter);
            const expected = everybody.contacts.filter(
              (contact) =>
                naiveSearch(contact, words, naive) && (!where || naiveFilter(contact, where, { ...naive, importOf })),
            );
            expect({ filter, found: found.contacts }).toEqual({ filter, found: expected });
            expect(found.total).toBe(expected.length);
          }
        };
        check();
        events.forEach(([event, warmed], at) => {
          // Rising: what comes late may be folded anew only later.
          apply(fold, event(100_000_000 + at * 6 * 86_400_000));
          expect(fold.stale).toBe(false);
          if (warmed) finder.warm();
          check();
        });
      },
    ),
    { numRuns: 200 },
  );
});
