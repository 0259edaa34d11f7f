/**
 * Writes cells of the fold's columns: which of two values stands (DESIGN, Contacts 3). Every write is free of order but
 * for two rows of one entry, which come in the order of its blocks.
 */
import {
  KEY_FIELDS,
  STRICT_FIELDS,
  TEXT_FIELDS,
  type KeyField,
  type StrictField,
  type TextField,
} from '#domain/contact';
import type { EntryId } from '#domain/ids';
import { othersOf, STRICT_WORDS, type FoldState, type Said } from './fold-state.ts';
import type { OtherCells } from './other-cells.ts';
import type { Stamp } from './stamps.ts';
import type { CellName } from './types.ts';

/** Of one name. `replaces`: entries whose word, in a strict field, this one has seen and stands for. */
export type SetCell = (row: number, value: string, stamp: Stamp, replaces?: readonly EntryId[]) => void;

export interface Cells {
  /** One for all rows of a million: which column, and what is special about it, is asked once. */
  readonly setTexts: Readonly<Record<TextField, SetCell>>;
  /** `replaces`: entries whose word this one has seen, and stands for. */
  readonly setStrict: (
    field: StrictField,
    row: number,
    value: string,
    stamp: Stamp,
    replaces?: readonly EntryId[],
  ) => void;
  /** A cell without a column of its own. */
  readonly setOther: (name: string, row: number, value: string, stamp: Stamp) => void;
  /** For many rows of one name at once, while no cell is taken back. */
  readonly setOthers: (name: string) => SetCell;
  /** All cells of one row go to another, which is the same contact; of two values the same stands as if both were said there. */
  readonly move: (from: number, to: number) => void;
  /** Words that stand, whatever was replaced. */
  readonly keep: (field: StrictField, row: number, said: readonly Said[]) => void;
}

const byTextField = <Value>(of: (field: TextField) => Value) =>
  Object.fromEntries(TEXT_FIELDS.map((field) => [field, of(field)])) as Readonly<Record<TextField, Value>>;

/** Index into `KEY_FIELDS`, -1 where the field is no key. */
const KEY_OF = byTextField((field) => KEY_FIELDS.indexOf(field as KeyField));

