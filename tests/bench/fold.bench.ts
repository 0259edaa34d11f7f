/**
 * A log of 1,000,000 births in blocks and 100,000 single changes, folded from nothing to columns that can be asked: what
 * a device does that has the log but no snapshot. Blocks are inflated, checked and parsed in it. Beside it, in the same
 * process, the naive way: every row an entry of its own as JSON, parsed and set into a `Map` of objects, cell by cell, the
 * latest time standing; it knows no births, consent, undo or merges. That is less than the fold does, and kinder than a
 * `Y.Map` (DESIGN, Contacts), which takes longer and more memory.
 */
import type { BlockId } from '#domain/ids';
import { decodeRows } from '#log/block';
import { createFold } from '#log/fold';
import { anewOf } from '#log/fold-again';
import { createEntryFolding } from '#log/fold-log';
import type { ChangeBody, Entry, Row } from '#log/types';
import { group, SALT } from '../builders/entries.ts';
import { buildLargeLog, type LargeLog } from '../builders/large-log.ts';
import { median } from './median.ts';

const CONTACTS = 1_000_000;
const CHANGES = 100_000;
const ROUNDS = 5;
const NAIVE_ROUNDS = 3;

export async function benchFold(): Promise<Record<string, number>> {
  const log = await buildLargeLog({ contacts: CONTACTS, changes: CHANGES, seed: 1, group: group('Fair') });
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) ours.push(await timed(() => foldLog(log)));
  const rows = await rowsAsJson(log);
  const naive: number[] = [];
  for (let round = 0; round < NAIVE_ROUNDS; round += 1) naive.push(await timed(() => foldNaively(rows)));
  return { 'fold.1m.seconds': median(ours), 'fold.1m.naive_seconds': median(naive) };
}

/** `fold` answers how many contacts there are then. */
async function timed(fold: () => Promise<number> | number): Promise<number> {
  const started = performance.now();
  const contacts = await fold();
  const seconds = (performance.now() - started) / 1_000;
  if (contacts !== CONTACTS) throw new Error(`${String(contacts)} contacts`);
  return seconds;
}

async function foldLog({ entries, blocks }: LargeLog): Promise<number> {
  const fold = createFold(SALT);
  const anew = anewOf(fold, entries);
  const bytesOf = (id: BlockId) => {
    const bytes = blocks.get(id);
    return bytes && { bytes };
  };
  const folding = createEntryFolding(
    { get: async (ids) => ids.map(bytesOf), present: async (ids) => new Set(ids.filter((id) => blocks.has(id))) },
    () => Promise.resolve(),
  );
  for (const pass of anew.passes) for (const entry of pass.inOrder) await folding.add(pass, entry);
  anew.done();
  return fold.state.bornCount;
}

interface NaiveEntry extends Pick<Entry, 'id' | 'time'> {
  readonly key: string;
  readonly cells: Row['cells'];
}

async function rowsAsJson({ entries, blocks }: LargeLog): Promise<readonly string[]> {
  const rows: string[] = [];
  const add = ({ id, time }: Entry, { keyValue: key, cells }: Row) =>
    rows.push(JSON.stringify({ id, time, key, cells } satisfies NaiveEntry));
  const first = entries[0] as Entry;
  for (const bytes of blocks.values()) {
    const decoded = await decodeRows(bytes);
    if (decoded.kind !== 'decoded') throw new Error(decoded.reason);
    for (let at = 0; at < decoded.block.count; at += 1) add(first, decoded.block.rowAt(at));
  }
  for (const entry of entries.slice(1)) add(entry, (entry.body as ChangeBody).row);
  return rows;
}

function foldNaively(rows: readonly string[]): number {
  const contacts = new Map<string, Record<string, { value: string; time: number }>>();
  for (const json of rows) {
    const { key, time, cells } = JSON.parse(json) as NaiveEntry;
    let contact = contacts.get(key);
    if (!contact) contacts.set(key, (contact = {}));
    for (const [name, value] of Object.entries(cells)) {
      const standing = contact[name];
      if (value !== undefined && (!standing || time >= standing.time)) contact[name] = { value, time };
    }
  }
  return contacts.size;
}
