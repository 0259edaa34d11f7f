import { expect, test } from 'vitest';
import { createSliceChecker } from '#import/check-slice';
import { matchColumns } from '#import/match-columns';
import type { ImportSettings } from '#import/types';

const settings = {
  ...{ fields: ['userId', 'groups', 'groups'], country: 'CN', consent: 'unknown' },
  groupNames: { separated: ['Fair, Praha'], dynamic: ['Never messaged'] },
} as const satisfies Partial<ImportSettings>;
const HEADER = ['id', 'Groups', '分组'];

const sliceOf = (...rows: readonly (readonly string[])[]) => ({
  rows: rows.map((row) => [...row]),
  numbers: rows.map((_, at) => at + 2),
  damaged: new Map(),
});
const checker = (groups: readonly string[] = []) =>
  createSliceChecker(settings, HEADER, {
    idOf: () => 'none' as never,
    known: [],
    knownScopes: [],
    knownGroups: groups,
  });

function joined({ groups }: ReturnType<ReturnType<typeof checker>>, before: readonly string[] = []) {
  const names = [...before, ...(groups?.names ?? [])];
  const starts = [...(groups?.starts ?? [])];
  return starts
    .slice(1)
    .map((end, row) => [...(groups?.which.subarray(starts[row], end) ?? [])].map((at) => names[at]));
}

test('[IMP-10] a column of groups is known by its heading, in English and Chinese', () => {
  for (const heading of ['Group', 'Groups', 'groups', '用户组', '分组'])
    expect(matchColumns(['Phone', heading], [['+420601123456'], ['VIP']])[1]).toMatchObject({ field: 'groups' });
});

test('[IMP-10] names are separated as tags are, each once a row however it is spelled; a name with a separator is one', () => {
  const check = checker();
  const checked = check(
    sliceOf(
      ['a', 'VIP; Fair, Praha', ''],
      ['b', 'vip、 Expo  2026 ', 'VIP'],
      ['c', '', ''],
      ['d', 'fair, praha', 'Praha'],
    ),
  );
  expect(joined(checked)).toEqual([['VIP', 'Fair, Praha'], ['VIP', 'Expo 2026'], [], ['Fair, Praha', 'Praha']]);
  // Places go on over the slices.
  const next = check(sliceOf(['e', 'Expo 2026', ''], ['f', 'New', '']));
  expect(next.groups?.names).toEqual(['New']);
  expect(joined(next, ['VIP', 'Fair, Praha', 'Expo 2026', 'Praha'])).toEqual([['Expo 2026'], ['New']]);
});

test('[IMP-10] a dynamic group, a name that is too long, and the 201st name are errors of their cells, and leave nothing', () => {
  const before = Array.from({ length: 199 }, (_, at) => `G${String(at)}`);
  const { problems, groups } = checker(before)(
    sliceOf(
      ['a', 'One, NEVER MESSAGED', ''],
      ['b', 'x'.repeat(61), ''],
      ['', 'Two', ''],
      ['c', 'Three', ''],
      ['d', 'Four', ''],
    ),
  );
  expect(problems.map(({ row, problem, at }) => [row, problem, at])).toEqual([
    [2, 'groupDynamic', 1],
    [3, 'groupTooLong', 1],
    [4, 'keyMissing', 0],
    [6, 'groupsTooMany', 1],
  ]);
  expect(groups?.names).toEqual(['Three']);
});
