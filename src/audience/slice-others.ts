/**
 * Cells without a column of the fold's own that a slice of a file says: characteristics, tags, what is for a line or a
 * channel, most of them in few rows. By row, side by side, so that a row that says none costs nothing.
 */
import type { CellName } from '#log/types';
import type { Texts } from './slice-texts.ts';

export interface SliceOthers {
  /** In any order, and of this slice alone. */
  readonly names: readonly CellName[];
  /** One more than rows: what row `at` says stands from `starts[at]` to `starts[at + 1]`. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** Index into `names`; each at most once a row. */
  readonly which: Uint16Array<ArrayBuffer>;
  /** Never empty: an empty cell says nothing. */
  readonly values: readonly string[];
}

/** As it goes from one worker to the other. */
export interface SentOthers extends Omit<SliceOthers, 'values'> {
  readonly values: Texts;
}

/** Of the planned rows (`at`: indexes into the slice) the cells that are marked as written, by column. */
export function writtenColumns(
  { names, starts, which, values }: SliceOthers,
  written: Uint8Array,
  at: Uint32Array,
): { [Name in CellName]?: (string | undefined)[] } {
  const columns: { [Name in CellName]?: (string | undefined)[] } = {};
  for (let place = 0; place < at.length; place += 1) {
    const row = at[place] as number;
    const end = starts[row + 1] as number;
    for (let cell = starts[row] as number; cell < end; cell += 1) {
      if (written[cell] !== 1) continue;
      const name = names[which[cell] as number] as CellName;
      const column = (columns[name] ??= new Array<string | undefined>(at.length).fill(undefined));
      column[place] = values[cell];
    }
  }
  return columns;
}
