/**
 * Folds entries into columns, each as of its own time (`docs/decisions/0006-the-fold.md`). In the order of entries that
 * is exact. An entry that comes late is folded in place where nothing depends on when it came; where something may,
 * nothing is guessed: the replay is `stale`, and all entries are to be folded anew in their order.
 */
import { KEY_FIELDS, STRICT_FIELDS, type KeyField } from '#domain/contact';
import type { ContactId, EntryId } from '#domain/ids';
import { createContactIds, highHalf, idFromHalves, lowHalf } from './contact-id.ts';
import { reserveRows, rootOf, rowOfId, STRICT_WORDS, type FoldState } from './fold-state.ts';
import { createContacts } from './contacts.ts';
import {
  BIRTH,
  createRows,
  isBirth,
  MOVED_BIRTH,
  NO_BIRTH,
  type OwnKeys,
  type Rows,
  type Slice,
} from './found-rows.ts';
import { keepWords, type Words } from './kept-words.ts';
import type { Stamp } from './stamps.ts';
import { createTimeless } from './timeless.ts';
import type { ChangeBody, CommitBody, Entry, MergeBody, MessagedBody, RecipientBlock, RowColumns } from './types.ts';
import type { Refusal, Verdicts } from './verdicts.ts';
import { createWho, type Naming } from './who.ts';

export interface Replay {
  readonly stale: boolean;
  readonly change: (entry: Entry, body: ChangeBody) => void;
  readonly merge: (entry: Entry, body: MergeBody) => void;
  /** Blocks one by one, in their order. */
  readonly commit: (entry: Entry, body: CommitBody) => (columns: RowColumns) => void;
  readonly messaged: (entry: Entry, body: MessagedBody) => (block: RecipientBlock) => void;
  /** What is decided changed for entries that were folded already. */
  readonly invalidate: () => void;
  /** Before a commit is undone, or done again: nobody is less strict than he was by these words at this time. */
  readonly keep: (before: Words) => void;
  /** After the last entry of a fold from nothing: contacts that only an undone import made. */
  readonly finish: () => void;
}

/** `key` is an index into `KEY_FIELDS`. */
export type OnKey = (row: number, key: number, value: string) => void;

const STRICTS: ReadonlySet<string> = new Set(STRICT_FIELDS);
const KEYS: ReadonlySet<string> = new Set(KEY_FIELDS);

const MOST_RESERVED = 1_000_000;

