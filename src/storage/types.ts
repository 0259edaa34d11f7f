/**
 * What lies in a workspace's database: the rows of its tables, and what each store answers; of packs, messages and
 * backups in files beside. Types only. Callers get plain domain objects; a failing disk throws, since no caller can do
 * anything useful about it (`isStorageFull` tells the one failure that has a name).
 */
import type { Channel } from '#domain/channel';
import type { ChannelCode, BlockId, ContactId, DeviceId, EntryId, ImportId, WorkspaceId } from '#domain/ids';
import type { MessageDraft } from '#domain/message';
import type { View } from '#domain/view';
import type { RememberedMatch } from '#import/remembered-match';
import type { ImportFigures, ImportProgress, ImportSettings, Mend, RowProblem } from '#import/types';
import type { LogPlace, LogSeen } from '#log/log-seen';
import type { BlockRef, CommitBody, Entry, EntryBody, EntryRefusal, LogTime } from '#log/types';

/** A workspace that this device holds. */
export interface WorkspaceRow {
  readonly id: WorkspaceId;
  readonly name: string;
  /** Base64url of 16 bytes: the key of contact ids. */
  readonly salt: string;
  readonly device: DeviceId;
  readonly createdAt: number;
  readonly openedAt: number;
}

/** An entry as it lies here; `position` is the order of arrival on this device. */
export interface EntryRow {
  readonly position?: number;
  readonly id: EntryId;
  /** `refused`: by the relay, for good; set apart, said, and counted nowhere. */
  readonly sharing: 'pending' | 'shared' | 'refused';
  readonly entry: Entry;
  /** Until it is shared: this device's clock when it was written, and what was added to that for the entry's time; milliseconds. */
  readonly writtenMs?: number;
  readonly offsetMs?: number;
  readonly refusal?: EntryRefusal;
  /** Shared, but no page of the relay store that we know has brought it: one will, or may. */
  readonly unseen?: true;
  /** Pending again, at a relay put back from a backup: it was shared before, so it was said in knowledge of the erasures then. */
  readonly again?: true;
}

/** An entry before it has its time, which the store gives inside the transaction: two tabs never give the same. */
export interface EntryDraft {
  readonly id: EntryId;
  readonly device: DeviceId;
  readonly body: EntryBody;
}

