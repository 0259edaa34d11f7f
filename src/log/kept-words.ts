/**
 * Words of consent and blocked outlast every undo (`docs/decisions/0006-the-fold.md`, 9): whatever stood of a contact
 * before it stands of him afterwards, whoever he is one with by then. When that is: `reversals.ts`.
 */
import { STRICT_FIELDS, type StrictField } from '#domain/contact';
import type { EntryId } from '#domain/ids';
import { rootOf, rowOfId, type FoldState, type Said } from './fold-state.ts';
import type { Stamp } from './stamps.ts';

/** Who had which words: a line each, by columns, since a million may have one. */
export interface Words {
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
  /** Index into `STRICT_FIELDS`. */
  readonly fields: Uint8Array;
  readonly ranks: Uint8Array;
  /** Index into `entries`. */
  readonly by: Uint32Array;
  readonly entries: readonly EntryId[];
}

export function wordsOf(state: FoldState): Words {
  const { ids, joined, stamps } = state;
  const lines = { rows: [] as number[], fields: [] as number[], ranks: [] as number[], by: [] as number[] };
  const entries = new Map<Stamp, number>();
  function add(row: number, field: number, stamp: Stamp, rank: number): void {
    let by = entries.get(stamp);
    if (by === undefined) entries.set(stamp, (by = entries.size));
    lines.rows.push(row);
    lines.fields.push(field);
    lines.ranks.push(rank);
    lines.by.push(by);
  }
  for (let row = 0; row < ids.count; row += 1) {
    const whole = joined.size === 0 ? row : (joined.get(row) ?? row);
    for (let field = 0; field < STRICT_FIELDS.length; field += 1) {
      const column = state.stricts[STRICT_FIELDS[field] as StrictField];
      if (column.ranks[whole] === 0) continue;
      const more = column.more.size === 0 ? undefined : column.more.get(whole);
      if (more) for (const { stamp, rank } of more) add(row, field, stamp, rank);
      else add(row, field, column.stamps[whole] as Stamp, column.ranks[whole] as number);
    }
  }
  return {
    highs: Uint32Array.from(lines.rows, (row) => ids.highs[row] as number),
    lows: Uint32Array.from(lines.rows, (row) => ids.lows[row] as number),
    fields: Uint8Array.from(lines.fields),
    ranks: Uint8Array.from(lines.ranks),
    by: Uint32Array.from(lines.by),
    entries: [...entries.keys()].map((stamp) => stamps.entryOf(stamp) as EntryId),
  };
}

/**
 * Both have counted the same entries. `keep` says words of a row, whatever a hand had replaced: that is settled then. It
 * is gone, where it was, and takes nothing else.
 */
export function keepWords(
  { highs, lows, fields, ranks, by, entries }: Words,
  state: FoldState,
  keep: (field: StrictField, row: number, said: readonly Said[]) => void,
): void {
  const stamps = entries.map((entry) => state.stamps.stampOf(entry));
  for (let line = 0; line < highs.length;) {
    const [high, low, field] = [highs[line] as number, lows[line] as number, fields[line] as number];
    const said: Said[] = [];
    const isSame = (at: number) => highs[at] === high && lows[at] === low && fields[at] === field;
    for (; line < highs.length && isSame(line); line += 1)
      said.push({ stamp: stamps[by[line] as number] as Stamp, rank: ranks[line] as number });
    const name = STRICT_FIELDS[field] as StrictField;
    const row = rootOf(state, rowOfId(state, high, low));
    const column = state.stricts[name];
    const [only] = said;
    // As nearly always: what stands is what stood.
    const isStanding =
      said.length === 1 &&
      column.stamps[row] === only?.stamp &&
      column.ranks[row] === only?.rank &&
      !column.more.has(row);
    if (!isStanding) keep(name, row, said);
  }
}