/** `anew`: entries come in their order, from the first, and `finish` is called. */
export function createReplay(
  state: FoldState,
  salt: Uint8Array,
  verdicts: Verdicts,
  mode: 'anew' | 'asTheyCome',
  onKey?: OnKey,
): Replay {
  const ids = createContactIds(salt);
  const who = createWho(state, ids);
  const timeless = createTimeless(state);
  const { stamps } = state;
  const { erased } = verdicts;
  let stale = false;
  const { touch, bear, settle, join, setCell, setterOf, refuse, keepSaid, setMembers } = createContacts(state, {
    onUnsure() {
      stale = true;
    },
    onKey(field, value, say) {
      ids.hash(KEY_FIELDS.indexOf(field), value, 0);
      // Refused is only who was erased by this key.
      if (!erased.knowsKey(ids.high, ids.low)) return;
      for (const refusal of state.refusals.get(idFromHalves<ContactId>(ids.high, ids.low)) ?? [])
        say(refusal.field, STRICT_WORDS[refusal.field].at(-1) ?? '', stampOfErasure(refusal.entry));
    },
  });
  const erasureStamps = new Map<EntryId, Stamp>();
  let greatest: Stamp = stamps.latest();
  const undoneBirths: (() => void)[] = [];
  /** Of the row under way: one object for a million rows. */
  const naming = { key: 0, keyValue: '', generation: 0, id: undefined as ContactId | undefined };

  function stampOfErasure(entry: Refusal['entry']): Stamp {
    const known = erasureStamps.get(entry.id);
    if (known !== undefined) return known;
    const stamp = stamps.add({ ...entry, format: 1, body: { kind: 'erasure' } }, {});
    erasureStamps.set(entry.id, stamp);
    return stamp;
  }

  /** Whether something later was folded before. */
  function begin(stamp: Stamp): boolean {
    if (stamps.isLater(greatest, stamp)) return true;
    greatest = stamp;
    return false;
  }

  /** What was undone then, and whose words were kept, has been found out already. */
  const isBeforeUndo = (entry: Entry) => mode === 'asTheyCome' && verdicts.isBeforeUndo(entry);

  function isErased(naming: Naming, row: number, entry: Entry, cellAt: (name: string) => string | undefined): boolean {
    if (!erased.any) return false;
    if (erased.has(state.ids.highs[row] as number, state.ids.lows[row] as number)) return true;
    if (entry.time >= erased.latest) return false;
    // A birth's key stands in its cells too, and is hashed once.
    const isSaidAgain = cellAt(KEY_FIELDS[naming.key] ?? 'userId') === naming.keyValue;
    if (!isSaidAgain && isErasedKey(naming.key, naming.keyValue, entry)) return true;
    for (let key = 0; key < KEY_FIELDS.length; key += 1)
      if (isErasedKey(key, cellAt(KEY_FIELDS[key] ?? 'userId'), entry)) return true;
    return false;
  }

  function isErasedKey(key: number, value: string | undefined, { time }: Entry): boolean {
    if (value === undefined || value === '') return false;
    ids.hash(key, value, 0);
    return erased.hasKey(ids.high, ids.low, time);
  }

  function noteSaid(row: number, cellAt: (name: string) => string | undefined): void {
    if (!onKey) return;
    onKey(row, naming.key, naming.keyValue);
    KEY_FIELDS.forEach((field, key) => onKey(row, key, cellAt(field) ?? ''));
  }

  function joinTwin(row: number, stamp: Stamp): void {
    const twin = who.twinOf(row, stamp);
    if (twin >= 0) join(row, twin);
  }

  function change(entry: Entry, body: ChangeBody): void {
    const stamp = stamps.add(entry, {});
    const late = begin(stamp);
    stale ||= isBeforeUndo(entry);
    if (stale) return;
    state.version += 1;
    const { row: said } = body;
    naming.key = KEY_FIELDS.indexOf(said.key);
    naming.keyValue = said.keyValue;
    naming.generation = said.generation;
    naming.id = said.id;
    const cellAt = (name: string) => said.cells[name];
    const named = who.rowOf(naming);
    if (isErased(naming, named, entry, cellAt)) return;
    stale = late && !timeless.isChange(body.row, naming, named);
    if (stale) return;
    const held = said.birth ? who.holderOf(naming, named, stamp, () => false) : rootOf(state, named);
    const row = held < 0 ? ~held : held;
    noteSaid(row, cellAt);
    touch(row, stamp);
    state.byHand[row] = 1;
    if (said.birth) bear(row, stamp, stamp);
    if (held < 0 && cellAt(said.key) === undefined) setCell(said.key, row, said.keyValue, stamp);
    for (const [name, value] of Object.entries(said.cells))
      if (value !== undefined) setCell(name, row, value, stamp, body.replaces);
    setMembers(body, [row], stamp);
    settle(row);
    if (!said.birth) return;
    noteKey(row);
    joinTwin(row, stamp);
  }

  function commit(entry: Entry, body: CommitBody): (columns: RowColumns) => void {
    const undone = verdicts.isUndone(entry.id);
    const stamp = stamps.add(entry, { weight: body.weight, undone });
    makeRoom(body);
    const strong = body.weight === 'weak' ? stamps.add(entry, {}) : stamp;
    const late = begin(stamp);
    stale ||= isBeforeUndo(entry);
    const born: Int32Array[] | undefined = state.ids.count > 0 && !late && !undone ? [] : undefined;
    const own: OwnKeys = new Map();
    let left = body.blocks.length;
    if (!undone) nameGroups(body, stamp);
    return (columns) => {
      left -= 1;
      if (undone && mode === 'asTheyCome') stale = true;
      if (stale) return;
      state.version += 1;
      const rows = createRows(columns.count);
      const slice: Slice = {
        ...{ entry, body, columns, stamp, late, undone, own },
        index: 0,
        cellAt: (name) => columns.cells[name]?.[slice.index],
        isOwn: (row) => own.get(row)?.[naming.key] !== undefined,
      };
      for (let index = 0; index < columns.count; index += 1) {
        if (!findRow(slice, rows, index)) {
          stale = true;
          return;
        }
      }
      if (undone) foldUndone(columns, rows, stamp);
      else foldRows(body, columns, rows, stamp, strong);
      if (rows.births.some(isBirth)) born?.push(rows.at.filter((_, index) => isBirth(rows.births[index])));
      // After the last block: how the rows are cut into blocks means nothing.
      if (left === 0) born?.forEach((some) => some.forEach((row) => row >= 0 && joinTwin(rootOf(state, row), stamp)));
    };
  }

  /** Columns do not grow twenty times on the way to a million rows. A size is only said: no more is believed than that. */
  function makeRoom({ blocks }: CommitBody): void {
    const rows = blocks.reduce((sum, ref) => sum + ref.rows, 0);
    if (state.ids.count === 0) reserveRows(state, Math.min(rows, MOST_RESERVED));
  }

  function nameGroups(body: CommitBody, stamp: Stamp): void {
    for (const group of body.newGroups) {
      const standing = state.named.get(group.id);
      if (!standing || stamps.isLater(stamp, standing.stamp)) state.named.set(group.id, { group, stamp });
    }
  }

  /**
   * Whose the row is, and its keys, since a later row of the file may come by them. False where it comes late and that
   * cannot be told.
   */
  function findRow(slice: Slice, { at, births }: Rows, index: number): boolean {
    const { entry, body, columns, stamp, late, undone, own, cellAt, isOwn } = slice;
    slice.index = index;
    naming.key = columns.keys[index] as number;
    naming.keyValue = columns.keyValues[index] as string;
    naming.generation = columns.generations[index] as number;
    naming.id = columns.ids.get(index);
    const isBirth = columns.births[index] === 1;
    const named = who.rowOf(naming);
    at[index] = -1;
    if (isErased(naming, named, entry, cellAt)) return true;
    const isNamed = body.source === 'bulk' && !isBirth;
    if (late && !(isNamed ? timeless.isBulk(columns, named, cellAt) : timeless.isRow(naming, named, isBirth, cellAt)))
      return false;
    const root = rootOf(state, named);
    const held = isNamed ? root : who.holderOf(naming, named, stamp, isOwn);
    const row = held < 0 ? ~held : held;
    noteSaid(row, cellAt);
    at[index] = row;
    births[index] = held < 0 ? MOVED_BIRTH : isBirth ? BIRTH : NO_BIRTH;
    for (let key = 0; key < KEY_FIELDS.length; key += 1) {
      const field = KEY_FIELDS[key] ?? 'userId';
      const moved = held < 0 && key === naming.key ? naming.keyValue : undefined;
      const value = cellAt(field) ?? moved;
      if (value === undefined) continue;
      if (!undone) setCell(field, row, value, stamp);
      else {
        own.set(row, Object.assign(own.get(row) ?? [], { [key]: value }));
        refuse(row, field, value);
      }
    }
    if (!isNamed) noteKey(row);
    return true;
  }

  /** Who comes by a key that no column shows comes late by another way than in time. */
  function noteKey(row: number): void {
    if (state.texts[KEY_FIELDS[naming.key] ?? 'userId'].values[row] !== naming.keyValue) state.keyMoved[row] = 1;
  }

  function foldRows(body: CommitBody, columns: RowColumns, { at, births }: Rows, stamp: Stamp, strong: Stamp): void {
    for (let index = 0; index < at.length; index += 1) {
      const row = at[index] as number;
      if (row < 0) continue;
      touch(row, stamp);
      if (births[index] !== NO_BIRTH) bear(row, stamp, strong);
    }
    setCells(columns, at, stamp, (name) => KEYS.has(name));
    setMembers(body, at, stamp);
  }

  function setCells(columns: RowColumns, at: Int32Array, stamp: Stamp, isDone: (name: string) => boolean): void {
    for (const [name, values] of Object.entries(columns.cells)) {
      if (!values || isDone(name)) continue;
      const set = setterOf(name);
      for (let index = 0; index < at.length; index += 1) {
        const value = values[index];
        const row = at[index] as number;
        if (value !== undefined && row >= 0) set(row, value, stamp);
      }
    }
  }

  /** Undo loosens nothing: what it said of consent stands. The people that only it made are in the bin, or kept. */
  function foldUndone(columns: RowColumns, rows: Rows, stamp: Stamp): void {
    for (const field of STRICT_FIELDS) {
      rows.at.forEach((row, index) => {
        const value = columns.cells[field]?.[index];
        if (value === undefined || row < 0) return;
        setCell(field, row, value, stamp);
        state.touched[row] = state.version;
      });
    }
    undoneBirths.push(() => fillUndone(columns, rows, stamp));
  }

  function fillUndone(columns: RowColumns, rows: Rows, stamp: Stamp): void {
    const born = rows.at.map((row, index) => {
      if (row < 0 || rows.births[index] === NO_BIRTH) return -1;
      const root = rootOf(state, row);
      return state.births[root] === 2 ? -1 : root;
    });
    born.forEach((row, index) => {
      if (row < 0) return;
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
    setCells(columns, born, stamp, (name) => STRICTS.has(name) || KEYS.has(name));
    for (const row of born) if (row >= 0) settle(row);
  }

  function merge(entry: Entry, body: MergeBody): void {
    const stamp = stamps.add(entry, {});
    if (verdicts.isUndone(entry.id)) return;
    if (begin(stamp) || isBeforeUndo(entry)) stale = true;
    if (stale) return;
    state.version += 1;
    const [one, other] = body.contacts.map((id) => rootOf(state, rowOfId(state, highHalf(id), lowHalf(id)))) as [
      number,
      number,
    ];
    if (body.contacts.some((id) => verdicts.isErased(id))) return;
    join(one, other);
    const row = rootOf(state, one);
    const keys = KEY_FIELDS.map((field) => body.cells[field]);
    keys.forEach((value, key) => onKey?.(row, key, value ?? ''));
    touch(row, stamp);
    for (const [name, value] of Object.entries(body.cells))
      if (value !== undefined && !namesErased(name, value, entry)) setCell(name, row, value, stamp);
  }

  /** A merge loses the keys of somebody erased, and says the rest. */
  function namesErased(name: string, value: string, entry: Entry): boolean {
    return erased.any && KEYS.has(name) && isErasedKey(KEY_FIELDS.indexOf(name as KeyField), value, entry);
  }

  function messaged(entry: Entry, body: MessagedBody): (block: RecipientBlock) => void {
    const stamp = stamps.add(entry, { channelType: body.channelType });
    begin(stamp);
    return (block) => {
      if (stale) return;
      state.version += 1;
      for (const id of block.contacts) {
        if (verdicts.isErased(id)) continue;
        const row = rootOf(state, rowOfId(state, highHalf(id), lowHalf(id)));
        state.touched[row] = state.version;
        state.byHand[row] = 1;
        if (state.births[row] === 1) settle(row);
        const first = state.firstMessaged[row] as Stamp;
        if (first === 0 || stamps.isLater(first, stamp)) state.firstMessaged[row] = stamp;
        const last = state.lastMessaged[row] as Stamp;
        if (last === 0 || stamps.isLater(stamp, last)) state.lastMessaged[row] = stamp;
      }
    };
  }

  return {
    get stale() {
      return stale;
    },
    change,
    merge,
    commit,
    messaged,
    invalidate() {
      // Folded anew, all was decided before the first entry.
      stale ||= mode === 'asTheyCome';
    },
    keep(before) {
      // Erasures have no stamp until somebody is refused by them.
      for (const { entry } of [...state.refusals.values()].flat()) stampOfErasure(entry);
      keepWords(before, state, keepSaid);
    },
    finish() {
      for (const fill of undoneBirths.splice(0)) fill();
    },
  };
}