export interface BlockRow {
  readonly id: BlockId;
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/** How far an import's file has been read and planned; grows with each chunk, in the chunk's own transaction. */
export interface Checkpoint {
  readonly rowsDone: number;
  /** Where in the file's bytes the next chunk begins; 0 and unused for workbooks. */
  readonly byteOffset: number;
  readonly chunks: number;
  readonly figures: ImportFigures;
}

export interface ImportRow {
  readonly id: ImportId;
  readonly fileName: string;
  readonly fileSizeBytes: number;
  readonly settings: ImportSettings;
  readonly startedAt: number;
  readonly phase: ImportProgress['phase'];
  /** Raised where the kept copy of the file was written anew: what was read from an older one is no part of it. */
  readonly edition?: number;
  readonly failure?: ImportProgress['failure'];
  /** Cells that say something else than the kept copy. Absent where none was mended. */
  readonly mends?: readonly Mend[];
  readonly checkpoint: Checkpoint;
  /** In the order of the file; each lies in `blocks`. */
  readonly blocks: readonly BlockRef[];
  /** As it was last reckoned when it was paused: of a workbook nobody knows it before the end. */
  readonly rowsTotal?: number;
  /** `version` of the audience when the plan began. */
  readonly plannedVersion?: number;
}

/** What one slice of a file came to. */
export interface ChunkRow {
  readonly importId: ImportId;
  readonly index: number;
  readonly byteStart: number;
  readonly byteEnd: number;
  /** Row of the file, from 0, without the header. */
  readonly firstRow: number;
  /** Index into `ROW_OUTCOMES`, a byte a row. */
  readonly outcomes: Uint8Array;
  readonly suppressed: Uint8Array;
  /** As the plan gave it: contacts that the chunk met without writing anything of them. */
  readonly seen?: Uint32Array;
  readonly problems: readonly RowProblem[];
  /** Whose each problem's row is, by hashes of its keys (generation 0). Absent in what older versions kept. */
  readonly problemKeys?: readonly (readonly ContactId[])[];
  /** Of the kept copy that it was read from. */
  readonly edition?: number;
  /** Tags of the file that no chunk before had. */
  readonly tags?: readonly string[];
  /** Scopes that its rows said, and no row before; likewise. */
  readonly scopes?: readonly string[];
  /** Names of groups likewise, and who joins which; absent where no column names groups. */
  readonly groups?: { readonly names: readonly string[]; readonly joins: ChunkJoins };
}

/** Whom rows of a chunk are about, and places of the groups that they join among all names of the file. Parallel. */
export interface ChunkJoins {
  /** As many a row as there are `KEY_FIELDS`, in their order; empty where the row has none. */
  readonly keyValues: readonly string[];
  /** Two halves each. */
  readonly ids: Uint32Array;
  /** One more than rows. */
  readonly starts: Uint32Array;
  readonly which: Uint16Array;
}

/** Folded columns as this device keeps them (`log/snapshot.ts`): segments of rows, and under `head` what names them. */
export interface SnapshotRow {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Single values of a workspace. Add a line here for a new one. */
export interface MetaValues {
  /** Greatest `LogTime` that this device has given or seen. */
  readonly clock: LogTime;
  /** Greatest `LogTime` of what is shared. */
  readonly sharedClock: LogTime;
  /** The relay's clock less this device's, in milliseconds, as last measured. */
  readonly clockOffsetMs: number;
  /** Cursor of the relay's log, and of which relay store it is one. */
  readonly logCursor: number;
  readonly incarnation: string;
  /** The newest entry of that store's log that is known to stand there: pulled, or pushed. */
  readonly logSeen: LogPlace;
  /** ISO 3166 alpha-2: for phones without a country code. */
  readonly country: string;
  /** Cursor of the relay's receipt feed. */
  readonly feedCursor: number;
  /** Milliseconds since 1970 of the relay's last answer. */
  readonly lastSeenAt: number;
  /** As the relay last called us. */
  readonly memberName: string;
  /** The relay's id of that member: the author of what this device shares. */
  readonly member: string;
  /** The relay's word for the list of channels that is kept here. */
  readonly channelsRevision: string | undefined;
  /** What the composer held when it was left. */
  readonly draft: MessageDraft | undefined;
  /** Views for oneself (CON-6). */
  readonly views: readonly View[];
  /** Raised whenever entries that were folded come to mean something else: a fold of before is no snapshot any more. */
  readonly snapshotEpoch: number;
  /** Of a workspace restored from a backup: whose entries this device offers again in their stead (decision 0015). */
  readonly formerDevices: readonly DeviceId[];
  /** Erasures that came and are not finished on this device. */
  readonly erasing: readonly EntryId[];
  /** Names of files that were given together with one that is imported, and not begun. */
  readonly waitingFiles: readonly string[];
  /** What columns became in imports of this device, newest first. */
  readonly matches: readonly RememberedMatch[];
}

export interface EntryStore {
  /**
   * Durable before it resolves, with the blocks that it names: this is what "saved on this device" promises.
   * A known id changes nothing.
   */
  readonly add: (draft: EntryDraft, nowMs: number, blocks?: readonly BlockRow[]) => Promise<EntryRow>;
  /** All or none, in this order, with the blocks that they name. */
  readonly addAll: (drafts: readonly EntryDraft[], nowMs: number, blocks: readonly BlockRow[]) => Promise<void>;
  /** In order of arrival, from after a position, packed or not; fewer than `limit` only at the end. */
  readonly after: (position: number, limit: number) => Promise<readonly EntryRow[]>;
  readonly count: () => Promise<number>;
}

/** `blocks`, `time` and `device` leave it pending: it is offered again, `device` after signing in anew. */
export type EntryAnswer =
  | { readonly id: EntryId; readonly result: 'taken' | 'known' }
  | { readonly id: EntryId | ''; readonly result: 'refused'; readonly reason: EntryRefusal };

/** The same entries on their way to and from the relay. */
export interface SharingStore {
  /** In the order in which they were written here. */
  readonly pending: (limit: number) => Promise<readonly EntryRow[]>;
  readonly refused: () => Promise<readonly EntryRow[]>;
  readonly counts: () => Promise<{ readonly pending: number; readonly refused: number }>;
  readonly cursor: () => Promise<number>;
  /** By which the relay tells whether its log is still the one that this device knows. */
  readonly seen: () => Promise<LogSeen | undefined>;
  /** Of several places the furthest is kept; one of another relay store than the one known is none. */
  readonly see: (place: LogSeen) => Promise<void>;
  /**
   * Entries of a page and its cursor, in one strict transaction; own ones that come back are shared. `anew`: one that is
   * known here had another time, since a copy of this device was faster or an answer was lost: the relay's counts.
   */
  readonly addPulled: (entries: readonly Entry[], cursor: number) => Promise<'nothing' | 'more' | 'anew'>;
  /** The same of many at once, which stay one block; `block` holds these very entries, where there is one. */
  readonly addPulledPack: (
    entries: readonly Entry[],
    cursor: number,
    block?: Pick<BlockRow, 'hash' | 'bytes'>,
  ) => Promise<'nothing' | 'more' | 'anew'>;
  /** What the relay said of each. */
  readonly settle: (answers: readonly EntryAnswer[]) => Promise<void>;
  /**
   * Times of what is pending, by the offset now measured, in order, later than all that is shared here. Answers whether
   * any changed. Smaller errors than a network's delay are left. Never later than `nowMs` by the relay's clock: a clock
   * may have been wrong when something was written, and right again now.
   */
  readonly restamp: (offsetMs: number, nowMs: number) => Promise<'restamped' | 'asBefore'>;
  /** Erasures that are known here, where this is another relay store than the one known: it may lack them. */
  readonly erasuresFor: (incarnation: string) => Promise<readonly Entry[]>;
  /**
   * Of another relay store than the one known: its log is read from the start, and what this device wrote is offered
   * again; so is what a device wrote that this one was restored from, as this one's (`moved`). What comes of it is to pass
   * every erasure that is known here. `first`: none was known, and nothing was read of any.
   */
  readonly meetRelay: (incarnation: string, device: DeviceId) => Promise<'known' | 'first' | 'other' | 'moved'>;
  /** Whether it is this relay store, up to this position, that this device has; older relays do not say which entry it is. */
  readonly stands: (incarnation: string, cursor: number, lastEntry: EntryId | undefined) => Promise<boolean>;
  /** Shared entries that name one of these blocks. */
  readonly naming: (blocks: ReadonlySet<BlockId>) => Promise<readonly EntryId[]>;
  /** Shared entries as the relay has them now; one that is not shared here, or not known, stays as it is. */
  readonly replaceShared: (entries: readonly Entry[]) => Promise<void>;
  /** Blocks that shared entries name and that do not lie here, by entry, the newest first. */
  readonly missingBlocks: () => Promise<readonly { readonly entry: EntryId; readonly blocks: readonly BlockRef[] }[]>;
}

export interface BlockStore {
  readonly add: (rows: readonly BlockRow[]) => Promise<void>;
  readonly get: (ids: readonly BlockId[]) => Promise<readonly (BlockRow | undefined)[]>;
  /** Which of these lie here, without reading their bytes. */
  readonly present: (ids: readonly BlockId[]) => Promise<ReadonlySet<BlockId>>;
  readonly remove: (ids: readonly BlockId[]) => Promise<void>;
}

export interface ImportStore {
  /** Import and kept copy of its file, in one transaction. */
  readonly begin: (row: ImportRow, file: Blob) => Promise<void>;
  readonly get: (id: ImportId) => Promise<ImportRow | undefined>;
  /** Newest first. */
  readonly list: () => Promise<readonly ImportRow[]>;
  readonly file: (id: ImportId) => Promise<Blob | undefined>;
  readonly change: (id: ImportId, patch: Partial<Omit<ImportRow, 'id'>>) => Promise<void>;
  /**
   * Block, chunk and checkpoint in one transaction: after a crash they agree. The ref is appended to the import's.
   * `superseded`: the import was cancelled meanwhile, or another tab is ahead; nothing was written.
   */
  readonly addChunk: (
    chunk: ChunkRow,
    checkpoint: Checkpoint,
    block?: { readonly ref: BlockRef; readonly bytes: Uint8Array },
  ) => Promise<'added' | 'superseded'>;
  readonly chunks: (id: ImportId) => Promise<readonly ChunkRow[]>;
  /** Back to before the first chunk: blocks, chunks and checkpoint go, the kept file stays, the phase is `checking`. */
  readonly restart: (id: ImportId, checkpoint: Checkpoint) => Promise<void>;
  /** Mended cells come to those of before, and the import is as before its first chunk: a new edition, in one transaction. */
  readonly mend: (
    id: ImportId,
    mends: readonly Mend[],
    checkpoint: Checkpoint,
  ) => Promise<'mended' | 'written' | 'gone'>;
  /** All of this edition has been read; `superseded`: another one is being read meanwhile. */
  /** A check that is under way rests, in whichever tab: its next chunk is superseded. It outlives the tab. */
  readonly pause: (id: ImportId, rowsTotal: number | undefined) => Promise<'paused' | 'other'>;
  readonly goOn: (id: ImportId) => Promise<void>;
  readonly ready: (id: ImportId, edition: number | undefined) => Promise<'ready' | 'superseded'>;
  /** The tap: entry and phase `written` in one strict transaction; the kept copy goes in it too. */
  readonly write: (
    id: ImportId,
    draft: EntryDraft & { readonly body: CommitBody },
    nowMs: number,
    /** Commits that belong to it, to stand before it, and their blocks: all or nothing. */
    beside?: { readonly drafts: readonly EntryDraft[]; readonly blocks: readonly BlockRow[] },
  ) => Promise<EntryRow>;
  /** Nothing remains: row, chunks, blocks and kept copy. An import that is written stays as it is. */
  readonly remove: (id: ImportId) => Promise<void>;
}

export interface ChannelCache {
  readonly list: () => Promise<readonly Channel[]>;
  readonly replace: (channels: readonly Channel[]) => Promise<void>;
  readonly put: (channel: Channel) => Promise<void>;
  readonly remove: (code: ChannelCode) => Promise<void>;
}

export interface MetaStore {
  readonly get: <Key extends keyof MetaValues>(key: Key) => Promise<MetaValues[Key] | undefined>;
  readonly set: <Key extends keyof MetaValues>(key: Key, value: MetaValues[Key]) => Promise<void>;
}

export interface WorkspaceRegistry {
  /** Last opened first. */
  readonly list: () => Promise<readonly WorkspaceRow[]>;
  /** At the first start. Answers the workspace that stands: where another tab was first, theirs. */
  readonly begin: (row: WorkspaceRow) => Promise<WorkspaceRow>;
  /** Another workspace comes to this device, or is opened again: then its device id stays what it was. */
  readonly open: (row: WorkspaceRow) => Promise<void>;
  readonly change: (id: WorkspaceId, patch: Partial<Omit<WorkspaceRow, 'id'>>) => Promise<void>;
  readonly remove: (id: WorkspaceId) => Promise<void>;
  /** A restore has begun to fill its database; it is not listed before it is opened. */
  readonly announce: (row: WorkspaceRow) => Promise<void>;
  readonly announced: () => Promise<readonly WorkspaceRow[]>;
}

/** This device's snapshot of the fold: one stands at most, whole. Whoever cannot use it folds from nothing. */
export interface SnapshotStore {
  /** To be asked before the first entry of a fold is read: with the same epoch its snapshot may be put. */
  readonly epoch: () => Promise<number>;
  readonly head: () => Promise<Uint8Array | undefined>;
  readonly segments: (keys: readonly string[]) => Promise<readonly (Uint8Array | undefined)[]>;
  /** They count for nothing until a head names them. */
  readonly addSegments: (rows: readonly SnapshotRow[]) => Promise<void>;
  /**
   * The head takes the place of the one before, and segments that it does not name go, in one transaction. `outdated`:
   * entries have changed their meaning since that epoch, or a segment is gone; nothing was written.
   */
  readonly put: (head: Uint8Array, segments: readonly string[], epoch: number) => Promise<'put' | 'outdated'>;
  readonly drop: () => Promise<void>;
}

/** What a device lets go of when somebody was erased: reads and writes, one transaction each. */
export interface ErasureStore {
  /** Erasures that came and are not finished here. */
  readonly unfinished: () => Promise<readonly Entry[]>;
  readonly finish: (ids: readonly EntryId[]) => Promise<void>;
  /** In order of arrival, from after a position. */
  readonly entries: (after: number, limit: number) => Promise<readonly EntryRow[]>;
  /** A row whose standing changed meanwhile stays as it is. */
  readonly changeEntries: (changed: readonly EntryRow[], removed: readonly EntryRow[]) => Promise<void>;
  readonly blockIds: () => Promise<readonly BlockId[]>;
  /** The new block, and its name wherever the old one stood: in these entries, in imports, messages and the outbox. */
  readonly replaceBlock: (
    old: BlockId,
    next: { readonly ref: BlockRef; readonly bytes: Uint8Array },
    positions: readonly number[],
  ) => Promise<void>;
  readonly chunks: (id: ImportId) => Promise<readonly ChunkRow[]>;
  readonly changeChunk: (chunk: ChunkRow) => Promise<void>;
  /** An import that is not written begins anew, with another kept file; a run under way adds nothing more. */
  readonly restartImport: (
    id: ImportId,
    checkpoint: Checkpoint,
    kept: { readonly file: Blob; readonly settings: ImportSettings },
  ) => Promise<void>;
}
