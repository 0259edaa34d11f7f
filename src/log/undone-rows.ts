/**
 * What an undone commit still says (`docs/decisions/0006-the-fold.md`, 6): its words of consent and blocked, at its time;
 * and, after all others, whom nothing else bears: they are in the bin, or kept.
 */
import { KEY_FIELDS, STRICT_FIELDS } from '#domain/contact';
import type { Contacts } from './contacts.ts';
import { MOVED_BIRTH, NO_BIRTH, type Rows } from './found-rows.ts';
import { rootOf, type FoldState } from './fold-state.ts';
import type { Images } from './images.ts';
import type { Stamp } from './stamps.ts';
import type { RowColumns } from './types.ts';

/** A block of an undone commit. */
export interface UndoneRows {
  readonly columns: RowColumns;
  readonly rows: Rows;
  readonly stamp: Stamp;
}

export interface UndoneFold {
  /** Undo loosens nothing: what it said of consent stands. */
  readonly fold: (undone: UndoneRows) => void;
  /** After the last entry. */
  readonly fill: (undone: UndoneRows) => void;
}

const IS_DONE: ReadonlySet<string> = new Set([...STRICT_FIELDS, ...KEY_FIELDS]);

export function createUndoneFold(
  state: FoldState,
  images: Images,
  { setCell, setCells, settle }: Pick<Contacts, 'setCell' | 'setCells' | 'settle'>,
): UndoneFold {
  const { stamps } = state;
  return {
    fold({ columns, rows, stamp }) {
      for (const field of STRICT_FIELDS) {
        rows.at.forEach((row, index) => {
          const value = columns.cells[field]?.[index];
          if (value === undefined || row < 0) return;
          setCell(field, row, value, stamp);
          state.touched[row] = state.version;
        });
      }
    },
    fill({ columns, rows, stamp }) {
      const born = rows.at.map((row, index) => {
        if (row < 0 || rows.births[index] === NO_BIRTH) return -1;
        const root = rootOf(state, row);
        return state.births[root] === 2 ? -1 : root;
      });
      born.forEach((row, index) => {
        if (row < 0) return;
        images.row(row);
        state.births[row] = 1;
        state.touched[row] = state.version;
        const created = state.created[row] as Stamp;
        if (created === 0 || stamps.isLater(created, stamp)) state.created[row] = stamp;
        KEY_FIELDS.forEach((field, key) => {
          const isKey = rows.births[index] === MOVED_BIRTH && key === columns.keys[index];
          const value = columns.cells[field]?.[index] ?? (isKey ? columns.keyValues[index] : undefined);
          if (value !== undefined) setCell(field, row, value, stamp);
        });
      });
      setCells(columns, born, stamp, (name) => IS_DONE.has(name));
      for (const row of born) if (row >= 0) settle(row);
    },
  };
}
