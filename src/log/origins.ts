/**
 * Which rows of the fold were born by which rows of which block: what a snapshot need not say again. It claims nothing:
 * whoever uses it compares the values, so that an origin that is wrong or missing costs room only.
 */
import type { ContactIds } from './contact-id.ts';
import type { FoldPass } from './passes.ts';
import type { FoldState } from './fold-state.ts';
import type { BlockRef, CommitBody, RowColumns } from './types.ts';

/** `count` rows from `row` on, born by those of the block from `index` on. */
export interface OriginRun {
  readonly block: Pick<BlockRef, 'id' | 'hash'>;
  readonly row: number;
  readonly index: number;
  readonly count: number;
}

export interface Origins {
  /** A block was folded; rows from `before` on are new since. */
  readonly note: (state: FoldState, block: OriginRun['block'], columns: RowColumns, before: number) => void;
  /** Runs are added in the order of rows. */
  readonly add: (run: OriginRun) => void;
  /** Of these rows, cut to them. */
  readonly within: (first: number, count: number) => OriginRun[];
}

export function createOrigins(ids: ContactIds): Origins {
  const runs: OriginRun[] = [];

  function add(run: OriginRun): void {
    const last = runs.at(-1);
    const goesOn =
      last?.block.id === run.block.id && last.row + last.count === run.row && last.index + last.count === run.index;
    if (goesOn) runs[runs.length - 1] = { ...last, count: last.count + run.count };
    else runs.push(run);
  }

  /** First run that ends after the row: runs rise. */
  function firstAfter(row: number): number {
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const run = runs[middle] as OriginRun;
      if (run.row + run.count <= row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add,
    note(state, block, columns, before) {
      const born = state.ids.count - before;
      // A block that bore few would be read whole for them at every opening: their values are cheaper to keep.
      if (born === 0 || born * 2 < columns.count) return;
      if (born === columns.count) {
        add({ block, row: before, index: 0, count: born });
        return;
      }
      let row = before;
      for (let index = 0; index < columns.count; index += 1) {
        if (columns.births[index] !== 1 || columns.ids.has(index)) continue;
        ids.hash(columns.keys[index] ?? 0, columns.keyValues[index] ?? '', columns.generations[index] ?? 0);
        const found = state.ids.find(ids.high, ids.low);
        if (found < row) continue;
        add({ block, row: found, index, count: 1 });
        row = found + 1;
      }
    },
    within(first, count) {
      const found: OriginRun[] = [];
      for (let at = firstAfter(first); at < runs.length; at += 1) {
        const run = runs[at] as OriginRun;
        if (run.row >= first + count) break;
        const row = Math.max(run.row, first);
        const end = Math.min(run.row + run.count, first + count);
        found.push({ block: run.block, row, index: run.index + row - run.row, count: end - row });
      }
      return found;
    },
  };
}

/** A fold that entries are put into. */
export type FoldInto = Pick<FoldPass, 'state' | 'apply' | 'applyBySlices'>;

/** The same fold; of every commit that it takes in slices is noted whom its blocks bore. */
export function notingOrigins(to: FoldInto, origins: Origins): Pick<FoldInto, 'apply' | 'applyBySlices'> {
  return {
    apply: to.apply,
    applyBySlices(entry) {
      const add = to.applyBySlices(entry);
      const refs = [...((entry.body as Partial<CommitBody>).blocks ?? [])];
      return (
        add &&
        ((block) => {
          const before = to.state.ids.count;
          add(block);
          const ref = refs.shift();
          if (ref && block.kind === 'rows') origins.note(to.state, ref, block.columns, before);
        })
      );
    },
  };
}
