/** What is kept of lists, orders and counts, and put right by the rows that changed, equals what is made anew. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_GROUP_ID } from '#domain/group';
import { createChangedRows } from '#audience/changed-rows';
import { createFinder } from '#audience/finder';
import { putRight } from '#audience/put-right';
import type { Filter, Sort } from '#audience/types';
import { createAudienceView, type AudienceView } from '#audience/view';
import { createFold, type Fold } from '#log/fold';
import { apply as applyTo, audienceOf, birthsOf } from '#tests/builders/audience';
import { rowOf } from '#tests/builders/blocks';
import { change, group, ids, messaged, SALT } from '#tests/builders/entries';
import { foldAnew } from '#tests/builders/folds';

const PEOPLE = 20;
const [FAIR, VIP] = [group('Fair'), group('VIP')];
const GROUPS = [FAIR, VIP];
const compareNames = new Intl.Collator('en').compare;
const idOf = (at: number) => ids.idOf('userId', `u${String(at)}`, 0);

const who = fc.nat(PEOPLE - 1);
/** Cells that a change by hand says, and groups; messages, births, and groups that come and go. */
const edits = fc.oneof(
  fc.record({
    kind: fc.constant('change' as const),
    who,
    cells: fc.constantFrom<Record<string, string>>(
      ...[
        { name: 'Ana' },
        { name: 'Zoe', email: 'z@x' },
        { name: '' },
        { name: '王伟', blocked: 'yes' },
        { blocked: 'no' },
      ],
      ...[{ status: 'inactive' }, { status: 'active' }, { deleted: 'yes' }, { deleted: '' }, {}],
    ),
    moves: fc.constantFrom({}, {}, { joins: [VIP] }, { leaves: [VIP] }, { leaves: [FAIR] }),
  }),
  fc.record({ kind: fc.constant('message' as const), who }),
  fc.record({ kind: fc.constant('births' as const), count: fc.constantFrom(1, 1, 1, 40) }),
  fc.record({ kind: fc.constant('existing' as const), groups: fc.constantFrom(GROUPS, [VIP]) }),
);
type Edit = typeof edits extends fc.Arbitrary<infer Value> ? Value : never;

function apply(fold: Fold, view: AudienceView, edit: Edit, ms: number): void {
  if (edit.kind === 'existing') return view.groups.setExisting(edit.groups);
  if (edit.kind === 'message') return applyTo(fold, messaged([idOf(edit.who)], { ms }));
  if (edit.kind === 'change') {
    const row = rowOf('userId', `u${String(edit.who)}`, edit.cells, { birth: false });
    return applyTo(fold, change(row, { ms }, edit.moves));
  }
  const born = Array.from({ length: edit.count }, (_, at) => ({ userId: `n${String(ms)}-${String(at)}`, name: 'Bo' }));
  applyTo(fold, birthsOf(born, ms, [FAIR]));
}

const FILTERS: readonly Filter[] = [
  {},
  { status: 'all' },
  { status: 'inactive' },
  { status: 'deleted' },
  { blocked: 'yes', status: 'all' },
  { group: FAIR },
  { group: DEFAULT_GROUP_ID, status: 'all' },
  { search: 'bo' },
];
const SORTS: readonly Sort[] = [
  { by: 'name', order: 'up' },
  { by: 'name', order: 'down' },
  { by: 'createdAt', order: 'up' },
  { by: 'lastContactAt', order: 'down' },
];

/** So many are kept. */
const LISTS = 5;
const lists = fc.array(fc.record({ filter: fc.constantFrom(...FILTERS), sort: fc.constantFrom(...SORTS) }), {
  minLength: 1,
  maxLength: LISTS,
});

function answersOf(view: AudienceView, asked: readonly { readonly filter: Filter; readonly sort: Sort }[]) {
  const windows = asked.map((list) => view.window({ ...list, offset: 0, limit: 500 }));
  return {
    lists: windows.map(({ total, contacts }) => [total, contacts.map(({ id, groups }) => [id, groups])]),
    counts: view.groups.counts(),
  };
}

