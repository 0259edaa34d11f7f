/**
 * What the log adds up to, by column: sized for a million contacts, a row a contact in the order in which this device
 * first heard of it. Row numbers mean nothing elsewhere; ids do. Written by the fold alone, read by `audience/`.
 */
import { BLOCKED, CONSENTS, STRICT_FIELDS, TEXT_FIELDS, type StrictField, type TextField } from '#domain/contact';
import type { CharacteristicId, ContactId, EntryId, GroupId } from '#domain/ids';
import { createErased, type Erased } from './erased.ts';
import { createIdTable, grown, type IdTable } from './id-table.ts';
import { createKeyIndex, type KeyIndex } from './key-index.ts';
import { createMembers, type Members } from './members.ts';
import { createOtherCells, type OtherCells } from './other-cells.ts';
import { createStamps, type Stamp, type Stamps } from './stamps.ts';
import { createTexts, type Texts } from './texts.ts';
import type { CellName, NewCharacteristic, NewGroup } from './types.ts';
import type { Refusal } from './verdicts.ts';

export interface TextColumn extends Texts {
  stamps: Uint32Array<ArrayBuffer>;
}

export interface StrictColumn {
  /** 0 where nothing stands, else 1 + the index of the strictest word (`STRICT_WORDS`). */
  ranks: Uint8Array<ArrayBuffer>;
  /** Who said it; where several entries did, all of them stand in `more`. */
  stamps: Uint32Array<ArrayBuffer>;
  readonly more: Map<number, Said[]>;
  /** Entries whose word a later change by hand has replaced, by row. */
  readonly replaced: Map<number, Set<EntryId>>;
}
export interface Said {
  readonly stamp: Stamp;
  readonly rank: number;
}

export interface ReplacedCell {
  readonly field: CellName;
  readonly stamp: Stamp;
  readonly value: string;
}

export interface NamedCharacteristic {
  readonly characteristic: NewCharacteristic;
  readonly stamp: Stamp;
}

export interface FoldState {
  readonly ids: IdTable;
  readonly stamps: Stamps;
  readonly keys: KeyIndex;
  /** Ids that nobody is known by again, and keys that were said too early. */
  erased: Erased;
  readonly texts: Readonly<Record<TextField, TextColumn>>;
  readonly stricts: Readonly<Record<StrictField, StrictColumn>>;
  /** Cells by name, then row. */
  readonly others: Map<string, OtherCells>;
  /** `LISTED` and its like (`born.ts`). */
  born: Uint8Array<ArrayBuffer>;
  /** 0: no birth is known, 1: only such as were undone, 2: one that stands. */
  births: Uint8Array<ArrayBuffer>;
  /** 1 where a change by hand or a message names the contact: that keeps it when its import is undone. */
  byHand: Uint8Array<ArrayBuffer>;
  /** 1 where a key was another before: who comes by a key then must be asked when. */
  keyMoved: Uint8Array<ArrayBuffer>;
  /** Listed contacts. */
  bornCount: number;
  /** Rows that are part of another contact: merged, or born twice apart. To the row that stands for all. */
  readonly joined: Map<number, number>;
  /** Stamps: of the earliest birth, of the latest entry that names the contact, of its first and last message. */
  created: Uint32Array<ArrayBuffer>;
  changed: Uint32Array<ArrayBuffer>;
  firstMessaged: Uint32Array<ArrayBuffer>;
  lastMessaged: Uint32Array<ArrayBuffer>;
  /** `version` at which the row last changed: tells each reader what is new to it. */
  touched: Uint32Array<ArrayBuffer>;
  /** Rises with every block and every single change that is folded. */
  version: number;
  /** Entries counted that say something of contacts: the same on every device that counts the same entries. */
  changes: number;
  /** Values of an import that a later row of the same import replaced, by row: the file says both, the later stands. */
  readonly replaced: Map<number, ReplacedCell[]>;
  readonly members: Map<GroupId, Members>;
  /** What erased people had refused, by the hash of a key (generation 0): holds for whoever has the key later. */
  refusals: ReadonlyMap<ContactId, readonly Refusal[]>;
  /** Groups as commits named them, with the stamp that counts, for the time until their documents arrive. */
  readonly named: Map<GroupId, { readonly group: NewGroup; readonly stamp: Stamp }>;
  /** As `named`, of characteristics. */
  readonly characteristics: Map<CharacteristicId, NamedCharacteristic>;
}

