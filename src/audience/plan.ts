/**
 * What an import would do, row by row, against the audience as it is and the rows before (CON-4, IMP-6): the outcome of
 * each row and the rows to write, which hold only what differs. Pure; what was planned is exactly what then happens.
 */
import {
  KEY_FIELDS,
  STRICT_FIELDS,
  TEXT_FIELDS,
  type Field,
  type KeyField,
  type StrictField,
  type TextField,
} from '#domain/contact';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { GroupId, ImportId } from '#domain/ids';
import { highHalf, lowHalf, type ContactIds } from '#log/contact-id';
import { STRICT_WORDS, type FoldState } from '#log/fold-state';
import type { RowColumns } from '#log/types';
import { isListed, textAt } from './columns.ts';
import type { KeyIndex } from './key-index.ts';
import { createMatcher } from './match.ts';
import { createOverlay } from './plan-overlay.ts';
import { createRowWriter } from './plan-rows.ts';

/** In the order of `ROW_OUTCOMES` of the import. */
export const PLAN_OUTCOMES = ['new', 'changed', 'unchanged', 'twice', 'ignored', 'error'] as const;
const [NEW, CHANGED, UNCHANGED, TWICE, IGNORED, ERROR] = [0, 1, 2, 3, 4, 5] as const;

export interface PlanOptions {
  readonly conflicts: 'overwrite' | 'ignore';
  /** `existingOnly` limits the import to contacts that exist. */
  readonly existing: 'all' | 'existingOnly';
  /** Joined in every mode. */
  readonly groups: readonly GroupId[];
  /** Earlier imports of the very same file: what it says against itself changes nothing the second time (IMP-12). */
  readonly sameFile: ReadonlySet<ImportId>;
}

export type SliceColumns = { readonly [F in Field]?: readonly string[] };

export interface PlannedRows {
  /** Index into `PLAN_OUTCOMES`. */
  readonly outcomes: Uint8Array;
  /** 1 where a contact would be written but not sent to: blocked, or refusing. */
  readonly suppressed: Uint8Array;
  /** Absent where no row is to be written. */
  readonly rows?: RowColumns;
  /** Ids, two halves each, of contacts that were met without anything to write: for `rememberSeen`. */
  readonly seen: Uint32Array;
}

export interface ImportPlan {
  /** Slices come in the file's order. Texts are normalised; an empty one is an empty cell. */
  readonly plan: (count: number, columns: SliceColumns) => PlannedRows;
  /** What an earlier run, cut off, planned: its blocks in order, and whom it met. Before the first slice. */
  readonly remember: (rows: RowColumns) => void;
  readonly rememberSeen: (seen: Uint32Array) => void;
}

