/**
 * What the log is made of: entries, and the blocks of rows they name. Types only.
 * The state of a workspace is a fold of the set of entries, in any order (`fold.ts`).
 */
import type { Field, KeyField, SmsType, StrictField } from '#domain/contact';
import type { ChannelType } from '#domain/channel';
import type {
  BlockId,
  CharacteristicId,
  ContactId,
  DeviceId,
  EntryId,
  GroupId,
  ImportId,
  MessageId,
} from '#domain/ids';

/**
 * Hybrid logical time as one safe integer: milliseconds since 1970 × 1,024 + counter. The counter overflows into the
 * millisecond by plain addition. 2^53 / 1,024 milliseconds reach the year 2248.
 */
export type LogTime = number;

export interface Entry {
  readonly id: EntryId;
  readonly device: DeviceId;
  readonly time: LogTime;
  /** Set by the relay from the session; absent while pending. */
  readonly author?: string;
  readonly format: 1;
  readonly body: EntryBody | UnknownBody;
}

/**
 * Why a relay does not take an entry. `time`: too far ahead. `blocks`: not all of them are there; to be offered again.
 * `device`: not the session's.
 */
export type EntryRefusal = 'form' | 'time' | 'blocks' | 'device' | 'role';

/** A kind that a newer version wrote: kept and passed on, not folded. */
export interface UnknownBody {
  readonly kind: string & {};
  readonly [name: string]: unknown;
}

export type EntryBody = ChangeBody | CommitBody | MessagedBody | UndoBody | MergeBody | ErasureBody;

/** A cell's name: a field, or another of a scope, a characteristic, `deleted`; see `isCellName`. */
export type CellName = Field | (string & {});

/** A row: what is said of one contact. It holds only the cells that differ; a birth holds all. */
export interface Row {
  readonly key: KeyField;
  readonly keyValue: string;
  readonly generation: number;
  /** Only where it is not the hash of the row's key: a contact found by its phone that was born by its user ID. */
  readonly id?: ContactId;
  readonly birth: boolean;
  /** An empty string empties the cell; an absent field says nothing. */
  readonly cells: { readonly [F in CellName]?: string };
}

/** A single change by hand. */
export interface ChangeBody {
  readonly kind: 'change';
  readonly row: Row;
  readonly joins: readonly GroupId[];
  readonly leaves: readonly GroupId[];
  /** Entries whose consent or block, in the row's cells, this member had seen: his word stands in their place. */
  readonly replaces?: readonly EntryId[];
}

/** Of one commit or merge the latest such entry counts: `undone` leaves it out of the fold, else it stands again. */
export interface UndoBody {
  readonly kind: 'undo';
  readonly of: EntryId;
  readonly undone: boolean;
}

/** Two that are one person: no direction. What was chosen for the one are its cells. */
export interface MergeBody {
  readonly kind: 'merge';
  readonly contacts: readonly [ContactId, ContactId];
  readonly cells: { readonly [F in CellName]?: string };
}

/** The relay's own: it beats whatever was written without knowledge of it. */
export interface ErasureBody {
  readonly kind: 'erasure';
  /** With those that were merged into the person. */
  readonly contacts: readonly ContactId[];
  /** Keyed hashes of all keys that the person had, as ids of generation 0. */
  readonly keys: readonly ContactId[];
  /** What the person had refused (CON-10): holds for whoever has one of these keys later. `key` is one of `keys`. */
  readonly refused?: readonly Refused[];
}

/** The strictest word of the field, by the hash of a key. */
export interface Refused {
  readonly key: ContactId;
  readonly field: StrictField;
}

export interface NewGroup {
  readonly id: GroupId;
  readonly name: string;
  readonly smsType?: SmsType;
}

export interface NewCharacteristic {
  readonly id: CharacteristicId;
  readonly name: string;
}

export interface BlockRef {
  readonly id: BlockId;
  /** SHA-256 of the block's bytes, hex. */
  readonly hash: string;
  readonly rows: number;
  readonly sizeBytes: number;
}

/** `weak` cells (written under "ignore" or "fill blanks") never beat one that is not; among weak ones the earlier stands. */
export type CellWeight = 'strong' | 'weak';

/** An import or a bulk change: one entry, its rows in blocks. It counts once all its blocks are here. */
export interface CommitBody {
  readonly kind: 'commit';
  readonly source: 'import' | 'bulk';
  readonly importId?: ImportId;
  /** Of the file; of the workspace where its contacts were brought in from one. */
  readonly fileName?: string;
  readonly from?: 'workspace';
  readonly weight: CellWeight;
  readonly blocks: readonly BlockRef[];
  /** Every row joins these and leaves those; a commit that makes groups names them too, until their documents arrive. */
  readonly joins: readonly GroupId[];
  readonly leaves: readonly GroupId[];
  readonly newGroups: readonly NewGroup[];
  /** As `newGroups`; absent in entries of versions that did not know them. */
  readonly newCharacteristics?: readonly NewCharacteristic[];
  /** Of a bulk change, as of a change by hand; an import stands for nobody's word. */
  readonly replaces?: readonly EntryId[];
}

/** Who was messaged when; its blocks are recipients. */
export interface MessagedBody {
  readonly kind: 'messaged';
  readonly message: MessageId;
  readonly channelType: ChannelType;
  readonly blocks: readonly BlockRef[];
}

/** Rows by column, each column `count` long: how imports hand rows in, and how the fold takes them. */
export interface RowColumns {
  readonly count: number;
  /** Index into `KEY_FIELDS`. */
  readonly keys: Uint8Array;
  readonly keyValues: readonly string[];
  readonly generations: Uint16Array;
  /** By row, only where the id is not the hash of the row's key. */
  readonly ids: ReadonlyMap<number, ContactId>;
  /** 1 where the row is a birth. */
  readonly births: Uint8Array;
  /** `undefined` means the row says nothing, an empty string empties the cell. */
  readonly cells: { readonly [F in CellName]?: readonly (string | undefined)[] };
}

/** A block of contacts' rows, decoded. */
export interface RowBlock {
  readonly kind: 'rows';
  readonly count: number;
  readonly columns: RowColumns;
  readonly rowAt: (index: number) => Row;
}

/** A block of a message's recipients, decoded: parallel columns. This is also what the device uploads to the relay. */
export interface RecipientBlock {
  readonly kind: 'recipients';
  readonly count: number;
  readonly contacts: readonly ContactId[];
  readonly addresses: readonly string[];
  /** Values of the variables that the content uses, by name. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
}
