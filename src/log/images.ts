/**
 * What rows were before each write of the last entries: so that a late entry, or an undo, costs folding again what came
 * after it instead of everything (`folding.ts`). Whoever writes a row says so first; what is written twice is kept twice
 * and taken back in turn. Ids stay: a row of which nothing was said yet is nobody.
 */
import { STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import type { EntryId } from '#domain/ids';
import { LISTED } from './born.ts';
import type { FoldState, ReplacedCell, Said } from './fold-state.ts';
import type { Members } from './members.ts';
import type { OtherCell } from './other-cells.ts';

export interface Images {
  /** Off, nothing is kept, and what was is not to be taken back. */
  isOn: boolean;
  readonly count: number;
  /** Before anything of a row is written, but for its memberships. */
  readonly row: (row: number) => void;
  readonly member: (members: Members, row: number) => void;
  /** Something that is no row's. */
  readonly other: (takeBack: () => void) => void;
  /** The state is again as it was when so many were kept. */
  readonly takeBack: (count: number) => void;
  /** The oldest go. */
  readonly drop: (count: number) => void;
  /** The same columns stand in another object from now on. */
  readonly attach: (state: FoldState) => void;
}

interface RowImage {
  readonly row: number;
  readonly values: readonly (string | undefined)[];
  /** Stamps of texts; ranks and stamps of consent and blocked; then `BYTES` and `STAMPS`. */
  readonly numbers: readonly number[];
  readonly joined: number | undefined;
  readonly words: readonly WordsImage[] | undefined;
  /** Those that were there, by name; the rest goes. */
  readonly others: ReadonlyMap<string, OtherCell> | undefined;
  readonly replaced: readonly ReplacedCell[] | undefined;
}

interface WordsImage {
  readonly more: Said[] | undefined;
  readonly replaced: Set<EntryId> | undefined;
}

const BYTES = ['born', 'births', 'byHand', 'keyMoved'] as const;
const STAMPS = ['created', 'changed', 'firstMessaged', 'lastMessaged'] as const;

export function createImages(of: FoldState): Images {
  let state = of;
  let kept: (RowImage | (() => void))[] = [];

  return {
    isOn: true,
    get count() {
      return kept.length;
    },
    row(row) {
      if (this.isOn) kept.push(imageOf(state, row));
    },
    member(members, row) {
      if (!this.isOn) return;
      const cell = members.cellOf(row);
      kept.push(() => members.restore(row, cell));
    },
    other(takeBack) {
      if (this.isOn) kept.push(takeBack);
    },
    takeBack(count) {
      while (kept.length > count) {
        const image = kept.pop();
        if (typeof image === 'function') image();
        else if (image) restore(state, image);
      }
    },
    drop(count) {
      kept = kept.slice(count);
    },
    attach(to) {
      state = to;
    },
  };
}

function imageOf(state: FoldState, row: number): RowImage {
  const numbers: number[] = [];
  const values: (string | undefined)[] = [];
  let hasWords = false;
  for (const field of TEXT_FIELDS) {
    const column = state.texts[field];
    values.push(column.get(row));
    numbers.push(column.stamps[row] as number);
  }
  for (const field of STRICT_FIELDS) {
    const column = state.stricts[field];
    numbers.push(column.ranks[row] as number, column.stamps[row] as number);
    hasWords ||= column.more.has(row) || column.replaced.has(row);
  }
  for (const name of BYTES) numbers.push(state[name][row] as number);
  for (const name of STAMPS) numbers.push(state[name][row] as number);
  return {
    row,
    values,
    numbers,
    joined: state.joined.get(row),
    words: hasWords
      ? STRICT_FIELDS.map((field) => ({
          more: state.stricts[field].more.get(row),
          replaced: state.stricts[field].replaced.get(row),
        }))
      : undefined,
    others: othersAt(state, row),
    replaced: state.replaced.get(row)?.slice(),
  };
}

function restore(state: FoldState, { row, values, numbers, joined, words, others, replaced }: RowImage): void {
  let at = 0;
  const next = () => numbers[at++] as number;
  TEXT_FIELDS.forEach((field, index) => {
    const column = state.texts[field];
    column.set(row, values[index]);
    column.stamps[row] = next();
  });
  STRICT_FIELDS.forEach((field, index) => {
    const column = state.stricts[field];
    column.ranks[row] = next();
    column.stamps[row] = next();
    put(column.more, row, words?.[index]?.more);
    put(column.replaced, row, words?.[index]?.replaced);
  });
  const before = state.born[row];
  for (const name of BYTES) state[name][row] = next();
  state.bornCount += Number(state.born[row] === LISTED) - Number(before === LISTED);
  for (const name of STAMPS) state[name][row] = next();
  put(state.joined, row, joined);
  for (const [name, cells] of state.others) {
    const cell = others?.get(name);
    if (cell) cells.set(row, cell);
    else if (cells.has(row)) cells.delete(row);
  }
  put(state.replaced, row, replaced?.slice());
  state.touched[row] = state.version;
}

/** Of two hundred tags a contact has few. */
function othersAt({ others }: FoldState, row: number): Map<string, OtherCell> | undefined {
  let found: Map<string, OtherCell> | undefined;
  for (const [name, cells] of others) {
    const cell = cells.has(row) ? cells.get(row) : undefined;
    if (cell) (found ??= new Map<string, OtherCell>()).set(name, cell);
  }
  return found;
}

function put<Value>(map: Map<number, Value>, row: number, value: Value | undefined): void {
  if (value !== undefined) map.set(row, value);
  else if (map.size > 0) map.delete(row);
}
