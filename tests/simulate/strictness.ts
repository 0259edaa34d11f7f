/** How strict consent and blocked are of everybody: no import and no undo may loosen them (CON-4). */
import { idAt } from '#audience/columns';
import { STRICT_FIELDS } from '#domain/contact';
import type { ContactId, EntryId } from '#domain/ids';
import { highHalf, lowHalf } from '#log/contact-id';
import { rootOf, type FoldState } from '#log/fold-state';

export interface Strictness {
  readonly parts: string;
  readonly ranks: readonly number[];
}

export function ranksById(state: FoldState): Map<ContactId, Strictness> {
  const parts = partsByRoot(state);
  const ranks = new Map<ContactId, Strictness>();
  for (let row = 0; row < state.ids.count; row += 1) {
    const all = STRICT_FIELDS.map((field) => state.stricts[field].ranks[row] ?? 0);
    if (all.some((rank) => rank > 0)) ranks.set(idAt(state, row), { parts: parts.get(row) ?? '', ranks: all });
  }
  return ranks;
}

/** Contacts whose rank is lower now. One that was joined and is taken apart again is another, and is passed over. */
export function loosened(before: ReadonlyMap<ContactId, Strictness>, state: FoldState): string[] {
  const parts = partsByRoot(state);
  return [...before].flatMap(([id, { parts: partsBefore, ranks }]) => {
    const found = state.ids.find(highHalf(id), lowHalf(id));
    const row = found < 0 ? found : rootOf(state, found);
    if (partsBefore !== '' && partsBefore !== parts.get(row)) return [];
    return STRICT_FIELDS.filter((field, at) => (state.stricts[field].ranks[row] ?? 0) < (ranks[at] ?? 0)).map(
      (field) => `${field} of ${id}`,
    );
  });
}

/**
 * The strictest word of each field that stands as this entry's, whoever it is said of; the strictest there is where a
 * hand replaced it of anybody, since of whom the entry says it may be seen otherwise after an undo.
 */
export function wordsBy(entry: EntryId, { stamps, stricts, ids }: FoldState): readonly number[] {
  return STRICT_FIELDS.map((field) => {
    const { more, stamps: standing, ranks, replaced } = stricts[field];
    if ([...replaced.values()].some((entries) => entries.has(entry))) return Infinity;
    let most = 0;
    for (let row = 0; row < ids.count; row += 1) {
      const said = more.get(row) ?? [{ stamp: standing[row] ?? 0, rank: ranks[row] ?? 0 }];
      for (const { stamp, rank } of said) if (rank > most && stamps.entryOf(stamp) === entry) most = rank;
    }
    return most;
  });
}

function partsByRoot(state: FoldState): Map<number, string> {
  const parts = new Map<number, ContactId[]>();
  for (const [part, root] of state.joined) parts.set(root, [...(parts.get(root) ?? []), idAt(state, part)]);
  return new Map([...parts].map(([root, ids]) => [root, ids.sort().join()]));
}