export function createCells(state: FoldState): Cells {
  /** Few words in many cells: one string for all of them. */
  const words = new Map<string, string>();
  let last = '';
  const oneOf = (word: string): string => {
    if (word === last) return last;
    const known = words.get(word);
    if (known === undefined) words.set(word, word);
    return (last = known ?? word);
  };

  const putterOf = (field: TextField) => {
    const column = state.texts[field];
    const key = KEY_OF[field];
    const isOfWords = field === 'smsType' || field === 'status';
    /** `before`: what stood; nothing, where no stamp did. */
    return (row: number, value: string, stamp: Stamp, before: string | undefined): void => {
      column.stamps[row] = stamp;
      column.set(row, isOfWords ? oneOf(value) : value);
      if (key < 0 || before === value) return;
      if (before !== undefined) state.keyMoved[row] = 1;
      state.keys.note(key, row, before);
    };
  };
  const puts = byTextField(putterOf);
  let lastSet: { readonly of: readonly EntryId[]; readonly set: Set<EntryId> } | undefined;

  const setTexts = byTextField((field): SetCell => {
    const column = state.texts[field];
    const put = puts[field];
    return (row, value, stamp) => {
      const standing = column.stamps[row] as Stamp;
      if (standing !== 0 && !state.stamps.wins(stamp, standing)) return;
      const before = standing === 0 ? undefined : column.get(row);
      if (standing === stamp) keepReplaced(field, row, before ?? '', value, stamp);
      put(row, value, stamp, before);
    };
  });

  function keepReplaced(field: CellName, row: number, before: string, value: string, stamp: Stamp): void {
    if (before === value) return;
    const cells = state.replaced.get(row) ?? [];
    cells.push({ field, stamp, value: before });
    state.replaced.set(row, cells);
  }

  function saidOf(field: StrictField, row: number): readonly Said[] {
    const column = state.stricts[field];
    const more = column.more.get(row);
    if (more) return more;
    const stamp = column.stamps[row] as Stamp;
    return stamp === 0 ? [] : [{ stamp, rank: column.ranks[row] as number }];
  }

  function keepSaid(field: StrictField, row: number, said: readonly Said[]): void {
    const column = state.stricts[field];
    const replaced = column.replaced.get(row);
    stand(field, row, replaced?.size ? said.filter(({ stamp }) => !replaced.has(entryOf(stamp))) : said);
  }

  /** None of them was replaced. */
  function stand(field: StrictField, row: number, standing: readonly Said[]): void {
    const column = state.stricts[field];
    if (standing.length > 1) column.more.set(row, [...standing]);
    else column.more.delete(row);
    column.stamps[row] = standing[0]?.stamp ?? 0;
    column.ranks[row] = standing.reduce((most, { rank }) => Math.max(most, rank), 0);
  }
  const entryOf = (stamp: Stamp) => state.stamps.entryOf(stamp) as EntryId;

  /** A bulk change replaces the same in a hundred thousand rows. Nobody writes into such a set. */
  function oneSetOf(entries: readonly EntryId[]): Set<EntryId> {
    if (lastSet?.of !== entries) lastSet = { of: entries, set: new Set(entries) };
    return lastSet.set;
  }

  /** One word an entry: of two rows of a file that are one person, the stricter. */
  function withSaid(said: readonly Said[], one: Said): readonly Said[] {
    const own = said.find(({ stamp }) => stamp === one.stamp);
    if (!own) return [...said, one];
    return own.rank >= one.rank ? said : said.map((each) => (each === own ? one : each));
  }

  function setStrict(
    field: StrictField,
    row: number,
    value: string,
    stamp: Stamp,
    replaces: readonly EntryId[] = [],
  ): void {
    const rank = STRICT_WORDS[field].indexOf(value) + 1;
    if (rank === 0) return;
    const column = state.stricts[field];
    if (replaces.length === 0 && column.stamps[row] === 0 && column.replaced.size === 0) {
      column.stamps[row] = stamp;
      column.ranks[row] = rank;
      return;
    }
    const before = column.replaced.get(row);
    if (replaces.length > 0) column.replaced.set(row, before ? new Set([...before, ...replaces]) : oneSetOf(replaces));
    else if (column.stamps[row] === 0 && !column.replaced.has(row)) {
      column.stamps[row] = stamp;
      column.ranks[row] = rank;
      return;
    }
    const said = withSaid(saidOf(field, row), { stamp, rank });
    if (replaces.length > 0) keepSaid(field, row, said);
    // Those that stood were looked at when they came.
    else if (!column.replaced.get(row)?.has(entryOf(stamp))) stand(field, row, said);
  }

  const setOther = (name: string, row: number, value: string, stamp: Stamp) =>
    setIn(othersOf(state, name), name, row, value, stamp);

  function setOthers(name: string): SetCell {
    let cells: OtherCells | undefined;
    return (row, value, stamp) => {
      cells ??= othersOf(state, name);
      setIn(cells, name, row, value, stamp);
    };
  }

  function setIn(cells: OtherCells, name: string, row: number, value: string, stamp: Stamp): void {
    const standing = cells.stampAt(row);
    if (!state.stamps.wins(stamp, standing)) return;
    if (standing === stamp) keepReplaced(name, row, cells.valueAt(row) ?? '', value, stamp);
    cells.set(row, { value, stamp });
  }

  /** Of two rows that one entry wrote, nobody can tell here which stood further down: the greater value. */
  const winsJoined = (one: Stamp, value: string, other: Stamp, standing: string): boolean =>
    one === other ? value > standing : state.stamps.wins(one, other);

  function move(from: number, to: number): void {
    for (const field of TEXT_FIELDS) {
      const column = state.texts[field];
      const stamp = column.stamps[from] as Stamp;
      const value = column.get(from);
      if (stamp === 0 || value === undefined) continue;
      if (winsJoined(stamp, value, column.stamps[to] as Stamp, column.get(to) ?? ''))
        puts[field](to, value, stamp, column.get(to));
      if (KEY_OF[field] >= 0) {
        state.keyMoved[to] = 1;
        state.keys.noteLeft(KEY_OF[field], from, value);
      }
      column.stamps[from] = 0;
      column.set(from, undefined);
    }
    for (const field of STRICT_FIELDS) {
      const column = state.stricts[field];
      const replaced = [...(column.replaced.get(to) ?? []), ...(column.replaced.get(from) ?? [])];
      if (replaced.length > 0) column.replaced.set(to, new Set(replaced));
      keepSaid(field, to, saidOf(field, from).reduce(withSaid, saidOf(field, to)));
      column.replaced.delete(from);
      keepSaid(field, from, []);
    }
    for (const cells of state.others.values()) {
      const cell = cells.get(from);
      if (!cell) continue;
      const standing = cells.get(to);
      if (!standing || winsJoined(cell.stamp, cell.value, standing.stamp, standing.value)) cells.set(to, cell);
      cells.delete(from);
    }
    const replaced = state.replaced.get(from);
    if (replaced) {
      state.replaced.set(to, [...(state.replaced.get(to) ?? []), ...replaced]);
      state.replaced.delete(from);
    }
  }

  function keep(field: StrictField, row: number, said: readonly Said[]): void {
    stand(field, row, said.reduce(withSaid, saidOf(field, row)));
  }

  return { setTexts, setStrict, setOther, setOthers, move, keep };
}
