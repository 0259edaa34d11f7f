/** Which blocks shared entries name that do not lie here: looked for in all single entries, and in packs that lack some. */
import type { BlockId } from '#domain/ids';
import type { AppDatabase } from './database.ts';
import { namingOf } from './naming.ts';
import type { NamingEntry, PackRow } from './pack-types.ts';

type Lacking = Pick<NamingEntry, 'entry' | 'blocks'>;

/**
 * Where all that was looked through is whole, it is not looked through again before something comes: each round of
 * sharing asks, most of them for nothing.
 */
export function createMissingBlocks(db: AppDatabase): () => Promise<readonly Lacking[]> {
  let whole = '';
  return async () => {
    // Read before: what comes meanwhile makes another sum.
    const sum = await sumOf(db);
    if (sum === whole) return [];
    const lacking = await findMissingBlocks(db);
    whole = lacking.length === 0 ? sum : '';
    return lacking;
  };
}

/** Whatever a page, a restored backup or a new relay brings makes it another. */
async function sumOf(db: AppDatabase): Promise<string> {
  const [last] = await db.entries.orderBy('position').reverse().limit(1).primaryKeys();
  const counts = await Promise.all([db.entries.count(), db.packs.count(), db.meta.get('logCursor')]);
  return [last, ...counts].join(' ');
}

/** The newest entry's first. */
async function findMissingBlocks(db: AppDatabase): Promise<readonly Lacking[]> {
  const lacking: NamingEntry[] = [];
  for (const pack of await db.packs.where('waits').equals(1).toArray()) {
    const ofPack = await lackingOf(db, pack.naming ?? []);
    if (ofPack.length === 0) await stopWaiting(db, pack);
    lacking.push(...ofPack);
  }
  // All at once: a cursor takes a turn of the event loop for each of thousands, at every round.
  const rows = await db.entries.where('sharing').equals('shared').toArray();
  const naming = rows.flatMap(({ entry }) => namingOf(entry) ?? []);
  lacking.push(...(await lackingOf(db, naming)));
  return lacking.sort((one, other) => other.time - one.time).map(({ entry, blocks }): Lacking => ({ entry, blocks }));
}

/** Those that lack some, with these alone. */
async function lackingOf(db: AppDatabase, naming: readonly NamingEntry[]): Promise<readonly NamingEntry[]> {
  if (naming.length === 0) return [];
  // One request for all names that are here; a cursor would take one for each that is asked for.
  const here = new Set<BlockId>(await db.blocks.toCollection().primaryKeys());
  return naming
    .map((one) => ({ ...one, blocks: one.blocks.filter(({ id }) => !here.has(id)) }))
    .filter(({ blocks }) => blocks.length > 0);
}

/** Blocks of shared entries never leave a device but by erasure, which names others in their place. */
async function stopWaiting(db: AppDatabase, { last, hash }: PackRow): Promise<void> {
  await db.transaction('rw', db.packs, async () => {
    const pack = await db.packs.get(last);
    if (pack?.hash !== hash) return;
    const { waits: _, ...whole } = pack;
    await db.packs.put(whole);
  });
}