export function createImportPlan(state: FoldState, ids: ContactIds, index: KeyIndex, options: PlanOptions): ImportPlan {
  const overlay = createOverlay();
  const matcher = createMatcher(state, ids, index, overlay);
  const groups = options.groups
    .filter((group) => group !== DEFAULT_GROUP_ID)
    .map((group) => () => state.members.get(group));

  const isInAll = (row: number) => groups.every((members) => members()?.has(row) ?? false);

  /** Puts a known contact into the overlay with the keys that it holds; `keys` are the row's, hashed by the matcher. */
  function meet(row: number, keys?: readonly string[]): number {
    const at = overlay.add(state.ids.highs[row] as number, state.ids.lows[row] as number, 'known');
    for (let key = 0; key < KEY_FIELDS.length; key += 1) {
      const value = textAt(state, KEY_FIELDS[key] as KeyField, row);
      if (value !== '' && value === keys?.[key]) setRowKey(at, key);
      else setKey(at, key, value);
    }
    return at;
  }

  const setRowKey = (at: number, key: number) =>
    overlay.setKey(at, key, matcher.highs[key] as number, matcher.lows[key] as number);

  function setKey(at: number, key: number, value: string): void {
    if (value === '') overlay.setKey(at, key, 0, 0);
    else {
      ids.hash(key, value, 0);
      overlay.setKey(at, key, ids.high, ids.low);
    }
  }

  const stateRow = (at: number): number => {
    const row = state.ids.find(overlay.ids.highs[at] as number, overlay.ids.lows[at] as number);
    return row >= 0 && isListed(state, row) ? row : -1;
  };

  function differs(field: TextField, fieldIndex: number, row: number, at: number, value: string): boolean {
    if (overlay.isBorn(at) || overlay.isWritten(at, fieldIndex)) return true;
    return textAt(state, field, row) !== value;
  }

  /** The same file said this before, and then something else that still stands. */
  function saidBefore(field: TextField, row: number, value: string): boolean {
    if (options.sameFile.size === 0) return false;
    const stamp = state.texts[field].stamps[row] as number;
    const importId = state.stamps.importOf(stamp);
    if (importId === undefined || !options.sameFile.has(importId)) return false;
    return (
      state.replaced.get(row)?.some((cell) => cell.field === field && cell.stamp === stamp && cell.value === value) ??
      false
    );
  }

  const isStricter = (field: StrictField, row: number, value: string) =>
    STRICT_WORDS[field].indexOf(value) + 1 > (row < 0 ? 0 : (state.stricts[field][row] as number));

  return {
    plan(count, columns) {
      const outcomes = new Uint8Array(count);
      const suppressed = new Uint8Array(count);
      const seen: number[] = [];
      const writer = createRowWriter((field) => columns[field] !== undefined);
      const keyColumns = KEY_FIELDS.map((field) => columns[field]);
      const keys = KEY_FIELDS.map(() => '');

      /** Cells that say something new of a contact, or all of a new one. Answers whether there are any. */
      const writeCells = (index: number, at: number, row: number, first: boolean): boolean => {
        let written = false;
        for (let each = 0; each < TEXT_FIELDS.length; each += 1) {
          const field = TEXT_FIELDS[each] as TextField;
          const value = columns[field]?.[index] ?? '';
          if (value === '' || !differs(field, each, row, at, value)) continue;
          if (first && row >= 0 && saidBefore(field, row, value)) continue;
          writer.setCell(field, value);
          overlay.setWritten(at, each);
          written = true;
        }
        for (const field of STRICT_FIELDS) {
          const value = columns[field]?.[index] ?? '';
          if (value === '' || !isStricter(field, row, value)) continue;
          writer.setCell(field, value);
          written = true;
        }
        if (!written) return false;
        for (let key = 0; key < KEY_FIELDS.length; key += 1)
          if (writer.hasCell(KEY_FIELDS[key] as KeyField)) setRowKey(at, key);
        return true;
      };

      const planNew = (index: number): number => {
        if (options.existing === 'existingOnly') return IGNORED;
        const key = keys.findIndex((value) => value !== '');
        const value = keys[key] as string;
        let generation = 0;
        for (ids.hash(key, value, 0); isTaken(ids.high, ids.low); ids.hash(key, value, generation)) generation += 1;
        const at = overlay.add(ids.high, ids.low, 'born');
        writeCells(index, at, -1, true);
        writer.addRow({ key, keyValue: value, generation, birth: 1 });
        return NEW;
      };

      const planKnown = (index: number, row: number, key: number): number => {
        const at = meet(row, keys);
        const written = options.conflicts === 'overwrite' && writeCells(index, at, row, true);
        if (written || !isInAll(row)) addNaming(at, key);
        else seen.push(overlay.ids.highs[at] as number, overlay.ids.lows[at] as number);
        if (options.conflicts === 'ignore') return IGNORED;
        return written ? CHANGED : UNCHANGED;
      };

      const planMet = (index: number, at: number, key: number): number => {
        if (options.conflicts === 'overwrite' && writeCells(index, at, stateRow(at), false)) addNaming(at, key);
        return TWICE;
      };

      /** A row of a contact that has an id already, found by this key. */
      const addNaming = (at: number, key: number): void => {
        const [high, low] = [overlay.ids.highs[at] as number, overlay.ids.lows[at] as number];
        const hashed = matcher.highs[key] === high && matcher.lows[key] === low;
        writer.addRow({
          key,
          keyValue: keys[key] as string,
          generation: 0,
          birth: 0,
          ...(hashed ? {} : { id: [high, low] }),
        });
      };

      for (let index = 0; index < count; index += 1) {
        for (let key = 0; key < keys.length; key += 1) keys[key] = keyColumns[key]?.[index] ?? '';
        if (keys.every((value) => value === '')) {
          outcomes[index] = ERROR;
          continue;
        }
        const match = matcher.match(keys);
        const known = match.kind === 'known' ? match.row : -1;
        if (match.kind === 'several') outcomes[index] = ERROR;
        else if (match.kind === 'met') outcomes[index] = planMet(index, match.at, match.field);
        else outcomes[index] = match.kind === 'known' ? planKnown(index, match.row, match.field) : planNew(index);
        if ((outcomes[index] as number) <= UNCHANGED && isSuppressed(columns, index, known)) suppressed[index] = 1;
      }
      const rows = writer.rows();
      return { outcomes, suppressed, ...(rows && { rows }), seen: Uint32Array.from(seen) };
    },

    remember(rows) {
      for (let index = 0; index < rows.count; index += 1) {
        const id = rows.ids.get(index);
        if (id === undefined)
          ids.hash(rows.keys[index] as number, rows.keyValues[index] as string, rows.generations[index] as number);
        const [high, low] = id === undefined ? [ids.high, ids.low] : [highHalf(id), lowHalf(id)];
        const at = meetAgain(high, low, rows.births[index] === 1 ? 'born' : 'known');
        TEXT_FIELDS.forEach((field, each) => {
          const value = rows.cells[field]?.[index];
          if (value === undefined) return;
          overlay.setWritten(at, each);
          const key = KEY_FIELDS.indexOf(field as (typeof KEY_FIELDS)[number]);
          if (key >= 0) setKey(at, key, value);
        });
      }
    },

    rememberSeen(seen) {
      for (let at = 0; at < seen.length; at += 2) meetAgain(seen[at] as number, seen[at + 1] as number, 'known');
    },
  };

  function meetAgain(high: number, low: number, birth: 'born' | 'known'): number {
    const met = overlay.ids.find(high, low);
    if (met >= 0) return met;
    const row = state.ids.find(high, low);
    return birth === 'known' && row >= 0 ? meet(row) : overlay.add(high, low, birth);
  }

  /** A key whose contact has moved on begins anew, a generation later. */
  function isTaken(high: number, low: number): boolean {
    const row = state.ids.find(high, low);
    return (row >= 0 && isListed(state, row)) || overlay.ids.find(high, low) >= 0;
  }

  function isSuppressed(columns: SliceColumns, index: number, row: number): boolean {
    for (const field of STRICT_FIELDS) {
      const words = STRICT_WORDS[field];
      if (columns[field]?.[index] === words[words.length - 1]) return true;
      if (row >= 0 && state.stricts[field][row] === words.length) return true;
    }
    return false;
  }
}
