/**
 * Whether a late row may be folded in place, since its contact and its keys meant the same at its time as they mean now.
 * Asked of late rows only; what may depend on when it came is answered no, and `replay.ts` folds all anew.
 */
import { KEY_FIELDS } from '#domain/contact';
import { DELETED_CELL } from './contacts.ts';
import type { FoldState } from './fold-state.ts';
import type { Row, RowColumns } from './types.ts';
import type { Naming } from './who.ts';

type CellAt = (name: string) => string | undefined;

export interface Timeless {
  /** A birth must share no key with anybody, or else whoever was born between would have found it. */
  readonly isRow: (naming: Naming, row: number, isBirth: boolean, cellAt: CellAt) => boolean;
  /** By hand a contact is named by its id, so only its keys, its birth and its bin depend on when. */
  readonly isChange: (said: Row, naming: Naming, row: number) => boolean;
  /** Many contacts by their ids. */
  readonly isBulk: (columns: RowColumns, row: number, cellAt: CellAt) => boolean;
}

export function createTimeless(state: FoldState): Timeless {
  const saysNoKey = (cellAt: CellAt) => KEY_FIELDS.every((field) => cellAt(field) === undefined);

  const isRow: Timeless['isRow'] = (naming, row, isBirth, cellAt) => {
    if (state.joined.has(row) || state.births[row] === 1 || state.keyMoved[row] === 1) return false;
    if (cellAt(DELETED_CELL) !== undefined) return false;
    return KEY_FIELDS.every((field, key) => {
      const column = state.texts[field];
      const standing = column.stamps[row] === 0 ? undefined : column.get(row);
      const own = key === naming.key ? naming.keyValue : undefined;
      const value = cellAt(field) ?? own;
      const isSame = standing === undefined || ((own ?? standing) === standing && (value ?? standing) === standing);
      if (!isSame) return false;
      if (standing !== undefined && !isBirth) return true;
      return [value, own, standing].every((each) => each === undefined || !state.keys.wasHeldElsewhere(key, each, row));
    });
  };

  return {
    isRow,
    isChange({ birth, cells }, naming, row) {
      const cellAt: CellAt = (name) => cells[name];
      if (birth) return isRow(naming, row, true, cellAt);
      return saysNoKey(cellAt) && cells[DELETED_CELL] === undefined;
    },
    isBulk: (columns, row, cellAt) =>
      (!state.joined.has(row) || Object.keys(columns.cells).every((name) => cellAt(name) === undefined)) &&
      cellAt(DELETED_CELL) === undefined &&
      saysNoKey(cellAt),
  };
}
