/**
 * Blocks at the relay: their bytes in files, what is known of them in the store. The row comes first and goes last, so
 * that a kill at any point leaves nothing that is acknowledged and not there, and no bytes that nobody will remove.
 */
import type { BlockId, WorkspaceId } from '#domain/ids';
import type { ErasureStore } from '#relay/store/erasure-types';
import type { BlockIntake, LogStore } from '#relay/store/log-types';
import type { BlockFiles } from './block-files.ts';

export interface Blocks {
  /** Durable before it answers. `taken`: known with other bytes; `altered`: the bytes have not the hash that was said; `behind`: see the store. */
  readonly put: (
    workspace: WorkspaceId,
    block: Omit<BlockIntake, 'sizeBytes'>,
    bytes: Uint8Array,
    now: number,
  ) => Promise<'stored' | 'known' | 'taken' | 'altered' | 'behind'>;
  readonly get: (
    workspace: WorkspaceId,
    id: BlockId,
  ) => Promise<{ readonly bytes: Uint8Array; readonly hash: string } | undefined>;
  /** Those of the ids that must be sent (again). */
  readonly missing: (workspace: WorkspaceId, ids: readonly BlockId[]) => Promise<readonly BlockId[]>;
  /** A block that no entry names goes, bytes and row, where the bytes are not there or hold what must not stay. */
  readonly discard: (
    workspace: WorkspaceId,
    id: BlockId,
    holds: (bytes: Uint8Array) => Promise<boolean>,
  ) => Promise<void>;
  /** Blocks that no entry has named for 30 days go. Answers how many. */
  readonly removeLoose: (now: number) => Promise<number>;
}

export interface BlocksDeps {
  readonly store: Pick<
    LogStore,
    'announceBlock' | 'keepBlock' | 'blockHash' | 'knownBlocks' | 'releaseBlocks' | 'forgetBlock'
  > &
    Pick<ErasureStore, 'releaseBlock'>;
  readonly files: BlockFiles;
}

/** Of blocks that the relay writes itself. */
export const FROM_RELAY = { device: '', tokenHash: '', cursor: Number.MAX_SAFE_INTEGER } as const;

/** An import that was begun offline and is finished later than this sends its blocks again. */
export const LOOSE_MS = 30 * 24 * 3_600_000;
const REMOVED_AT_ONCE = 100;

export function createBlocks({ store, files }: BlocksDeps): Blocks {
  const inTurn = createTurns();

  async function put(...[workspace, block, bytes, now]: Parameters<Blocks['put']>): ReturnType<Blocks['put']> {
    const { id, hash } = block;
    const announced = await store.announceBlock(workspace, { ...block, sizeBytes: bytes.byteLength }, now);
    if (announced === 'taken' || announced === 'behind') return announced;
    // Also of one that is there by the row: its file may be missing, where the folder alone was put back.
    const written = await files.put(workspace, id, bytes, hash);
    if (written === 'taken' || written === 'altered') return written;
    if (announced === 'new') await store.keepBlock(workspace, id);
    return announced === 'there' && written === 'known' ? 'known' : 'stored';
  }

  async function removeOne(workspace: WorkspaceId, id: BlockId): Promise<void> {
    // It came again while it waited for its turn.
    if ((await store.blockHash(workspace, id)) !== undefined) return;
    await files.remove(workspace, id);
    await store.forgetBlock(workspace, id);
  }

  return {
    put: (workspace, block, bytes, now) => inTurn(workspace, block.id, () => put(workspace, block, bytes, now)),
    async get(workspace, id) {
      const hash = await store.blockHash(workspace, id);
      const bytes = hash === undefined ? undefined : await files.get(workspace, id);
      return hash !== undefined && bytes ? { hash, bytes } : undefined;
    },
    async missing(workspace, ids) {
      const known = await store.knownBlocks(workspace, ids);
      const there = await files.has(workspace, [...known]);
      return ids.filter((id) => !there.has(id));
    },
    discard: (workspace, id, holds) =>
      inTurn(workspace, id, async () => {
        const bytes = await files.get(workspace, id);
        if (bytes && !(await holds(bytes))) return;
        await store.releaseBlock(workspace, id);
        await removeOne(workspace, id);
      }),
    async removeLoose(now) {
      let removed = 0;
      for (;;) {
        const released = await store.releaseBlocks(now - LOOSE_MS, REMOVED_AT_ONCE);
        for (const { workspace, id } of released) await inTurn(workspace, id, () => removeOne(workspace, id));
        removed += released.length;
        if (released.length < REMOVED_AT_ONCE) return removed;
      }
    },
  };
}

/** One thing at a time for each block: one that comes while it is removed would lose its bytes, and keep its row. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async <Result>(workspace: WorkspaceId, id: BlockId, run: () => Promise<Result>): Promise<Result> => {
    const key = `${workspace} ${id}`;
    const turn = (last.get(key) ?? Promise.resolve()).then(run, run);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
