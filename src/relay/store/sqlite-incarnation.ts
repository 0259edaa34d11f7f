/**
 * Which life of the store this is. Devices keep what they shared; where the store was put back from a backup they must
 * learn of it, to offer again what it lacks. Three signs, each of which makes another incarnation:
 *
 * - The number in a small file beside the database is not the database's. Both are raised at each start and each clean
 *   stop, so that an older database is found out, unless it is put back before the next start after a kill.
 * - The database is another file than before (its inode): a folder put back whole, or moved to another disk.
 * - A device knows an entry of the log, by place and id, that does not stand there (`noticePutBack`), which is what remains
 *   of a disk's own snapshot, or of a copy written over the files, where file and number come back too. It is seen when
 *   the first such device comes, however far others have pushed the log by then.
 *
 * A false alarm (a moved folder, a file system that gives new inodes) costs devices one reading of the log.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';

export interface Incarnation {
  readonly value: () => string;
  /** Only the first time since the start: the database cannot be put back under a running store. */
  readonly noticePutBack: () => void;
  /** At a clean stop, before the database is closed. */
  readonly close: () => void;
}

interface Row {
  value: string;
  generation: number;
  fileNumber: string;
}

export function openIncarnation(db: Database, path: string): Incarnation {
  const write = db.prepare(
    'INSERT OR REPLACE INTO incarnation (number, value, generation, file_number) VALUES (1, ?, ?, ?)',
  );
  const row = db.prepare<[], Row>('SELECT value, generation, file_number AS fileNumber FROM incarnation').get();
  const filePath = `${path}.generation`;
  const inFile = readGeneration(filePath);
  const fileNumber = String(statSync(path, { bigint: true }).ino);
  // The database is written first: a kill in between leaves the file one behind, as no older database ever stands.
  const isSame = row?.fileNumber === fileNumber && (inFile === row.generation || inFile === row.generation - 1);

  let value = row && isSame ? row.value : createValue();
  let generation = Math.max(row?.generation ?? 0, inFile ?? 0);
  let noticed = !isSame;
  raise();

  function raise(): void {
    generation += 1;
    write.run(value, generation, fileNumber);
    writeGeneration(filePath, generation);
  }

  return {
    value: () => value,
    noticePutBack() {
      if (noticed) return;
      noticed = true;
      value = createValue();
      write.run(value, generation, fileNumber);
    },
    close: raise,
  };
}

const createValue = () => randomBytes(16).toString('base64url');

function readGeneration(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return /^\d{1,15}\n$/.test(text) ? Number(text) : undefined;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw problem;
  }
}

/** Whole or not at all, and on disk when this returns. */
function writeGeneration(path: string, generation: number): void {
  const file = openSync(`${path}.new`, 'w', 0o600);
  writeSync(file, `${generation}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
