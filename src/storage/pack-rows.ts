/**
 * Packs as rows of the database: made of entries, read back as entries, each in its place. What is moved when is said in
 * `pack-store.ts`; whoever reads entries by `EntryStore` never sees whether they are packed.
 */
import { Dexie } from 'dexie';
import type { EntryId } from '#domain/ids';
import { msOfTime } from '#log/time';
import type { Entry } from '#log/types';
import type { AppDatabase } from './database.ts';
import { namingOf } from './naming.ts';
import type { PackRow } from './pack-types.ts';
import type { BlockRow, EntryRow } from './types.ts';

/** A young workspace has no packs. */
const entryBlocks = () => import('#log/entry-block');

/** Of rows of one standing, in the order of their places. */
export async function packOf(rows: readonly EntryRow[]): Promise<PackRow> {
  const [head] = rows;
  if (!head || head.sharing === 'refused') throw new RangeError('nothing that can be packed');
  const entries = rows.map(({ entry }) => entry);
  const { encodeForGood } = await entryBlocks();
  const { bytes, hash } = await encodeForGood(entries);
  const places = rows.map(({ position = 0 }) => position);
  const [first = 0, last = 0] = [places[0], places.at(-1)];
  const { offsetMs } = head;
  const isWrittenThen = rows.every(({ writtenMs, entry }) => writtenMs === msOfTime(entry.time));
  return {
    ...{ first, last, count: rows.length, sharing: head.sharing, hash, bytes },
    ...(last - first + 1 > rows.length && { offsets: Uint32Array.from(places, (place) => place - first) }),
    ...(offsetMs !== undefined && { offsetMs }),
    ...(offsetMs !== undefined &&
      !isWrittenThen && {
        writtenMs: Float64Array.from(rows, ({ writtenMs, entry }) => writtenMs ?? msOfTime(entry.time)),
      }),
    ...marksOf(entries),
  };
}

/** Of shared entries, new here, in places of their own after all others. Inside a transaction over `entries`. */
export async function pulledPack(
  db: AppDatabase,
  entries: readonly Entry[],
  { hash, bytes }: Pick<BlockRow, 'hash' | 'bytes'>,
): Promise<PackRow> {
  const { first, last } = await reservePlaces(db, entries.length);
  return { first, last, count: entries.length, sharing: 'shared', hash, bytes, ...marksOf(entries) };
}

function marksOf(entries: readonly Entry[]): Pick<PackRow, 'named' | 'naming' | 'waits'> {
  const named = entries.filter(({ body }) => body.kind === 'messaged').map(({ id }) => id);
  const naming = entries.map(namingOf).filter((one) => one !== undefined);
  return { ...(named.length > 0 && { named }), ...(naming.length > 0 && { naming, waits: 1 as const }) };
}

/** The database gives each place once, also after a row that was put there has gone. */
async function reservePlaces(
  db: AppDatabase,
  count: number,
): Promise<{ readonly first: number; readonly last: number }> {
  const holder = { id: '' as EntryId, sharing: 'refused', entry: undefined as unknown as Entry } as const;
  const first = await db.entries.add(holder);
  await db.entries.delete(first);
  const last = first + count - 1;
  if (last > first) {
    await db.entries.add({ ...holder, position: last });
    await db.entries.delete(last);
  }
  return { first, last };
}

/** As many as hold the next `limit` entries after a place. Inside a transaction over `packs`. */
export async function packsAfter(db: AppDatabase, position: number, limit: number): Promise<readonly PackRow[]> {
  const packs: PackRow[] = [];
  let from = position;
  for (let found = 0; found < limit;) {
    const pack = await db.packs.where('last').above(from).first();
    if (!pack) break;
    packs.push(pack);
    found += pack.first > position ? pack.count : placesOf(pack).filter((place) => place > position).length;
    from = pack.last;
  }
  return packs;
}

/** Entries in packs, without reading these; of one standing, or all. */
export async function countPacked(db: AppDatabase, sharing?: PackRow['sharing']): Promise<number> {
  const keys = await ofStanding(db, sharing).keys();
  return (keys as unknown as readonly (readonly [string, number])[]).reduce((sum, [, count]) => sum + count, 0);
}

export const ofStanding = (db: AppDatabase, sharing?: PackRow['sharing']) =>
  sharing === undefined
    ? db.packs.orderBy('[sharing+count]')
    : db.packs.where('[sharing+count]').between([sharing, Dexie.minKey], [sharing, Dexie.maxKey]);

export async function openPack(pack: PackRow): Promise<readonly EntryRow[]> {
  const { decodeEntries } = await entryBlocks();
  const decoded = await decodeEntries(pack.bytes);
  // This device wrote it, or asked for it by its hash: a bug, not a damage.
  if (decoded.kind === 'refused') throw new Error(`a pack is ${decoded.reason}`);
  const { sharing, writtenMs, offsetMs } = pack;
  const places = placesOf(pack);
  return decoded.block.entries.map((entry, at) => ({
    ...{ position: places[at] ?? 0, id: entry.id, sharing, entry },
    ...(offsetMs !== undefined && { writtenMs: writtenMs?.[at] ?? msOfTime(entry.time), offsetMs }),
  }));
}

function placesOf({ first, count, offsets }: PackRow): readonly number[] {
  return Array.from({ length: count }, (_, at) => first + (offsets?.[at] ?? at));
}

/** Whoever reads page by page opens each pack once. */
export function createPackReader() {
  let opened: { readonly key: string; readonly rows: readonly EntryRow[] } | undefined;
  async function rowsOf(pack: PackRow): Promise<readonly EntryRow[]> {
    const key = `${String(pack.last)} ${pack.hash}`;
    if (opened?.key !== key) opened = { key, rows: await openPack(pack) };
    return opened.rows;
  }
  return {
    async rowsOf(packs: readonly PackRow[]): Promise<EntryRow[]> {
      const rows: EntryRow[] = [];
      for (const pack of packs) rows.push(...(await rowsOf(pack)));
      return rows;
    },
  };
}
