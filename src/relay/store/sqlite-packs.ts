/**
 * Packs of the log in SQLite. An entry's row keeps its id and place for good; packing takes its JSON out once the block
 * that holds it is there, in one transaction that compares what is packed with what lies there.
 */
import type { Database } from 'better-sqlite3';
import type { WorkspaceId } from '#domain/ids';
import type { LogStore, Pack, PackBounds, RunToPack } from './log-types.ts';
import type { BlockPins } from './sqlite-blocks.ts';
import type { LogNumbers } from './sqlite-log-numbers.ts';

type Packs = Pick<LogStore, 'entriesToPack' | 'packEntries' | 'packs' | 'unpackEntries'>;

/** A log that may be packed, from after a position. */
interface Unpacked {
  readonly workspace: WorkspaceId;
  readonly number: number;
  readonly newestErasure: number;
  readonly packed: number;
}

/** For whoever pages through the log. */
export interface PackPages {
  /** The pack in which the next position lies. */
  readonly next: (log: number, after: number) => Pack | undefined;
}

const COLUMNS = 'first_position AS first, last_position AS last, block AS id, hash, size_bytes AS sizeBytes';

export function createPackPages(db: Database): PackPages {
  const next = db.prepare<[number, number], Pack>(
    `SELECT ${COLUMNS} FROM packs WHERE log = ? AND last_position > ? ORDER BY last_position LIMIT 1`,
  );
  // What is packed reaches from the first position, so whatever pack comes next is the next position's.
  return { next: (log, after) => next.get(log, after) };
}

export function createPacks(db: Database, logs: LogNumbers, pins: BlockPins): Packs {
  const all = db.prepare<[number], Pack>(`SELECT ${COLUMNS} FROM packs WHERE log = ? ORDER BY last_position`);
  const unpacked = db.prepare<[], Unpacked>(
    `SELECT workspace, number, newest_erasure AS newestErasure,
            coalesce((SELECT max(last_position) FROM packs WHERE log = number), 0) AS packed FROM logs
      WHERE NOT EXISTS (SELECT 1 FROM erasures x WHERE x.log = number AND x.stage <> 'done')`,
  );
  const after = db.prepare<[number, number, number], { time: number; json: string }>(
    'SELECT time, json FROM entries WHERE log = ? AND position > ? ORDER BY position LIMIT ?',
  );
  const packedUpTo = db
    .prepare<[number], number>('SELECT coalesce(max(last_position), 0) FROM packs WHERE log = ?')
    .pluck();
  const insert = db.prepare(
    'INSERT INTO packs (log, first_position, last_position, block, hash, size_bytes) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const put = db.prepare('UPDATE entries SET json = ? WHERE log = ? AND position = ?');
  const drop = db.prepare('DELETE FROM packs WHERE log = ? AND last_position = ? AND block = ?');

  function runOf(log: number, packed: number, { before, most, least, bytes }: PackBounds): string[] {
    const jsons: string[] = [];
    let left = bytes;
    for (const { time, json } of after.iterate(log, packed, most)) {
      if (time >= before) break;
      left -= Buffer.byteLength(json);
      if (left < 0 && jsons.length > 0) return jsons;
      jsons.push(json);
    }
    return jsons.length >= least ? jsons : [];
  }

  function entriesToPack(bounds: PackBounds): RunToPack | undefined {
    for (const { workspace, number, newestErasure, packed } of unpacked.all()) {
      const jsons = runOf(number, packed, bounds);
      if (jsons.length > 0) return { workspace, first: packed + 1, jsons, newestErasure };
    }
    return undefined;
  }

  const pack = db.transaction((run: RunToPack, block: Omit<Pack, 'first' | 'last'>) => {
    const log = unpacked.all().find(({ workspace }) => workspace === run.workspace)?.number;
    if (log === undefined || packedUpTo.get(log) !== run.first - 1) return 'changed';
    const { first, jsons } = run;
    const last = first + jsons.length - 1;
    // Somebody may have been erased from them meanwhile.
    const now = after.all(log, first - 1, jsons.length);
    const isSame = now.length === jsons.length && now.every(({ json }, at) => json === jsons[at]);
    if (!isSame || !pins.areThere(log, [block])) return 'changed';
    pins.pin(log, [block]);
    insert.run(log, first, last, block.id, block.hash, block.sizeBytes);
    for (const [at, json] of jsons.entries()) if (!isAskedFor(json)) put.run('', log, first + at);
    return 'packed';
  });

  const unpack = db.transaction((workspace: WorkspaceId, { first, last, id }: Pack, jsons: readonly string[]) => {
    const log = logs.find(workspace)?.number;
    if (log === undefined || jsons.length !== last - first + 1 || drop.run(log, last, id).changes === 0)
      return 'changed';
    for (const [at, json] of jsons.entries()) put.run(json, log, first + at);
    pins.unpin(log, id);
    return 'unpacked';
  });

  return {
    entriesToPack: async (bounds) => entriesToPack(bounds),
    packEntries: async (...input) => pack(...input),
    packs: async (workspace) => {
      const log = logs.find(workspace);
      return log ? all.all(log.number) : [];
    },
    unpackEntries: async (...input) => unpack(...input),
  };
}

/** By `entriesById`, and whoever must know who was erased. */
function isAskedFor(json: string): boolean {
  const { body } = JSON.parse(json) as { body: { kind: string; blocks?: unknown } };
  return body.kind === 'erasure' || body.blocks !== undefined;
}
