/**
 * What the relay knows of blocks; their bytes lie elsewhere (`#relay/blocks`). A row comes before its bytes and goes
 * after them, so that no bytes ever lie somewhere without a row that leads to them.
 */
import type { Database } from 'better-sqlite3';
import type { BlockId, DeviceId, EntryId, WorkspaceId } from '#domain/ids';
import type { EntryForm } from './entry-judge.ts';
import type { BlockIntake, LogStore } from './log-types.ts';
import type { LogNumbers } from './sqlite-log-numbers.ts';

type Blocks = Pick<
  LogStore,
  'announceBlock' | 'keepBlock' | 'blockHash' | 'knownBlocks' | 'uploads' | 'releaseBlocks' | 'forgetBlock'
>;

/** For whoever appends, inside its transaction. */
export interface BlockPins {
  /** All of them, each with that hash. */
  readonly areThere: (log: number, blocks: EntryForm['blocks']) => boolean;
  readonly pin: (log: number, blocks: EntryForm['blocks']) => void;
  /** From now on nothing can name it, and it goes with the next `releaseBlocks`. */
  readonly unpin: (log: number, id: BlockId) => void;
}

export function createBlockPins(db: Database): BlockPins {
  const hashOf = db.prepare<[number, string], string>(SELECT_HASH).pluck();
  const pin = db.prepare("UPDATE blocks SET state = 'pinned' WHERE log = ? AND id = ?");
  const unpin = db.prepare("UPDATE blocks SET state = 'arriving', since = 0 WHERE log = ? AND id = ?");
  return {
    areThere: (log, blocks) => blocks.every(({ id, hash }) => hashOf.get(log, id) === hash),
    pin: (log, blocks) => blocks.forEach(({ id }) => pin.run(log, id)),
    unpin: (log, id) => void unpin.run(log, id),
  };
}

export function createBlocks(db: Database, logs: LogNumbers): Blocks {
  const find = db.prepare<[number, string], { hash: string; state: string }>(
    'SELECT hash, state FROM blocks WHERE log = ? AND id = ?',
  );
  const hashOf = db.prepare<[number, string], string>(SELECT_HASH).pluck();
  const announce = db.prepare(
    `INSERT OR REPLACE INTO blocks (log, id, hash, size_bytes, state, entry, device, since)
     VALUES (?, ?, ?, ?, 'arriving', ?, coalesce(nullif(?, ''), (SELECT device FROM sessions WHERE token_hash = ?), ''), ?)`,
  );
  const keep = db.prepare("UPDATE blocks SET state = 'loose' WHERE log = ? AND id = ? AND state = 'arriving'");
  const waiting = db.prepare<[number], { entry: EntryId; device: DeviceId; blocks: number; since: number }>(
    `SELECT entry, device, count(*) AS blocks, min(since) AS since FROM blocks b
      WHERE log = ? AND state = 'loose' AND entry <> ''
        AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.log = b.log AND e.id = b.entry)
      GROUP BY entry, device ORDER BY since`,
  );
  const release = db.prepare<[number, number], { log: number; id: BlockId }>(
    `UPDATE blocks SET state = 'arriving' WHERE (log, id) IN
       (SELECT log, id FROM blocks WHERE state <> 'pinned' AND since < ? ORDER BY since LIMIT ?)
     RETURNING log, id`,
  );
  const workspaceOf = db.prepare<[number], WorkspaceId>('SELECT workspace FROM logs WHERE number = ?').pluck();
  const forget = db.prepare("DELETE FROM blocks WHERE log = ? AND id = ? AND state = 'arriving'");

  const announced = db.transaction((workspace: WorkspaceId, block: BlockIntake, now: number) => {
    const { number: log, newestErasure } = logs.open(workspace);
    if (block.cursor < newestErasure) return 'behind';
    const before = find.get(log, block.id);
    if (before && before.state !== 'arriving') return before.hash === block.hash ? 'there' : 'taken';
    const { id, hash, sizeBytes, entry, device, tokenHash } = block;
    announce.run(log, id, hash, sizeBytes, entry, device, tokenHash, now);
    return 'new';
  });

  /** Undefined where the workspace has no log yet. */
  const within = <Answer>(workspace: WorkspaceId, ask: (log: number) => Answer): Answer | undefined => {
    const log = logs.find(workspace);
    return log && ask(log.number);
  };

  return {
    announceBlock: async (...input) => announced(...input),
    keepBlock: async (workspace, id) => void within(workspace, (log) => keep.run(log, id)),
    blockHash: async (workspace, id) => within(workspace, (log) => hashOf.get(log, id)),
    knownBlocks: async (workspace, ids) =>
      within(workspace, (log) => new Set(ids.filter((id) => hashOf.get(log, id) !== undefined))) ?? new Set(),
    uploads: async (workspace) => within(workspace, (log) => waiting.all(log)) ?? [],
    releaseBlocks: async (before, limit) =>
      release.all(before, limit).flatMap(({ log, id }) => {
        const workspace = workspaceOf.get(log);
        return workspace === undefined ? [] : [{ workspace, id }];
      }),
    forgetBlock: async (workspace, id) => void within(workspace, (log) => forget.run(log, id)),
  };
}

/** Of a block whose bytes are there. */
const SELECT_HASH = "SELECT hash FROM blocks WHERE log = ? AND id = ? AND state <> 'arriving'";
