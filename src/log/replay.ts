/**
 * Folds entries into columns, each as of its own time (`docs/decisions/0006-the-fold.md`). In the order of entries that
 * is exact. An entry that comes late is folded in place where nothing depends on when it came; where something may,
 * nothing is guessed: the replay is `stale`, and all entries are to be folded anew in their order.
 */
import { KEY_FIELDS, STRICT_FIELDS } from '#domain/contact';
import type { ContactId, EntryId } from '#domain/ids';
import { createContactIds, highHalf, idFromHalves, lowHalf } from './contact-id.ts';
import { reserveRows, rootOf, rowOfId, STRICT_WORDS, type FoldState } from './fold-state.ts';
import { createContacts, type Contacts } from './contacts.ts';
import { createErasedRows } from './erased-rows.ts';
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
import type { Images } from './images.ts';
import type { Stamp } from './stamps.ts';
import { createTimeless } from './timeless.ts';
import { createUndoneFold, type UndoneRows } from './undone-rows.ts';
import type { ChangeBody, CommitBody, Entry, MergeBody, MessagedBody, RecipientBlock, RowColumns } from './types.ts';
import type { Refusal, Verdicts } from './verdicts.ts';
import { createWho } from './who.ts';

export interface Replay {
  readonly stale: boolean;
  readonly change: (entry: Entry, body: ChangeBody) => void;
  readonly merge: (entry: Entry, body: MergeBody) => void;
  /** Blocks one by one, in their order. */
  readonly commit: (entry: Entry, body: CommitBody) => (columns: RowColumns) => void;
  readonly messaged: (entry: Entry, body: MessagedBody) => (block: RecipientBlock) => void;
  /** What is decided changed for entries that were folded already. */
  readonly invalidate: () => void;
  /** Before a commit is undone, or done again: nobody is less strict than he was by what is said at this time. */
  readonly keep: (say: (keep: Contacts['keepSaid']) => void) => void;
  /** After the last entry, where they came in their order: contacts that only an undone import made. */
  readonly finish: () => void;
  /** Where it is, to come back to. */
  readonly mark: () => ReplayMark;
  readonly takeBack: (to: ReplayMark) => void;
  /** `inOrder`: what is folded from now on comes in the order of entries, with all verdicts known. */
  readonly fold: (how: 'inOrder' | 'asTheyCome') => void;
}

export interface ReplayMark {
  readonly images: number;
  readonly stamps: number;
  readonly latest: Stamp;
  readonly greatest: Stamp;
  readonly undone: number;
  readonly left: number;
  readonly changes: number;
}

export interface ReplayParts {
  readonly state: FoldState;
  readonly salt: Uint8Array;
  readonly verdicts: Verdicts;
  readonly images: Images;
  /** Filled as they are folded. */
  readonly undone: UndoneRows[];
  readonly onKey?: OnKey | undefined;
  /** Of all entries that are folded; where it is not known, of all that said anything. */
  readonly greatest?: Stamp | undefined;
}

/** `key` is an index into `KEY_FIELDS`. */
export type OnKey = (row: number, key: number, value: string) => void;

const KEYS: ReadonlySet<string> = new Set(KEY_FIELDS);

const MOST_RESERVED = 1_000_000;

