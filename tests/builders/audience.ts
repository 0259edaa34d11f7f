/** Audiences for tests: people as births of one import, in a fold and a view. */
import type { Field } from '#domain/contact';
import type { GroupId } from '#domain/ids';
import { createFinder } from '#audience/finder';
import { createAudienceView, type AudienceView } from '#audience/view';
import { createFold, type Fold } from '#log/fold';
import { rowOf } from './blocks.ts';
import { commit, SALT, type Written } from './entries.ts';

export type PersonCells = { readonly [F in Field]?: string };

export function apply(fold: Fold, ...history: readonly Written[]): void {
  for (const { entry, blocks } of history) fold.apply(entry, blocks);
}

export function audienceOf(
  people: readonly PersonCells[],
  groups: readonly GroupId[] = [],
  nowMs: number | (() => number) = 2_000,
): { fold: Fold; view: AudienceView } {
  const fold = createFold(SALT);
  apply(fold, birthsOf(people, 1_000, groups));
  const view = createAudienceView(fold.state, new Intl.Collator('en').compare);
  view.useFinder((parts) => createFinder({ ...parts, nowMs: typeof nowMs === 'number' ? () => nowMs : nowMs }));
  return { fold, view };
}

/** Each by the strongest key that it has. */
export function birthsOf(
  people: readonly PersonCells[],
  ms: number,
  joins: readonly GroupId[] = [],
  id?: string,
): Written {
  const rows = people.map((cells) => {
    const key = cells.userId ? 'userId' : cells.phone ? 'phone' : 'email';
    return rowOf(key, cells[key] ?? '', cells);
  });
  return commit([rows], { ms, ...(id !== undefined && { id }) }, { joins: [...joins] });
}
