/**
 * One relay a data folder: a second, tiny database held exclusively as long as the process lives. The operating
 * system drops the lock with the process, so that a kill leaves nothing behind to be cleaned up.
 */
import Sqlite from 'better-sqlite3';

export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
}

/** Throws `StoreInUse` where another store holds the same path. The answer gives the lock back. */
export function lockStore(path: string): () => void {
  const db = new Sqlite(`${path}.lock`, { timeout: 0 });
  try {
    // No journal: a file left behind by a kill would be taken for one to recover from.
    db.pragma('journal_mode = MEMORY');
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (problem) {
    db.close();
    if (problem instanceof Sqlite.SqliteError && problem.code.startsWith('SQLITE_BUSY')) {
      throw new StoreInUse('Another relay is using this data folder. Stop it first, or choose another folder.');
    }
    throw problem;
  }
  return () => {
    db.exec('ROLLBACK');
    db.close();
  };
}