export function createReplay({
  state,
  salt,
  verdicts,
  images,
  undone: undoneRows,
  onKey,
  ...parts
}: ReplayParts): Replay {
  const ids = createContactIds(salt);
  const who = createWho(state, ids);
  const timeless = createTimeless(state);
  const { stamps } = state;
  const { erased } = verdicts;
  let stale = false;
  let isInOrder = false;
  const contacts = createContacts(state, images, {
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
  const { touch, bear, settle, join, setCell, setKeys, setCells, refuse, setMembers } = contacts;
  const erasedRows = createErasedRows(state, ids, erased);
  const undoneFold = createUndoneFold(state, images, contacts);
  const erasureStamps = new Map<EntryId, Stamp>();
  let greatest: Stamp = parts.greatest ?? stamps.latest();
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
  const isBeforeUndo = (entry: Entry) => !isInOrder && verdicts.isBeforeUndo(entry);

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
    if (erasedRows.has(naming, named, entry, cellAt)) return;
    stale = late && !timeless.isChange(body.row, naming, named);
    if (stale) return;
    const held = said.birth ? who.holderOf(naming, named, stamp, () => false) : rootOf(state, named);
    const row = held < 0 ? ~held : held;
    images.row(row);
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
    if (!undone) nameAll(body, stamp);
    return (columns) => {
      left -= 1;
      if (undone && !isInOrder) stale = true;
      if (stale) return;
      state.version += 1;
      const rows = createRows(columns.count);
      const slice: Slice = {
        ...{ entry, body, columns, stamp, late, undone, own },
        keyCells: KEY_FIELDS.map((field) => columns.cells[field]),
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
      if (undone) foldUndone({ columns, rows, stamp });
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

  function nameAll({ newGroups, newCharacteristics = [] }: CommitBody, stamp: Stamp): void {
    for (const group of newGroups) name(state.named, group.id, { group, stamp });
    for (const characteristic of newCharacteristics)
      name(state.characteristics, characteristic.id, { characteristic, stamp });
  }

  function name<Id, Named extends { readonly stamp: Stamp }>(named: Map<Id, Named>, id: Id, said: Named): void {
    const standing = named.get(id);
    if (standing && !stamps.isLater(said.stamp, standing.stamp)) return;
    images.other(() => {
      if (standing) named.set(id, standing);
      else named.delete(id);
    });
    named.set(id, said);
  }

  /**
   * Whose the row is, and its keys, since a later row of the file may come by them. False where it comes late and that
   * cannot be told.
   */
  function findRow(slice: Slice, { at, births }: Rows, index: number): boolean {
    const { entry, body, columns, keyCells, stamp, late, undone, own, cellAt, isOwn } = slice;
    slice.index = index;
    naming.key = columns.keys[index] as number;
    naming.keyValue = columns.keyValues[index] as string;
    naming.generation = columns.generations[index] as number;
    naming.id = columns.ids.get(index);
    const isBirth = columns.births[index] === 1;
    const named = who.rowOf(naming);
    at[index] = -1;
    if (erasedRows.has(naming, named, entry, cellAt)) return true;
    const isNamed = body.source === 'bulk' && !isBirth;
    if (late && !(isNamed ? timeless.isBulk(columns, named, cellAt) : timeless.isRow(naming, named, isBirth, cellAt)))
      return false;
    const root = rootOf(state, named);
    const held = isNamed ? root : who.holderOf(naming, named, stamp, isOwn);
    const row = held < 0 ? ~held : held;
    images.row(row);
    noteSaid(row, cellAt);
    at[index] = row;
    births[index] = held < 0 ? MOVED_BIRTH : isBirth ? BIRTH : NO_BIRTH;
    for (let key = 0; key < KEY_FIELDS.length; key += 1) {
      const moved = held < 0 && key === naming.key ? naming.keyValue : undefined;
      const value = keyCells[key]?.[index] ?? moved;
      if (value === undefined) continue;
      if (!undone) setKeys[key]?.(row, value, stamp);
      else {
        own.set(row, Object.assign(own.get(row) ?? [], { [key]: value }));
        refuse(row, KEY_FIELDS[key] ?? 'userId', value);
      }
    }
    if (!isNamed) noteKey(row);
    return true;
  }

  /** Who comes by a key that no column shows comes late by another way than in time. */
  function noteKey(row: number): void {
    if (state.texts[KEY_FIELDS[naming.key] ?? 'userId'].get(row) !== naming.keyValue) state.keyMoved[row] = 1;
  }

  function foldRows(body: CommitBody, columns: RowColumns, { at, births }: Rows, stamp: Stamp, strong: Stamp): void {
    for (let index = 0; index < at.length; index += 1) {
      const row = at[index] as number;
      if (row < 0) continue;
      touch(row, stamp);
      if (births[index] !== NO_BIRTH) bear(row, stamp, strong);
    }
    setCells(columns, at, stamp, (name) => KEYS.has(name), body.source === 'bulk' ? body.replaces : undefined);
    setMembers(body, at, stamp);
  }

  function foldUndone(undone: UndoneRows): void {
    undoneFold.fold(undone);
    undoneRows.push(undone);
  }

  /** What a hand had replaced until now. */
  function forgetReplaced(replaced: Map<number, Set<EntryId>>): void {
    if (replaced.size === 0) return;
    const before = [...replaced];
    images.other(() => {
      replaced.clear();
      for (const [row, entries] of before) replaced.set(row, entries);
    });
    replaced.clear();
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
    images.row(row);
    const keys = KEY_FIELDS.map((field) => body.cells[field]);
    keys.forEach((value, key) => onKey?.(row, key, value ?? ''));
    touch(row, stamp);
    for (const [name, value] of Object.entries(body.cells))
      if (value !== undefined && !erasedRows.hasCell(name, value, entry)) setCell(name, row, value, stamp);
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
        images.row(row);
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
      stale = true;
    },
    keep(say) {
      // Erasures have no stamp until somebody is refused by them.
      for (const { entry } of [...state.refusals.values()].flat()) stampOfErasure(entry);
      say((field, row, said) => {
        images.row(row);
        state.touched[row] = state.version;
        contacts.keepSaid(field, row, said);
      });
      for (const field of STRICT_FIELDS) forgetReplaced(state.stricts[field].replaced);
    },
    finish() {
      undoneRows.forEach(undoneFold.fill);
    },
    mark: () => ({
      images: images.count,
      stamps: stamps.count,
      latest: stamps.latest(),
      greatest,
      undone: undoneRows.length,
      left: state.keys.left().length,
      changes: state.changes,
    }),
    takeBack(to) {
      state.version += 1;
      images.takeBack(to.images);
      stamps.cut(to.stamps, to.latest);
      state.keys.takeBackLeft(to.left);
      contacts.takenBack();
      undoneRows.length = to.undone;
      state.changes = to.changes;
      greatest = to.greatest;
      for (const [entry, stamp] of erasureStamps) if (stamp > to.stamps) erasureStamps.delete(entry);
      stale = false;
    },
    fold(how) {
      isInOrder = how === 'inOrder';
    },
  };
}
