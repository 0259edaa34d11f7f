/**
 * Which characteristics and tags of a row an import writes: by the same rules as its text fields (CON-4). A tag is there
 * or it is not, however it is spelled. Whose row it is, is not decided here.
 */
import { isLineTagCell } from '#domain/scoped-cell';
import { isTagCell } from '#domain/tag';
import type { FoldState } from '#log/fold-state';
import type { CellName, RowColumns } from '#log/types';
import { isFieldName } from './field-names.ts';
import { createBits, hasBit, setBit, type Bits } from './bits.ts';
import type { SentOthers } from './slice-others.ts';
import { joined, textIn, type JoinedTexts } from './slice-texts.ts';
import type { SaidBefore } from './said-before.ts';

/** What happens where somebody is known already (CON-4). */
export type Conflicts = 'overwrite' | 'ignore' | 'fillBlanks';

/** What a cell is written of: `row` of the state, -1 where the import makes the contact; `met` in the overlay. */
export interface OtherPlan {
  readonly begin: (cells: SentOthers | undefined) => void;
  /** Cells of row `at` of the slice that say something new of the contact. Answers whether there are any. */
  readonly write: (
    at: number,
    met: number,
    row: number,
    time: 'first' | 'again',
    /** Told what an earlier row of the file said as it stood, where this one says otherwise. */
    onRepeated: (name: CellName, standing: string) => void,
  ) => boolean;
  /** 1 where a cell of the slice is written. */
  readonly written: () => Uint8Array<ArrayBuffer> | undefined;
  readonly remember: (rows: RowColumns, at: number, met: number) => void;
}

const FIRST = 1_024;
const isTag = (name: CellName): boolean => isTagCell(name) || isLineTagCell(name);

export function createOtherPlan(state: FoldState, conflicts: Conflicts, said: SaidBefore): OtherPlan {
  /** Who has a cell of this name from this import already, by place in the overlay. */
  const marks = new Map<CellName, Bits>();
  /** As `marks`: whose cell as it stands some row of the file has said. */
  const repeated = new Map<CellName, Bits>();
  /** A part of the file was planned before the plan was taken up again: what stands may have been said there. */
  let isTakenUp = false;
  let cells: SentOthers | undefined;
  let values: JoinedTexts = { text: '' };
  let columns: (ReturnType<FoldState['others']['get']> | undefined)[] = [];
  let areTags: readonly boolean[] = [];
  /** Of the names of the slice, as `marks`. */
  let markBits: (Bits | undefined)[] = [];
  let written = new Uint8Array(0);

  const isIn = (bits: Bits | undefined, met: number) => bits !== undefined && hasBit(bits, met);
  function mark(all: Map<CellName, Bits>, name: CellName, met: number): Bits {
    let bits = all.get(name);
    if (!bits || met >>> 5 >= bits.length) {
      const wider = createBits(Math.max(FIRST, (met + 1) * 2));
      if (bits) wider.set(bits);
      all.set(name, (bits = wider));
    }
    setBit(bits, met, true);
    return bits;
  }

  function isNew(which: number, cell: number, row: number, time: 'first' | 'again'): boolean {
    const standing = row < 0 ? undefined : columns[which]?.valueAt(row);
    if (conflicts === 'fillBlanks' && standing !== undefined) return false;
    if (areTags[which]) return (standing ?? '') === '';
    if (row < 0) return true;
    const value = textIn(values, cell);
    return standing !== value && !(time === 'first' && said.replaced(cells?.names[which] as CellName, row, value));
  }

  return {
    begin(next) {
      cells = next;
      if (!cells) return;
      values = joined(cells.values);
      columns = cells.names.map((name) => state.others.get(name));
      areTags = cells.names.map(isTag);
      markBits = cells.names.map((name) => marks.get(name));
      written = new Uint8Array(cells.which.length);
    },

    write(at, met, row, time, onRepeated) {
      if (!cells) return false;
      let isAny = false;
      const end = cells.starts[at + 1] as number;
      for (let cell = cells.starts[at] as number; cell < end; cell += 1) {
        const which = cells.which[cell] as number;
        // What this import wrote itself is in no column yet, so it is said again.
        const bits = markBits[which];
        const isWritten = isIn(bits, met);
        if (isWritten ? conflicts === 'fillBlanks' || areTags[which] : !isNew(which, cell, row, time)) {
          if (!isWritten && row >= 0) mark(repeated, cells.names[which] as CellName, met);
          continue;
        }
        // A contact that this import makes had nothing that stood.
        if (row >= 0 && !areTags[which]) {
          const name = cells.names[which] as CellName;
          const standing = isWritten ? '' : (columns[which]?.valueAt(row) ?? '');
          if (isTakenUp || isIn(repeated.get(name), met)) onRepeated(name, standing);
        }
        written[cell] = 1;
        if (bits && met >>> 5 < bits.length) setBit(bits, met, true);
        else markBits[which] = mark(marks, cells.names[which] as CellName, met);
        isAny = true;
      }
      return isAny;
    },

    written: () => cells && written,

    remember(rows, at, met) {
      isTakenUp = true;
      for (const name of Object.keys(rows.cells))
        if (!isFieldName(name) && rows.cells[name]?.[at] !== undefined) mark(marks, name, met);
    },
  };
}
