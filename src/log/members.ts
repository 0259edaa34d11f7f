/**
 * Who is in one group, row by row: of joining and leaving the later counts, at the same instant joining (SYN-5).
 * Pages of 1,024 rows are made when first written, so that a small group among a million contacts stays small.
 */
import type { Stamp, Stamps } from './stamps.ts';

const PAGE_BITS = 10;
const PAGE_ROWS = 1 << PAGE_BITS;

export interface Members {
  readonly set: (row: number, stamp: Stamp, membership: 'joined' | 'left') => void;
  /** All that was said of one row is said of another, which is the same contact. */
  readonly move: (from: number, to: number) => void;
  readonly has: (row: number) => boolean;
  /** 0 where nothing was ever said. */
  readonly stampOf: (row: number) => Stamp;
  /** What was said last, as one number; 0 where nothing was. For a device's snapshot. */
  readonly cellOf: (row: number) => number;
  readonly restore: (row: number, cell: number) => void;
  /** In the order of rows. */
  readonly forEach: (visit: (row: number) => void) => void;
}

export function createMembers(stamps: Stamps): Members {
  /** A cell is stamp × 2 + 1 where joined, stamp × 2 where left. */
  const pages: (Uint32Array | undefined)[] = [];
  const cellOf = (row: number) => pages[row >> PAGE_BITS]?.[row & (PAGE_ROWS - 1)] ?? 0;

  const set: Members['set'] = (row, stamp, membership) => {
    const standing = cellOf(row);
    if (standing !== 0) {
      const difference = stamps.timeOf(stamp) - stamps.timeOf(standing >>> 1);
      if (difference < 0 || (difference === 0 && membership === 'left')) return;
    }
    restore(row, stamp * 2 + (membership === 'joined' ? 1 : 0));
  };

  function restore(row: number, cell: number): void {
    const page = (pages[row >> PAGE_BITS] ??= new Uint32Array(PAGE_ROWS));
    page[row & (PAGE_ROWS - 1)] = cell;
  }

  return {
    set,
    move(from, to) {
      const cell = cellOf(from);
      if (cell === 0) return;
      set(to, cell >>> 1, (cell & 1) === 1 ? 'joined' : 'left');
      const page = pages[from >> PAGE_BITS];
      if (page) page[from & (PAGE_ROWS - 1)] = 0;
    },
    has: (row) => (cellOf(row) & 1) === 1,
    stampOf: (row) => cellOf(row) >>> 1,
    cellOf,
    restore,
    forEach(visit) {
      // Sparse: `forEach` passes over pages that were never made.
      pages.forEach((page, index) => {
        if (!page) return;
        for (let at = 0; at < PAGE_ROWS; at += 1)
          if (((page[at] as number) & 1) === 1) visit((index << PAGE_BITS) + at);
      });
    },
  };
}
