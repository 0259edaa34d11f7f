/**
 * Where blocks' bytes lie: a folder, or later an S3 bucket. Immutable: what lies under an id never changes, it only
 * goes. Who may read them, and which are still wanted, is the store's to know.
 */
import type { BlockId, WorkspaceId } from '#domain/ids';

export interface BlockFiles {
  /**
   * Durable when its promise resolves. `known`: the same bytes lie there already; `taken`: others do; `altered`: the
   * bytes have not that hash (SHA-256, hex). The last two write nothing.
   */
  readonly put: (
    workspace: WorkspaceId,
    id: BlockId,
    bytes: Uint8Array,
    hash: string,
  ) => Promise<'stored' | 'known' | 'taken' | 'altered'>;
  readonly get: (workspace: WorkspaceId, id: BlockId) => Promise<Uint8Array | undefined>;
  /** Those of the ids that lie there. */
  readonly has: (workspace: WorkspaceId, ids: readonly BlockId[]) => Promise<ReadonlySet<BlockId>>;
  /** Also where none lies there. */
  readonly remove: (workspace: WorkspaceId, id: BlockId) => Promise<void>;
}
