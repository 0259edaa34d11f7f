/** Columns that are no fields: characteristics and tags, from raw rows to cells by row. */
import { describe, expect, test } from 'vitest';
import type { CheckSettings } from '#import/check-slice';
import { createSliceChecker } from '#import/check-slice';
import { MOST_NEW_CHARACTERISTICS, MOST_TAGS } from '#import/limits';
import { matchColumns } from '#import/match-columns';
import { createContactIds } from '#log/contact-id';
import { tagCell } from '#domain/tag';

const ids = createContactIds(new Uint8Array(16));
const settings: CheckSettings = {
  fields: ['email', 'x:city', 'tags', 'ignore', 'tags'],
  country: 'CZ',
  consent: 'unknown',
};
const HEADER = ['Email', 'City', 'Tags', 'Note', 'Labels'];
const checker = (known: readonly string[] = []) =>
  createSliceChecker(settings, HEADER, { idOf: ids.tagId, known, knownScopes: [] });
const sliceOf = (rows: readonly (readonly string[])[]) => ({
  rows,
  numbers: rows.map((_, at) => at + 2),
  damaged: new Map<number, never>(),
});

/** By row, what stands beside its fields. */
function cellsOf(checked: ReturnType<ReturnType<typeof checker>>) {
  const { others, count } = checked;
  if (!others) return [];
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      others.values
        .map((value, cell) => [others.names[others.which[cell] as number] as string, value, cell] as const)
        .filter(([, , cell]) => cell >= (others.starts[row] as number) && cell < (others.starts[row + 1] as number))
        .map(([name, value]) => [name, value]),
    ),
  );
}
const tag = (name: string) => tagCell(ids.tagId(name));

describe('characteristics and tags of a file', () => {
  test('[IMP-10] are read by row, one tag once however it is spelled; an empty cell says nothing', () => {
    const checked = checker()(
      sliceOf([
        ['a@example.com', '  Praha\u00a0 1 ', 'VIP、press', 'x', ' ｖｉｐ ;'],
        ['b@example.com', '', '', '', ''],
        ['c@example.com', 'Brno', 'vip', '', ''],
      ]),
    );
    expect(cellsOf(checked)).toEqual([
      { 'x:city': 'Praha 1', [tag('vip')]: 'VIP', [tag('press')]: 'press' },
      {},
      { 'x:city': 'Brno', [tag('vip')]: 'VIP' },
    ]);
    expect(checked.tags).toEqual(['VIP', 'press']);
  });

  test('[IMP-7] what is too long is said by its cell, and its row brings no tag', () => {
    const checked = checker()(
      sliceOf([
        ['a@example.com', 'x'.repeat(2_001), 'new', '', ''],
        ['b@example.com', '', `other, ${'字'.repeat(61)}`, '', ''],
        ['nobody', 'Praha', 'of an error', '', ''],
        ['c@example.com', 'Praha', '字'.repeat(60), '', ''],
      ]),
    );
    expect(checked.problems.map(({ row, column, problem }) => [row, column, problem])).toEqual([
      [2, 'City', 'cellTooLong'],
      [3, 'Tags', 'tagTooLong'],
      [4, 'Email', 'emailInvalid'],
    ]);
    expect(checked.tags).toEqual(['字'.repeat(60)]);
    expect(cellsOf(checked)).toEqual([{ 'x:city': 'Praha', [tag('字'.repeat(60))]: '字'.repeat(60) }]);
  });

  test('[IMP-9] more tags than a file may have are errors, also where it was gone on with', () => {
    const rows = Array.from({ length: MOST_TAGS + 2 }, (_, at) => [
      `${String(at)}@example.com`,
      '',
      `tag ${String(at)}`,
    ]);
    const whole = checker();
    const first = whole(sliceOf(rows.slice(0, 150)));
    const second = whole(sliceOf(rows.slice(150)));
    expect(second.problems.map(({ problem, value }) => [problem, value])).toEqual([
      ['tagsTooMany', 'tag 200'],
      ['tagsTooMany', 'tag 201'],
    ]);
    const again = checker(first.tags)(sliceOf(rows.slice(150)));
    expect(again).toEqual(second);
    expect(checker(first.tags)(sliceOf([['z@example.com', '', 'TAG 0', '', '']])).tags).toEqual([]);
  });

  test('a file without such columns has none', () => {
    const check = createSliceChecker({ ...settings, fields: ['email', 'ignore'] }, HEADER);
    expect(check(sliceOf([['a@example.com', 'Praha']])).others).toBeUndefined();
  });
});

describe('columns that no field fits', () => {
  const proposed = (names: readonly string[], values: readonly (readonly string[])[]) =>
    matchColumns(names, values).map(({ field }) => field);

  test('[IMP-4] become characteristics where they have a heading and values; tags are known by name', () => {
    const names = ['Mobile', 'City', '标签', 'Empty', '', 'Home phone', 'Last contact', 'Groups'];
    const values = names.map((name) => (name === 'Empty' ? [] : ['+420777123456']));
    expect(proposed(names, values)).toEqual([
      ...['phone', 'new', 'tags', 'ignore', 'ignore', 'new', 'ignore', 'groups'],
    ]);
  });

  test('[IMP-4] a file of a thousand columns makes a hundred', () => {
    const names = ['Email', ...Array.from({ length: 1_000 }, (_, at) => `Field ${String(at)}`)];
    const fields = proposed(
      names,
      names.map(() => ['x']),
    );
    expect(fields.filter((field) => field === 'new')).toHaveLength(MOST_NEW_CHARACTERISTICS);
    expect(fields.slice(1, MOST_NEW_CHARACTERISTICS + 1).every((field) => field === 'new')).toBe(true);
  });
});
