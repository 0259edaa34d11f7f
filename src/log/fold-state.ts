/**
 * What the log adds up to, by column: sized for a million contacts, a row a contact in the order in which this device
 * first heard of it. Row numbers mean nothing elsewhere; ids do. Written by the fold alone, read by `audience/`.
 */
import { BLOCKED, CONSENTS, STRICT_FIELDS, TEXT_FIELDS, type StrictField, type TextField } from '#domain/contact';
import type { GroupId } from '#domain/ids';
import { createIdTable, grown, type IdTable } from './id-table.ts';
import { createMembers, type Members } from './members.ts';
import { createStamps, type Stamp, type Stamps } from './stamps.ts';
import type { NewGroup } from './types.ts';

export interface TextColumn {
  /** Undefined where nothing was ever said, empty where the cell was emptied. */
  readonly values: (string | undefined)[];
  stamps: Uint32Array<ArrayBuffer>;
}

export interface ReplacedCell {
  readonly field: TextField;
  readonly stamp: Stamp;
  readonly value: string;
}

export interface FoldState {
  readonly ids: IdTable;
  readonly stamps: Stamps;
  readonly texts: Readonly<Record<TextField, TextColumn>>;
  /** 0 where nothing was ever said, else 1 + the index of the strictest word (`STRICT_WORDS`). */
  readonly stricts: Record<StrictField, Uint8Array<ArrayBuffer>>;
  /** 1 where a birth is known: only then the contact is listed. */
  born: Uint8Array<ArrayBuffer>;
  bornCount: number;
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
  /** Groups as commits named them, with the stamp that counts, for the time until their documents arrive. */
  readonly named: Map<GroupId, { readonly group: NewGroup; readonly stamp: Stamp }>;
}

/** Weakest first, as in `#domain/contact`. */
export const STRICT_WORDS: Readonly<Record<StrictField, readonly string[]>> = {
  'consent:sms': CONSENTS,
  'consent:email': CONSENTS,
  'consent:webhook': CONSENTS,
  blocked: BLOCKED,
};

const FIRST_ROWS = 1024;

export function createFoldState(): FoldState {
  const text = (): TextColumn => ({
    values: new Array(FIRST_ROWS).fill(undefined),
    stamps: new Uint32Array(FIRST_ROWS),
  });
  const strict = () => new Uint8Array(FIRST_ROWS);
  return {
    ids: createIdTable(),
    stamps: createStamps(),
    texts: { userId: text(), phone: text(), email: text(), name: text(), smsType: text(), status: text() },
    stricts: { 'consent:sms': strict(), 'consent:email': strict(), 'consent:webhook': strict(), blocked: strict() },
    born: new Uint8Array(FIRST_ROWS),
    bornCount: 0,
    created: new Uint32Array(FIRST_ROWS),
    changed: new Uint32Array(FIRST_ROWS),
    firstMessaged: new Uint32Array(FIRST_ROWS),
    lastMessaged: new Uint32Array(FIRST_ROWS),
    touched: new Uint32Array(FIRST_ROWS),
    version: 0,
    changes: 0,
    replaced: new Map(),
    members: new Map(),
    named: new Map(),
  };
}

/** The row of an id, made where it is new. */
export function rowOfId(state: FoldState, high: number, low: number): number {
  const row = state.ids.findOrAdd(high, low);
  if (row >= state.born.length) growRows(state, state.born.length * 2);
  return row;
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
    // Never written beyond its end: an array with a wide gap becomes a hash table, ten times the size.
    while (column.values.length < length) column.values.push(undefined);
  }
  for (const field of STRICT_FIELDS) state.stricts[field] = grown(state.stricts[field], length);
  for (const column of ['created', 'changed', 'firstMessaged', 'lastMessaged', 'touched'] as const) {
    state[column] = grown(state[column], length);
  }
  state.born = grown(state.born, length);
}