describe('[CON-5] what is kept while rows change', () => {
  test('lists in every order, by every filter, and the counts of groups are as if made anew', () => {
    fc.assert(
      fc.property(fc.array(edits, { minLength: 1, maxLength: 12 }), lists, fc.boolean(), (done, asked, asksEach) => {
        const people = Array.from({ length: PEOPLE }, (_, at) => ({ userId: `u${String(at)}`, name: 'Bo' }));
        const { fold, view } = audienceOf(people, [FAIR]);
        view.groups.setExisting(GROUPS);
        answersOf(view, asked);
        done.forEach((edit, at) => {
          apply(fold, view, edit, 3_000 + at);
          // Asked now and then, what is kept is of different ages.
          if (asksEach) answersOf(view, asked.slice(at % asked.length));
        });
        const anew = createAudienceView(fold.state, compareNames);
        anew.useFinder((parts) => createFinder({ ...parts, nowMs: () => 2_000 }));
        anew.groups.setExisting(done.findLast((edit) => edit.kind === 'existing')?.groups ?? GROUPS);
        expect(answersOf(view, asked)).toEqual(answersOf(anew, asked));
      }),
      { numRuns: 100 },
    );
  });

  test('[CON-10] who is gone as all is folded anew is in no list and no count', () => {
    const births = (who: string) =>
      birthsOf(
        [...who].map((userId) => ({ userId, name: 'Bo' })),
        1_000,
        [FAIR],
      );
    // As a page has it: there before anybody is.
    const fold = createFold(SALT);
    const view = createAudienceView(fold.state, compareNames);
    applyTo(fold, births('abc'));
    view.groups.setExisting(GROUPS);
    const asked = [{ filter: {}, sort: { by: 'name', order: 'up' } as const }];
    expect(answersOf(view, asked)).toMatchObject({ lists: [[3, {}]] });
    // As an erasure leaves it: the block has one row less.
    foldAnew(fold, [births('ac')]);
    expect(fold.state.ids.count).toBe(2);
    const { lists: kept, counts } = answersOf(view, asked);
    expect(kept).toEqual([
      [
        2,
        [
          [ids.idOf('userId', 'a', 0), [FAIR]],
          [ids.idOf('userId', 'c', 0), [FAIR]],
        ],
      ],
    ]);
    expect(counts.find((each) => each.group === FAIR)?.contacts).toBe(2);
  });

  test('a list that is put right is the list sorted anew, and the same one where nobody moved', () => {
    const values = fc.array(fc.nat(6), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.array(fc.tuple(fc.nat(), fc.nat(6), fc.boolean())), (start, moves) => {
        const value = [...start];
        const isIn = value.map(() => true);
        const compare = (one: number, other: number) =>
          (value[one] as number) - (value[other] as number) || one - other;
        const sorted = () =>
          Uint32Array.from(value.keys())
            .filter((row) => isIn[row])
            .sort(compare);
        const before = sorted();
        const changed = [...new Set(moves.map(([row]) => row % value.length))];
        for (const [row, next, belongs] of moves) {
          value[row % value.length] = next;
          isIn[row % value.length] = belongs;
        }
        const after = putRight(before, changed, (row) => isIn[row] === true, compare);
        expect(after).toEqual(sorted());
        expect(after === before).toBe(String(before) === String(sorted()));
      }),
    );
  });

  test('rows that changed are known once each while they are few, and then no longer', () => {
    const { fold } = audienceOf(Array.from({ length: 60 }, (_, at) => ({ userId: `u${String(at)}` })));
    const changes = createChangedRows(fold.state);
    const { version } = fold.state;
    const edit = (at: number, ms: number) =>
      applyTo(fold, change(rowOf('userId', `u${String(at)}`, { name: `N${String(ms)}` }, { birth: false }), { ms }));
    expect(changes.since(version, 0)).toEqual([]);
    [3, 5, 3].forEach((each, at) => edit(each, 3_000 + at));
    expect(changes.since(version, 0)).toEqual([5, 3]);
    expect(changes.since(fold.state.version - 1, 0)).toEqual([3]);
    expect(changes.since(version - 1, 0)).toBeUndefined();
    for (let at = 0; at < 40; at += 1) edit(at, 4_000 + at);
    expect(changes.since(version, 0)).toBeUndefined();
    expect(changes.since(fold.state.version, 0)).toEqual([]);
    edit(7, 5_000);
    expect(changes.since(fold.state.version - 1, 0)).toEqual([7]);
  });
});
