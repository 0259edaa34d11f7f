/** How strict consent and blocked are of everybody: no import and no undo may loosen them (CON-4). */
import { idAt } from '#audience/columns';
import { STRICT_FIELDS, type StrictField } from '#domain/contact';
import type { ContactId, EntryId } from '#domain/ids';
import { UNBORN } from '#log/born';
import { highHalf, idFromHalves, lowHalf } from '#log/contact-id';
import { rootOf, type FoldState } from '#log/fold-state';
import type { ChangeBody, CommitBody, Entry } from '#log/types';

/** Of one contact of whom something is said, by the halves of its id: many are looked at, before every import. */
export interface Strictness {
  readonly high: number;
  readonly low: number;
  /** Of whom is part of it; 0 where nobody is. */
  readonly parts: number;
  readonly ranks: readonly number[];
}

export function ranksOf(state: FoldState): readonly Strictness[] {
  const parts = partsByRoot(state);
  const columns = STRICT_FIELDS.map((field) => state.stricts[field].ranks);
  const { highs, lows, count } = state.ids;
  const found: Strictness[] = [];
  for (let row = 0; row < count; row += 1) {
    if (!columns.some((ranks) => ranks[row] !== 0)) continue;
    const ranks = columns.map((column) => column[row] ?? 0);
    found.push({ high: highs[row] ?? 0, low: lows[row] ?? 0, parts: parts.get(row) ?? 0, ranks });
  }
  return found;
}

/** Contacts whose rank is lower now. One that was joined and is taken apart again is another, and is passed over. */
export function loosened(before: readonly Strictness[], state: FoldState): string[] {
  const parts = partsByRoot(state);
  const columns = STRICT_FIELDS.map((field) => state.stricts[field].ranks);
  const lower: string[] = [];
  for (const { high, low, parts: partsBefore, ranks } of before) {
    const found = state.ids.find(high, low);
    const row = found < 0 ? found : rootOf(state, found);
    if (partsBefore !== 0 && partsBefore !== parts.get(row)) continue;
    for (const [at, field] of STRICT_FIELDS.entries())
      if ((columns[at]?.[row] ?? 0) < (ranks[at] ?? 0)) lower.push(`${field} of ${idFromHalves(high, low)}`);
  }
  return lower;
}

/** Of everybody, whoever has become one with whom: what an undo may not lower, for anybody. */
export function ranksOfAll(state: FoldState): ReadonlyMap<ContactId, readonly number[]> {
  const rows = Array.from({ length: state.ids.count }, (_, row) => row);
  return new Map(rows.map((row) => [idAt(state, row), ranksAt(state, row)]));
}

export function loosenedByUndo(before: ReadonlyMap<ContactId, readonly number[]>, state: FoldState): string[] {
  return [...before].flatMap(([id, ranks]) => {
    const row = state.ids.find(highHalf(id), lowHalf(id));
    if (state.born[rootOf(state, row)] === UNBORN) return [];
    const after = ranksAt(state, row);
    return STRICT_FIELDS.filter((_, at) => (after[at] ?? 0) < (ranks[at] ?? 0)).map((field) => `${field} of ${id}`);
  });
}

const ranksAt = (state: FoldState, row: number): readonly number[] =>
  STRICT_FIELDS.map((field) => state.stricts[field].ranks[rootOf(state, row)] ?? 0);

/**
 * The strictest word of each field that stands as this entry's, whoever it is said of; the strictest there is where a
 * hand replaced it of anybody, since of whom the entry says it may be seen otherwise after an undo.
 */
export function wordsBy(
  entry: EntryId,
  { stamps, stricts, ids }: FoldState,
  known: ReadonlyMap<EntryId, Entry>,
): readonly number[] {
  const replacing = [...known.values()]
    .map(({ body }) => body as ChangeBody | CommitBody)
    .filter((body) => body.replaces?.includes(entry));
  /** Whatever the rows of a bulk change say. */
  const isReplaced = (field: StrictField) =>
    replacing.some((body) => body.kind === 'commit' || body.row.cells[field] !== undefined);
  return STRICT_FIELDS.map((field) => {
    const { more, stamps: standing, ranks } = stricts[field];
    if (isReplaced(field)) return Infinity;
    let most = 0;
    for (let row = 0; row < ids.count; row += 1) {
      const said = more.get(row) ?? [{ stamp: standing[row] ?? 0, rank: ranks[row] ?? 0 }];
      for (const { stamp, rank } of said) if (rank > most && stamps.entryOf(stamp) === entry) most = rank;
    }
    return most;
  });
}

/** A number for the set of those who are part of one: a sum of their ids, which are hashes. */
function partsByRoot({ joined, ids }: FoldState): ReadonlyMap<number, number> {
  const parts = new Map<number, number>();
  for (const [part, root] of joined)
    parts.set(root, (parts.get(root) ?? 0) + (ids.highs[part] ?? 0) * 3 + (ids.lows[part] ?? 0));
  return parts;
}
