/** What of a workspace's database goes into a backup, and comes back out of one. Types only. */
import type { DeviceId } from '#domain/ids';
import type { OutboxRow, MessageRow, ReceiptPage } from './message-types.ts';
import type { ChunkRow, EntryRow, ImportRow, MetaValues } from './types.ts';

/** What of a workspace's single values goes into a backup: nothing of its session, its clock's error, its relay's answers. */
export type BackupValues = Partial<
  Pick<
    MetaValues,
    | 'clock'
    | 'sharedClock'
    | 'logCursor'
    | 'incarnation'
    | 'logSeen'
    | 'feedCursor'
    | 'country'
    | 'draft'
    | 'formerDevices'
  >
>;

/** Small tables of a backup as they come back, a page at a time. */
export interface BackupRows {
  readonly imports?: readonly ImportRow[];
  readonly chunks?: readonly ChunkRow[];
  readonly messages?: readonly MessageRow[];
  readonly receipts?: readonly ReceiptPage[];
  readonly outbox?: readonly OutboxRow[];
}

export interface BackupStore {
  /** As of one moment: `position` is the last entry of the backup. Imports that are not written are left out. */
  readonly begin: () => Promise<
    Required<Pick<BackupRows, 'imports' | 'messages' | 'outbox'>> & {
      readonly position: number;
      readonly values: BackupValues;
    }
  >;
  /** In the order of their keys. */
  readonly receiptsAfter: (after: ReceiptPage | undefined, limit: number) => Promise<readonly ReceiptPage[]>;
  /** Of whom was erased here: a backup made before holds them still. */
  readonly erasures: () => Promise<readonly EntryRow[]>;
  /**
   * Answers how many were missing. Pending ones become this device's; what stands here stays (decision 0015). With the
   * first that is missing these erasures, and those among the rows, are to be carried out again.
   */
  readonly addEntries: (rows: readonly EntryRow[], device: DeviceId, erasures: readonly EntryRow[]) => Promise<number>;
  readonly addRows: (rows: BackupRows) => Promise<void>;
  readonly addValues: (values: BackupValues, device: DeviceId) => Promise<void>;
}
