/**
 * Cells that were mended after the check (IMP-7): laid over the rows as they are read, so that the kept copy stays what
 * was given. A row that could not be trusted and was mended is a row like others.
 */
import type { Mend } from './types.ts';
import type { RowSource } from './row-source.ts';

/** All of them stand in memory and in the import's row; who has more mends the file itself. */
export const MOST_MENDS = 5_000;

export function withMends(source: RowSource, mends: readonly Mend[]): RowSource {
  if (mends.length === 0) return source;
  const byRow = Map.groupBy(mends, ({ row }) => row);
  return {
    header: source.header,
    shareDone: source.shareDone,
    async read(place) {
      const slice = await source.read(place);
      if (!slice?.numbers.some((number) => byRow.has(number))) return slice;
      const damaged = new Map(slice.damaged);
      const rows = slice.rows.map((row, index) => {
        const cells = byRow.get(slice.numbers[index] ?? 0);
        if (!cells) return row;
        damaged.delete(index);
        return withCells(row, cells);
      });
      return { ...slice, rows, damaged };
    },
  };
}

function withCells(row: readonly string[], mends: readonly Mend[]): readonly string[] {
  const mended = [...row];
  for (const { at, value } of mends) {
    while (mended.length < at) mended.push('');
    mended[at] = value;
  }
  return mended;
}

/** The later word for a cell counts. */
export function joinMends(before: readonly Mend[], after: readonly Mend[]): readonly Mend[] {
  const keyOf = ({ row, at }: Mend) => `${String(row)}:${String(at)}`;
  return [...new Map([...before, ...after].map((mend) => [keyOf(mend), mend])).values()];
}
