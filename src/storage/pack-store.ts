/**
 * Moves old entries of this device into packs and back. A move is one strict transaction, so that each entry stands once
 * wherever a crash comes; what is encoded or decoded outside of it is compared inside with what lies there by then.
 */
import type { AppDatabase } from './database.ts';
import { countPacked, ofStanding, openPack, packOf } from './pack-rows.ts';
import type { PackLimits, PackRow, PackStore } from './pack-types.ts';
import type { EntryRow } from './types.ts';

/** JSON of a pack's entries at most, in letters: one that lists an import's blocks has up to a million. */
const MOST_LETTERS = 4_000_000;
const ROWS_AT_ONCE = 1_000;

export function createPackStore(db: AppDatabase): PackStore {
  return {
    async packOld(limits) {
      const rows = await db.transaction('r', db.entries, db.packs, db.meta, () => findRun(db, limits));
      if (rows.length < limits.least) return 'nothing';
      return (await replaceRows(db, rows, await packOf(rows))) ? 'packed' : 'nothing';
    },
    async unpack(which) {
      while (await unpackOne(db, which));
    },
  };
}

/**
 * Runs, in one transaction over all that concerns the log, where none is packed; a pack that another tab makes meanwhile
 * is unpacked first.
 */
export async function withoutPacks<Result>(
  db: AppDatabase,
  which: 'all' | 'pending',
  run: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    while (await unpackOne(db, which));
    const done = await db.transaction('rw', [db.entries, db.packs, db.meta, db.snapshot], async () =>
      (await countPacked(db, which === 'pending' ? which : undefined)) > 0 ? undefined : { result: await run() },
    );
    if (done) return done.result;
  }
}

/** The oldest that can be packed, between packs that are there; others of another standing stay where they are. */
async function findRun(db: AppDatabase, { above, keep, least, most }: PackLimits): Promise<readonly EntryRow[]> {
  if ((await db.entries.count()) <= above || (await isErasing(db))) return [];
  const [newest] = await db.entries.orderBy('position').reverse().offset(keep).limit(1).primaryKeys();
  const standing = (await db.meta.get('incarnation')) === undefined ? 'pending' : 'shared';
  const starts = (await db.packs.orderBy('first').keys()) as number[];
  let run: EntryRow[] = [];
  let letters = 0;
  let from = 0;
  for (;;) {
    const rows = await db.entries.where('position').between(from, newest, false, true).limit(ROWS_AT_ONCE).toArray();
    for (const row of rows) {
      const position = row.position ?? 0;
      if (starts.some((start) => start > from && start < position)) {
        if (run.length >= least) return run;
        run = [];
        letters = 0;
      }
      from = position;
      if (!isPackable(row, standing, run[0])) continue;
      run.push(row);
      letters += JSON.stringify(row.entry).length;
      if (run.length >= most || (run.length >= least && letters > MOST_LETTERS)) return run;
    }
    if (rows.length < ROWS_AT_ONCE) return run;
  }
}

/**
 * What was shared is packed once a page has brought it, with its author: then none brings it again, as long as the relay
 * is the same.
 */
function isPackable(row: EntryRow, standing: PackRow['sharing'], head: EntryRow | undefined): boolean {
  if (row.sharing !== standing) return false;
  return standing === 'shared'
    ? !row.unseen && row.entry.author !== undefined
    : !head || head.offsetMs === row.offsetMs;
}

/** Whoever lets go of somebody goes from entry to entry. */
const isErasing = async (db: AppDatabase) => (await db.meta.get('erasing')) !== undefined;

async function replaceRows(db: AppDatabase, rows: readonly EntryRow[], pack: PackRow): Promise<boolean> {
  const places = rows.map(({ position = 0 }) => position);
  return db.transaction('rw', db.entries, db.packs, db.meta, async () => {
    // A relay was met meanwhile: what waits is about to be offered.
    if (pack.sharing === 'pending' && (await db.meta.get('incarnation')) !== undefined) return false;
    if (await isErasing(db)) return false;
    const now = await db.entries.bulkGet(places);
    if (!now.every((row, at) => JSON.stringify(row) === JSON.stringify(rows[at]))) return false;
    await db.packs.add(pack);
    await db.entries.bulkDelete(places);
    return true;
  });
}

/** False where there is none. */
async function unpackOne(db: AppDatabase, which: 'all' | 'pending'): Promise<boolean> {
  const pack = await ofStanding(db, which === 'pending' ? which : undefined).first();
  if (!pack) return false;
  const rows = await openPack(pack);
  await db.transaction('rw', db.entries, db.packs, async () => {
    // Another tab was faster.
    if ((await db.packs.get(pack.last))?.hash !== pack.hash) return;
    const ids = rows.map(({ id }) => id);
    const known = new Set((await db.entries.where('id').anyOf(ids).toArray()).map(({ id }) => id));
    await db.packs.delete(pack.last);
    await db.entries.bulkAdd(rows.filter(({ id }) => !known.has(id)));
  });
  return true;
}
