/** What people type into the search field, and filters as they build them: drawn from a crowd, the same for the same dice. */
import { foldText } from '#audience/fold-text';
import { initialsOf } from '#audience/pinyin';
import { textAt } from '#audience/columns';
import { SORT_FIELDS, type Filter, type Sort } from '#audience/types';
import type { Condition, FilterNode } from '#domain/filter';
import type { FoldState } from '#log/fold-state';
import type { CrowdFold } from './crowd-fold.ts';
import type { Dice } from './dice.ts';

export interface Question {
  readonly filter: Filter;
  readonly sort: Sort;
}

const DAY_MS = 86_400_000;

/** 200: name parts, last four digits, pinyin initials, characters, what nobody has. */
export function typedQueries(state: FoldState, dice: Dice): readonly string[] {
  const some = (test: (name: string) => boolean): string => {
    for (;;) {
      const name = textAt(state, 'name', dice.below(state.ids.count));
      if (test(name)) return name;
    }
  };
  const isLatin = (name: string) => /^[A-Za-z]{3}/.test(name);
  const isChinese = (name: string) => /^\p{Script=Han}{2}/u.test(name);
  const kinds: readonly (() => string)[] = [
    () => some(isLatin).slice(0, 3 + dice.below(4)),
    () => foldText((some(isLatin).split(' ').at(-1) ?? '').slice(0, 2 + dice.below(4))),
    () => some(isLatin).split(' ').reverse().join(' '),
    () => textAt(state, 'phone', dice.below(state.ids.count)).slice(-4),
    () => textAt(state, 'phone', dice.below(state.ids.count)).slice(-4),
    () => initialsOf(some(isChinese)).split(' ')[0] ?? '',
    () => initialsOf(some(isChinese)).slice(0, 2),
    () => some(isChinese),
    () => some(isChinese).slice(0, 1),
    () => dice.pick(['zqxv', '0000000000', '龘龘', 'nobody@nowhere', 'xyzzy']),
  ];
  return Array.from({ length: 200 }, (_, at) => (kinds[at % kinds.length] as () => string)());
}

/** 100: one to four conditions of every kind, combined, each with an order. */
export function filterQuestions({ groups, imports, firstMs, fold }: CrowdFold, dice: Dice): readonly Question[] {
  const test = <Test extends string>(...tests: readonly Test[]): Test => dice.pick(tests);
  const aName = () => textAt(fold.state, 'name', dice.below(fold.state.ids.count)).slice(0, 4) || 'a';
  const kinds: readonly (() => Condition)[] = [
    () => ({ kind: 'text', field: 'name', test: test('contains', 'begins', 'isNot'), text: aName() }),
    () => ({
      kind: 'text',
      field: 'email',
      test: test('contains', 'containsNot'),
      text: dice.pick(['gmail', '.com', 'qq']),
    }),
    () => ({ kind: 'text', field: 'phone', test: test('begins', 'contains'), text: String(10 + dice.below(989)) }),
    () => ({ kind: 'empty', field: test('email', 'userId', 'name'), test: test('empty', 'filled') }),
    () => ({
      kind: 'word',
      field: test('consent:sms', 'consent:email'),
      test: test('is', 'isNot'),
      words: ['refused'],
    }),
    () => ({ kind: 'word', field: 'smsType', test: 'is', words: ['marketing', 'none'] }),
    () => ({ kind: 'list', field: 'group', test: test('in', 'notIn'), values: groups.slice(dice.below(3), 5) }),
    () => ({ kind: 'list', field: 'callingCode', test: test('in', 'notIn'), values: [test('86', '1', '420')] }),
    () => ({ kind: 'list', field: 'import', test: test('in', 'notIn'), values: imports.slice(0, 1 + dice.below(5)) }),
    () => ({
      ...{ kind: 'time', field: test('createdAt', 'changedAt', 'lastContactAt'), test: test('before', 'after') },
      value: firstMs + dice.below(320) * DAY_MS,
    }),
    () => ({ kind: 'time', field: 'lastContactAt', test: test('within', 'notWithin'), value: 1 + dice.below(40) }),
    () => ({ kind: 'never', field: 'lastContactAt', test: test('never', 'ever') }),
  ];
  const conditions = (count: number): FilterNode[] => Array.from({ length: count }, () => dice.pick(kinds)());
  return Array.from({ length: 100 }, (): Question => {
    const inner: FilterNode = { kind: 'any', of: conditions(1 + dice.below(2)) };
    const where: FilterNode = { kind: 'all', of: [...conditions(1 + dice.below(2)), inner] };
    const sort: Sort = { by: dice.pick(SORT_FIELDS), order: test('up', 'down') };
    return { filter: { status: test('active', 'all'), where }, sort };
  });
}
