/**
 * Writes contacts as the fold has them: births, the bin, two rows that are one contact, cells by name, memberships.
 * What is said here of time and order, `replay.ts` has made sure of.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type KeyField, type StrictField } from '#domain/contact';
import type { EntryId, GroupId } from '#domain/ids';
import { DELETED, LISTED, UNBORN, UNDONE } from './born.ts';
import { createCells, type SetCell } from './cells.ts';
import { membersOf, rootOf, type FoldState, type Said } from './fold-state.ts';
import type { Images } from './images.ts';
import type { Stamp } from './stamps.ts';
import type { RowColumns } from './types.ts';

export interface Contacts {
  /** An entry that stands names the contact. */
  readonly touch: (row: number, stamp: Stamp) => void;
  /** `strong`: a stamp of the same entry, of full weight: he is out of the bin. */
  readonly bear: (row: number, stamp: Stamp, strong: Stamp) => void;
  /** What birth, hand and bin come to. */
  readonly settle: (row: number) => void;
  /** Two rows are one contact, under the smaller id. */
  readonly join: (one: number, other: number) => void;
  /** `replaces`: entries whose consent or block this word stands for. */
  readonly setCell: (name: string, row: number, value: string, stamp: Stamp, replaces?: readonly EntryId[]) => void;
  /** Of one key each, in the order of `KEY_FIELDS`: for a million rows. */
  readonly setKeys: readonly SetCell[];
  /** Of all names that are not done; a row of -1 is nobody's. */
  readonly setCells: (
    columns: RowColumns,
    at: Int32Array,
    stamp: Stamp,
    isDone: (name: string) => boolean,
    replaces?: readonly EntryId[],
  ) => void;
  /** What somebody erased had refused holds for whoever has the key. */
  readonly refuse: (row: number, field: KeyField, value: string) => void;
  /** Words of consent or blocked that stand, whatever a hand replaced. */
  readonly keepSaid: (field: StrictField, row: number, said: readonly Said[]) => void;
  /** A row of -1 is nobody's. */
  readonly setMembers: (
    body: { readonly joins: readonly GroupId[]; readonly leaves: readonly GroupId[] },
    rows: Iterable<number>,
    stamp: Stamp,
  ) => void;
  /** Rows are again as they were: who was joined since is not. */
  readonly takenBack: () => void;
}

/** The cell by which a contact is in the bin (CON-10). */
export const DELETED_CELL = 'deleted';

export interface ContactEvents {
  /** A contact that only an undone import made turns out to be more, so what it said must go again. */
  readonly onUnsure: () => void;
  /** What somebody erased had refused, and was said of the row's key: `say` says it of the row. */
  readonly onKey: (
    field: KeyField,
    value: string,
    say: (field: StrictField, word: string, stamp: Stamp) => void,
  ) => void;
}