/** Weakest first, as in `#domain/contact`. */
export const STRICT_WORDS: Readonly<Record<StrictField, readonly string[]>> = {
  'consent:sms': CONSENTS,
  'consent:email': CONSENTS,
  'consent:webhook': CONSENTS,
  blocked: BLOCKED,
};

/** Doubled as it fills; few, since the history of one contact is a fold of its own. */
const FIRST_ROWS = 64;

export function createFoldState(): FoldState {
  const text = (): TextColumn => Object.assign(createTexts(), { stamps: new Uint32Array(FIRST_ROWS) });
  const strict = (): StrictColumn => ({
    ranks: new Uint8Array(FIRST_ROWS),
    stamps: new Uint32Array(FIRST_ROWS),
    more: new Map(),
    replaced: new Map(),
  });
  const state: Omit<FoldState, 'keys'> & { keys?: KeyIndex } = {
    ids: createIdTable(FIRST_ROWS),
    stamps: createStamps(),
    erased: createErased(),
    texts: { userId: text(), phone: text(), email: text(), name: text(), smsType: text(), status: text() },
    stricts: { 'consent:sms': strict(), 'consent:email': strict(), 'consent:webhook': strict(), blocked: strict() },
    others: new Map(),
    born: new Uint8Array(FIRST_ROWS),
    births: new Uint8Array(FIRST_ROWS),
    byHand: new Uint8Array(FIRST_ROWS),
    keyMoved: new Uint8Array(FIRST_ROWS),
    bornCount: 0,
    joined: new Map(),
    created: new Uint32Array(FIRST_ROWS),
    changed: new Uint32Array(FIRST_ROWS),
    firstMessaged: new Uint32Array(FIRST_ROWS),
    lastMessaged: new Uint32Array(FIRST_ROWS),
    touched: new Uint32Array(FIRST_ROWS),
    version: 0,
    changes: 0,
    replaced: new Map(),
    members: new Map(),
    refusals: new Map(),
    named: new Map(),
    characteristics: new Map(),
  };
  state.keys = createKeyIndex(state);
  return state as FoldState;
}

/** The row of an id, made where it is new. It may be part of another: see `joined`. */
export function rowOfId(state: FoldState, high: number, low: number): number {
  const row = state.ids.findOrAdd(high, low);
  if (row >= state.born.length) growRows(state, state.born.length * 2);
  return row;
}

/** Room for so many at once, where they are known beforehand. */
export function reserveRows(state: FoldState, rows: number): void {
  state.ids.reserve(rows);
  let length = state.born.length;
  while (length <= rows) length *= 2;
  if (length > state.born.length) growRows(state, length);
}

/** The row that stands for all that are one contact. */
export const rootOf = (state: FoldState, row: number): number =>
  state.joined.size === 0 ? row : (state.joined.get(row) ?? row);

export function othersOf(state: FoldState, name: string): OtherCells {
  let cells = state.others.get(name);
  if (!cells) state.others.set(name, (cells = createOtherCells()));
  return cells;
}

export function membersOf(state: FoldState, group: GroupId): Members {
  let members = state.members.get(group);
  if (!members) {
    members = createMembers(state.stamps);
    state.members.set(group, members);
  }
  return members;
}

function growRows(state: FoldState, length: number): void {
  for (const field of TEXT_FIELDS) {
    const column = state.texts[field];
    column.stamps = grown(column.stamps, length);
  }
  for (const field of STRICT_FIELDS) {
    const column = state.stricts[field];
    column.ranks = grown(column.ranks, length);
    column.stamps = grown(column.stamps, length);
  }
  for (const column of ['created', 'changed', 'firstMessaged', 'lastMessaged', 'touched'] as const) {
    state[column] = grown(state[column], length);
  }
  for (const column of ['born', 'births', 'byHand', 'keyMoved'] as const) state[column] = grown(state[column], length);
}
