/**
 * The log and its blocks, as the relay keeps them: a part of `RelayStore`, with the same promises. Entries are kept as
 * they came; what they come to is the fold's to say (`#log/fold`), on devices and wherever it is needed here.
 */
import type { BlockId, DeviceId, EntryId, WorkspaceId } from '#domain/ids';
import type { LogSeen } from '#log/log-seen';
import type { LogTime } from '#log/types';
import type { PushResult, Upload } from '#protocol/log';

/**
 * Who appends: a device under its session, or the relay itself, whose entries alone may erase. As a device of its own
 * the relay says ids and bodies only; each gets the next time of the log's clock, later than all that lies in the log.
 */
export type Pusher =
  | {
      readonly kind: 'session';
      readonly tokenHash: string;
      readonly device: DeviceId;
      /** How far the device has pulled. */
      readonly cursor: number;
    }
  | { readonly kind: 'relay' }
  | { readonly kind: 'relayDevice'; readonly device: DeviceId };

export interface LogPush {
  readonly workspace: WorkspaceId;
  /** Stands in every entry from now on, whatever stood there. */
  readonly author: string;
  readonly pusher: Pusher;
  /** As they came: the form of each is judged by itself. */
  readonly entries: readonly unknown[];
  readonly now: number;
}

/** `behind`: an erasure stands later than the device has pulled; `signedOut`: the session has ended. Both wrote nothing. */
export type PushOutcome =
  | { readonly kind: 'answered'; readonly results: readonly PushResult[] }
  | { readonly kind: 'behind' }
  | { readonly kind: 'signedOut' };

/** Entries from `first` to `last` that lie in one block (`#log/entry-block`), in the order of positions. */
export interface Pack {
  readonly first: number;
  readonly last: number;
  readonly id: BlockId;
  readonly hash: string;
  readonly sizeBytes: number;
}

/** Entries that may become a pack, as they lie there. */
export interface RunToPack {
  readonly workspace: WorkspaceId;
  readonly first: number;
  readonly jsons: readonly string[];
  /** Of the log as they were read: a block of them must not come after a later one. */
  readonly newestErasure: number;
}

export interface PackBounds {
  /** Only entries with times before. */
  readonly before: LogTime;
  /** Entries. */
  readonly least: number;
  readonly most: number;
  /** Of JSON at most; a run that is as long may have fewer entries than `least`. */
  readonly bytes: number;
}

export interface EntryPage {
  /** The next entries, where they are packed: then there are no items. Those at or before what was asked for are in it too. */
  readonly pack?: Pack;
  /** `json`: the whole entry, its author in it. */
  readonly items: readonly { readonly position: number; readonly json: string }[];
  /** To ask on from; the same as `after` where there is nothing new. */
  readonly cursor: number;
  readonly more: boolean;
}

/** A block whose bytes are on their way to the relay. */
export interface BlockIntake {
  readonly id: BlockId;
  /** SHA-256 of the bytes, hex. */
  readonly hash: string;
  readonly sizeBytes: number;
  /** The commit that will name it; '' where nobody said. */
  readonly entry: EntryId | '';
  /** '' where nobody said: then the session's, once it has pushed. */
  readonly device: DeviceId | '';
  readonly tokenHash: string;
  /** How far the device has pulled; the relay's own blocks know of everything. */
  readonly cursor: number;
}

export interface LogStore {
  /**
   * Appends what is sound, in order, and answers each entry by itself; a known id is answered with the position that
   * it has and changes nothing. Blocks of what is taken are pinned with it. Binds the session to its first device.
   */
  readonly appendEntries: (push: LogPush) => Promise<PushOutcome>;
  /** In the order of positions; ends before `bytes` of JSON are passed, but never without a first entry. */
  readonly entriesAfter: (workspace: WorkspaceId, after: number, limit: number, bytes: number) => Promise<EntryPage>;
  /** The oldest run of any workspace that is not packed, and from whose log nobody is being erased. */
  readonly entriesToPack: (bounds: PackBounds) => Promise<RunToPack | undefined>;
  /**
   * The run lies in this block from now on, which is pinned. `changed`: the block is not there, or the entries are packed
   * already, or no more what they were; nothing was written. Entries that are asked for by their ids, since they name
   * blocks or somebody erased, keep their JSON besides.
   */
  readonly packEntries: (run: RunToPack, block: Omit<Pack, 'first' | 'last'>) => Promise<'packed' | 'changed'>;
  /** Back to single entries, which are what the block holds; it is named no more. */
  readonly unpackEntries: (
    workspace: WorkspaceId,
    pack: Pack,
    jsons: readonly string[],
  ) => Promise<'unpacked' | 'changed'>;
  /** In the order of positions. */
  readonly packs: (workspace: WorkspaceId) => Promise<readonly Pack[]>;
  readonly lastPosition: (workspace: WorkspaceId) => Promise<number>;
  readonly entryAt: (workspace: WorkspaceId, position: number) => Promise<EntryId | undefined>;
  /**
   * What a device knows of this log, older ones by the position alone. Where it is not so, this store was put back from a
   * backup: the incarnation is another from now on.
   */
  readonly compareLog: (
    workspace: WorkspaceId,
    seen: LogSeen | { readonly position: number; readonly entry?: undefined },
  ) => Promise<void>;
  /** 128 random bits, base64url: another one where this store was put back from a backup, or is new. */
  readonly incarnation: () => Promise<string>;

  /** Before the bytes are written. `there`: known with this hash; `taken`: known with another; `behind`: an erasure stands later than its device has pulled. */
  readonly announceBlock: (
    workspace: WorkspaceId,
    block: BlockIntake,
    now: number,
  ) => Promise<'new' | 'there' | 'taken' | 'behind'>;
  /** Its bytes lie there durably: from now on entries may name it. */
  readonly keepBlock: (workspace: WorkspaceId, id: BlockId) => Promise<void>;
  /** The hash of a block that is there. */
  readonly blockHash: (workspace: WorkspaceId, id: BlockId) => Promise<string | undefined>;
  /** Those of the ids that are there. */
  readonly knownBlocks: (workspace: WorkspaceId, ids: readonly BlockId[]) => Promise<ReadonlySet<BlockId>>;
  /** Blocks that are there for an entry that is not. */
  readonly uploads: (workspace: WorkspaceId) => Promise<readonly Upload[]>;
  /** Blocks that came before `before` and that no entry names: from now on none can, until they come again. */
  readonly releaseBlocks: (
    before: number,
    limit: number,
  ) => Promise<readonly { readonly workspace: WorkspaceId; readonly id: BlockId }[]>;
  /** Its bytes are gone. A block that came again meanwhile stays. */
  readonly forgetBlock: (workspace: WorkspaceId, id: BlockId) => Promise<void>;
}