export function createContacts(state: FoldState, images: Images, { onUnsure, onKey }: ContactEvents): Contacts {
  const cells = createCells(state);
  /** Who is part of whom, the other way round than `joined`: one merge more must not look through all before. */
  let partsByRoot: Map<number, number[]> | undefined;
  const { stamps } = state;

  function touch(row: number, stamp: Stamp): void {
    state.touched[row] = state.version;
    const changed = state.changed[row] as Stamp;
    if (changed === 0 || stamps.isLater(stamp, changed)) state.changed[row] = stamp;
  }

  function bear(row: number, stamp: Stamp, strong: Stamp): void {
    if (state.births[row] === 1) onUnsure();
    state.births[row] = 2;
    const created = state.created[row] as Stamp;
    if (created === 0 || stamps.isLater(created, stamp)) state.created[row] = stamp;
    // Who is brought in after he was deleted is back.
    const bin = state.others.get(DELETED_CELL);
    const deleted = bin?.stampAt(row) ?? 0;
    // Whatever the weight of the import: its figures said that he is new.
    if (deleted !== 0 && stamps.isLater(stamp, deleted)) bin?.set(row, { value: '', stamp: strong });
    settle(row);
  }

  function settle(row: number): void {
    const births = state.births[row] as number;
    const isWhole = births === 2 || (births === 1 && state.byHand[row] === 1);
    const deleted = state.others.get(DELETED_CELL)?.valueAt(row) === 'yes';
    const born = isWhole ? (deleted ? DELETED : LISTED) : births === 1 ? UNDONE : UNBORN;
    const before = state.born[row] as number;
    if (born === before) return;
    state.bornCount += Number(born === LISTED) - Number(before === LISTED);
    state.born[row] = born;
    state.touched[row] = state.version;
  }

  function join(one: number, other: number): void {
    if (one === other) return;
    if (state.births[one] === 1 || state.births[other] === 1) onUnsure();
    const { highs, lows } = state.ids;
    const isFirst =
      highs[one] === highs[other]
        ? (lows[one] as number) < (lows[other] as number)
        : (highs[one] as number) < (highs[other] as number);
    const [root, part] = isFirst ? [one, other] : [other, one];
    const parts = (partsByRoot ??= partsIn(state));
    const moved = [...(parts.get(part) ?? []), part];
    for (const row of [root, ...moved]) images.row(row);
    cells.move(part, root);
    for (const members of state.members.values()) {
      if (members.cellOf(part) === 0) continue;
      images.member(members, part);
      images.member(members, root);
      members.move(part, root);
    }
    for (const [column, order] of [
      ['created', 'first'],
      ['firstMessaged', 'first'],
      ['changed', 'last'],
      ['lastMessaged', 'last'],
    ] as const) {
      const [ours, theirs] = [state[column][root] as Stamp, state[column][part] as Stamp];
      const isTheirs = theirs !== 0 && (ours === 0 || stamps.isLater(theirs, ours) === (order === 'last'));
      if (isTheirs) state[column][root] = theirs;
      state[column][part] = 0;
    }
    for (const column of ['births', 'byHand', 'keyMoved'] as const) {
      state[column][root] = Math.max(state[column][root] as number, state[column][part] as number);
      state[column][part] = 0;
    }
    state.keyMoved[root] = 1;
    for (const row of moved) state.joined.set(row, root);
    const ours = parts.get(root);
    if (ours) ours.push(...moved);
    else parts.set(root, moved);
    parts.delete(part);
    state.touched[root] = state.version;
    state.touched[part] = state.version;
    settle(part);
    settle(root);
  }

  function refuse(row: number, field: KeyField, value: string): void {
    if (state.refusals.size === 0) return;
    onKey(field, value, (strict, word, said) => {
      // By an undone import too, which says nothing else of the row.
      state.touched[row] = state.version;
      cells.setStrict(strict, row, word, said);
    });
  }

  const setters = new Map<string, SetCell>();
  for (const field of TEXT_FIELDS) setters.set(field, cells.setTexts[field]);
  for (const field of STRICT_FIELDS)
    setters.set(field, (row, value, stamp, replaces) => cells.setStrict(field, row, value, stamp, replaces));
  setters.set(DELETED_CELL, (row, value, stamp) => {
    cells.setOther(DELETED_CELL, row, value, stamp);
    settle(row);
  });
  const setKeys = KEY_FIELDS.map((field): SetCell => {
    const set = cells.setTexts[field];
    const setAndRefuse: SetCell = (row, value, stamp) => {
      set(row, value, stamp);
      refuse(row, field, value);
    };
    setters.set(field, setAndRefuse);
    return setAndRefuse;
  });

  const setterOf = (name: string): SetCell => setters.get(name) ?? cells.setOthers(name);

  const setCell: Contacts['setCell'] = (name, row, value, stamp, replaces) =>
    setterOf(name)(row, value, stamp, replaces);

  const setCells: Contacts['setCells'] = (columns, at, stamp, isDone, replaces) => {
    for (const [name, values] of Object.entries(columns.cells)) {
      if (!values || isDone(name)) continue;
      const set = setterOf(name);
      for (let index = 0; index < at.length; index += 1) {
        const value = values[index];
        const row = at[index] as number;
        if (value !== undefined && row >= 0) set(row, value, stamp, replaces);
      }
    }
  };

  function setMembers(
    body: { readonly joins: readonly GroupId[]; readonly leaves: readonly GroupId[] },
    rows: Iterable<number>,
    stamp: Stamp,
  ): void {
    for (const [groups, membership] of [
      [body.leaves, 'left'],
      [body.joins, 'joined'],
    ] as const) {
      for (const group of groups) {
        const members = membersOf(state, group);
        for (const each of rows) {
          if (each < 0) continue;
          const row = rootOf(state, each);
          images.member(members, row);
          members.set(row, stamp, membership);
        }
      }
    }
  }

  return {
    ...{ touch, bear, settle, join, setCell, setKeys, setCells, refuse, keepSaid: cells.keep, setMembers },
    takenBack() {
      partsByRoot = undefined;
    },
  };
}

function partsIn({ joined }: FoldState): Map<number, number[]> {
  const parts = new Map<number, number[]>();
  for (const [part, root] of joined) {
    const others = parts.get(root);
    if (others) others.push(part);
    else parts.set(root, [part]);
  }
  return parts;
}
