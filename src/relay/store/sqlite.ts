/**
 * The relay's store on one SQLite file (better-sqlite3): every commit is on disk before its promise resolves. Each
 * method runs to its end without giving way, so that a transaction never waits for anything foreign.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { createDocumentStore } from '#relay/documents/sqlite-documents';
import { migrate } from './schema.ts';
import { createAccess } from './sqlite-access.ts';
import { createBlockPins, createBlocks } from './sqlite-blocks.ts';
import { createChannels } from './sqlite-channels.ts';
import { createDispatchPart } from './sqlite-dispatch.ts';
import { createEndings } from './sqlite-endings.ts';
import { createErasures } from './sqlite-erasures.ts';
import { createHouse } from './sqlite-house.ts';
import { openIncarnation, type Incarnation } from './sqlite-incarnation.ts';
import { createKnownTries } from './sqlite-known-tries.ts';
import { createLedger } from './sqlite-ledger.ts';
import { lockStore } from './sqlite-lock.ts';
import { createLogNumbers } from './sqlite-log-numbers.ts';
import { createLog } from './sqlite-log.ts';
import { createMessages } from './sqlite-messages.ts';
import { createPackPages, createPacks } from './sqlite-packs.ts';
import { createParkedReports } from './sqlite-parked.ts';
import { createReceipts } from './sqlite-receipts.ts';
import type { RelayStore } from './types.ts';

/** Opens or makes the store at `path`; throws `StoreInUse` where another process holds it, and what a broken disk throws. */
export function createSqliteStore(path: string): RelayStore {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unlock = lockStore(path);
  try {
    const db = openDatabase(path);
    const incarnation = openIncarnation(db, path);
    return createStore(db, incarnation, () => {
      incarnation.close();
      db.close();
      unlock();
    });
  } catch (problem) {
    unlock();
    throw problem;
  }
}

function openDatabase(path: string): Database {
  const db = new Sqlite(path, { timeout: 5_000 });
  // Addresses and message texts lie in it; the -wal and -shm files take its mode.
  chmodSync(path, 0o600);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('secure_delete = ON');
  db.pragma('temp_store = MEMORY');
  // 32 MB of pages: a million deliveries' worth of inner nodes, and the batches in work.
  db.pragma('cache_size = -32000');
  assertDurable(db);
  migrate(db);
  return db;
}

/** A file system that quietly refuses WAL would break the promise of every acknowledgement. */
function assertDurable(db: Database): void {
  const FULL = 2;
  const mode = db.pragma('journal_mode', { simple: true });
  const synchronous = db.pragma('synchronous', { simple: true });
  if (mode !== 'wal' || synchronous !== FULL) {
    throw new Error(
      'The data folder lies on a file system that cannot keep writes safely (no SQLite WAL with full sync).',
    );
  }
}

function createStore(db: Database, incarnation: Incarnation, close: () => void): RelayStore {
  const ledger = createLedger(db);
  const parked = createParkedReports(db);
  const endings = createEndings(db, parked);
  const logs = createLogNumbers(db);
  const pins = createBlockPins(db);
  return {
    ...createAccess(db),
    ...createChannels(db),
    ...createMessages(db),
    ...createDispatchPart(db, ledger, endings),
    ...createKnownTries(db, ledger, endings),
    ...createReceipts(db, ledger, parked),
    ...createHouse(db, ledger, parked),
    ...createLog(db, logs, pins, createPackPages(db), incarnation),
    ...createPacks(db, logs, pins),
    ...createBlocks(db, logs),
    ...createErasures(db, logs),
    documents: createDocumentStore(db),
    close: async () => close(),
  };
}
