/** Entries' rows by their ids, however many: those that are here, in no order. Of what is packed nothing is looked at. */
import type { EntryId } from '#domain/ids';
import type { AppDatabase } from './database.ts';
import type { EntryRow } from './types.ts';

/** A page of the relay's, and more than a push. */
const ASKED_AT_ONCE = 500;

/**
 * A page's are all asked for at once: a cursor takes a turn of the event loop for each of them. Of the thousands of a
 * pack mostly none is here, and a cursor comes to its end at once.
 */
export async function rowsById(db: AppDatabase, ids: readonly EntryId[]): Promise<readonly EntryRow[]> {
  if (ids.length > ASKED_AT_ONCE) return db.entries.where('id').anyOf(ids).toArray();
  const rows = await Promise.all(ids.map((id) => db.entries.where('id').equals(id).first()));
  return rows.filter((row) => row !== undefined);
}
