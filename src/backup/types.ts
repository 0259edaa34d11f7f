/** What a backup holds, section by section. Types only; bytes are in `sections.ts`, rows in `rows.ts`. */
import type { BlockId, DeviceId, WorkspaceId } from '#domain/ids';
import type { BackupValues } from '#storage/backup-types';
import type { MessageRow, OutboxRow, ReceiptPage } from '#storage/message-types';
import type { ChunkRow, EntryRow, ImportRow } from '#storage/types';

/** Whose backup it is: the first section. The device is named so that whoever restores it knows what was its own. */
export interface BackupHead {
  readonly workspace: WorkspaceId;
  readonly name: string;
  /** Base64url of 16 bytes: without it the same person would get another id. */
  readonly salt: string;
  readonly device: DeviceId;
  readonly createdAt: number;
  /** In all, when it was made: for the question before it is restored. */
  readonly contacts: number;
  readonly madeAt: number;
}

export interface BackupTables {
  readonly values: BackupValues;
  readonly entries: EntryRow;
  readonly imports: ImportRow;
  readonly chunks: ChunkRow;
  readonly messages: MessageRow;
  readonly receipts: ReceiptPage;
  readonly outbox: OutboxRow;
}
export type TableName = keyof BackupTables;

export type RowsSection = {
  [Name in TableName]: { readonly kind: 'rows'; readonly table: Name; readonly rows: readonly BackupTables[Name][] };
}[TableName];

export type Section =
  | { readonly kind: 'head'; readonly head: BackupHead }
  /** Bytes as they lie on the device; `hash` was worked out from them. */
  | { readonly kind: 'block'; readonly id: BlockId; readonly hash: string; readonly bytes: Uint8Array }
  /** The document `content` as one Yjs update. */
  | { readonly kind: 'document'; readonly update: Uint8Array }
  | RowsSection;

/**
 * Why a file cannot be restored. `foreign`: no backup at all. `newer`: a newer version wrote it. `cutOff`: its end is
 * missing. `damaged`: bytes are not what they were. `malformed`: whole, but no device of ours wrote this.
 */
export const BACKUP_PROBLEMS = ['foreign', 'newer', 'cutOff', 'damaged', 'malformed'] as const;
export type BackupProblem = (typeof BACKUP_PROBLEMS)[number];
