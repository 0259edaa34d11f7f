/**
 * What the relay's store does when somebody is erased: a part of `RelayStore`, with the same promises. Whose a row or a
 * block is, is not decided here (`#log/erasure-filter`); what is asked for is on disk when the promise resolves.
 */
import type { BlockId, DeviceId, EntryId, MessageId, WorkspaceId } from '#domain/ids';
import type { Entry, ErasureBody, LogTime } from '#log/types';

export interface ErasureRequest {
  readonly workspace: WorkspaceId;
  /** The idempotency key of whoever asked. */
  readonly key: string;
  readonly entry: EntryId;
  /** The relay's own. */
  readonly device: DeviceId;
  readonly author: string;
  readonly body: ErasureBody;
  readonly now: number;
  /** Of one that this store once had: what was written since knows of it. */
  readonly time?: LogTime;
}

/** A delivery that still knows its person. */
export interface PersonalDelivery {
  readonly recipient: number;
  readonly contact: string;
  readonly address: string;
}

export interface ErasureStore {
  /** The entry of an earlier request under this key. */
  readonly erasureOf: (workspace: WorkspaceId, key: string) => Promise<EntryId | undefined>;
  /**
   * Appends the erasure, later than all that the log has or at its own time, and keeps that it is not finished; a known
   * key, or entry, changes nothing. Messages that are not whole go: their parts are sent anew by a device that knows of the erasure.
   */
  readonly beginErasure: (request: ErasureRequest) => Promise<EntryId>;
  /** Every erasure of the workspace's log. */
  readonly erasures: (workspace: WorkspaceId) => Promise<readonly Entry[]>;
  /** Those that are not finished, oldest first. */
  readonly unfinishedErasures: () => Promise<
    readonly { readonly workspace: WorkspaceId; readonly entry: EntryId; readonly position: number }[]
  >;
  /** Cuts the log of changes, which holds what was overwritten. */
  readonly finishErasure: (workspace: WorkspaceId, entry: EntryId) => Promise<void>;

  /** Entries as they stand now; unknown ids are left out. */
  readonly entriesById: (workspace: WorkspaceId, ids: readonly EntryId[]) => Promise<readonly string[]>;
  /** Its new form, in its place. Blocks that it names no more are no longer pinned; those it names now are. */
  readonly replaceEntry: (
    workspace: WorkspaceId,
    position: number,
    json: string,
    blocks: { readonly before: readonly BlockId[]; readonly now: readonly BlockId[] },
  ) => Promise<void>;
  /** Blocks that no entry names, those too whose bytes are on their way. */
  readonly unpinnedBlocks: (workspace: WorkspaceId) => Promise<readonly BlockId[]>;
  /** From now on no entry can name it, until it comes again. */
  readonly releaseBlock: (workspace: WorkspaceId, id: BlockId) => Promise<void>;

  /** Messages that still know their recipients. */
  readonly personalMessages: (
    workspace: WorkspaceId,
  ) => Promise<readonly { readonly number: number; readonly id: MessageId }[]>;
  readonly deliveriesAfter: (message: number, recipient: number, limit: number) => Promise<readonly PersonalDelivery[]>;
  /** Address and values go; a delivery that has not begun ends as `erased` when its turn comes. */
  readonly blankDeliveries: (message: number, recipients: readonly number[]) => Promise<void>;
  /** Callbacks, parked reports and details of receipts that name somebody. */
  readonly dropReports: (workspace: WorkspaceId, names: (text: string) => boolean) => Promise<void>;
}
