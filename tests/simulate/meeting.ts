/**
 * A device meets the relay: restamps what is pending by the clock it is told, pulls by its cursor, filters what is
 * pending by the erasures it hears of, pushes in order, and gets blocks. Any step may be lost, doubled or come out of
 * order, and it goes on from there the next time.
 */
import type { BlockId, EntryId } from '#domain/ids';
import { receiveTime, timeFromMs } from '#log/time';
import type { BlockRef, Entry, RowBlock } from '#log/types';
import { blockOf } from './commits.ts';
import type { Dice } from '#tests/builders/dice';
import { createErasureFilter, erasuresIn, UNKNOWING, withBlocks } from '#log/erasure-filter';
import { SALT } from '#tests/builders/entries';
import { blockIdsOf } from './entry-rows.ts';
import type { Relay } from './relay.ts';
import { take, type Replica } from './replica.ts';

export interface Meeting {
  readonly replica: Replica;
  readonly relay: Relay;
  readonly nowMs: number;
  readonly newBlockId: () => BlockId;
  /** What was said to be shared with the team. */
  readonly acknowledged: Set<EntryId>;
  /** Absent: the network is sound, and everything arrives. */
  readonly faults?: Dice;
}

const PAGE = 40;

/** Answers what a sound client should never be told. Before anybody looks at its contacts, `refresh` is to be called. */
export function meet(meeting: Meeting): string | undefined {
  const { replica, faults } = meeting;
  if (faults?.chance(0.1) === true) return undefined;
  const isRestamped = restamp(meeting);
  const pulled = pull(meeting);
  replica.isBehind ||= isRestamped || pulled.isBehind;
  const problem = pulled.isWhole ? push(meeting) : undefined;
  getBlocks(meeting);
  for (const entry of [...replica.fold.waiting.values()]) replica.fold.apply(entry, replica.blocks);
  return problem;
}

/** Pending changes get their times anew: by the offset, in order, later than all that was shared with this device. */
function restamp({ replica, nowMs }: Meeting): boolean {
  const offsetMs = -replica.errorMs;
  replica.offsetMs = offsetMs;
  const greatest = timeFromMs(nowMs);
  const isSound = replica.pending.every(
    (row) => row.offsetMs === offsetMs && (replica.entries.get(row.id) as Entry).time <= greatest,
  );
  if (isSound) return false;
  let time = replica.sharedClock;
  replica.pending.forEach((row, at) => {
    const entry = replica.entries.get(row.id) as Entry;
    // A clock put right since it was written says more than the hour that it is.
    const corrected = Math.min(greatest, timeFromMs(Math.max(0, row.wroteAtMs + offsetMs)));
    time = Math.max(time + 1, corrected);
    replica.pending[at] = { ...row, offsetMs };
    replica.entries.set(row.id, { ...entry, time });
  });
  replica.clock = time;
  return true;
}

function pull(meeting: Meeting): { readonly isWhole: boolean; readonly isBehind: boolean } {
  const { replica, relay, faults } = meeting;
  let isBehind = false;
  while (replica.cursor < relay.log.length) {
    const page = relay.log.slice(replica.cursor, replica.cursor + PAGE);
    if (faults?.chance(0.08) === true) return { isWhole: false, isBehind };
    // Cut off within a page: what came is here, and comes again.
    const isCut = faults?.chance(0.08) === true;
    const came = page.filter(() => !isCut || faults.chance(0.5));
    if (faults?.chance(0.3) === true) came.sort(() => (faults.chance(0.5) ? 1 : -1));
    if (faults?.chance(0.1) === true) came.push(...came.slice(0, faults.below(came.length + 1)));
    for (const entry of came) isBehind = receive(meeting, entry) || isBehind;
    if (isCut) return { isWhole: false, isBehind };
    replica.cursor += page.length;
  }
  return { isWhole: true, isBehind };
}

/** Answers whether it was folded in another form before. */
function receive(meeting: Meeting, entry: Entry): boolean {
  const { replica, relay, faults } = meeting;
  const before = replica.entries.get(entry.id);
  const pending = before ? replica.pending.findIndex(({ id }) => id === entry.id) : -1;
  if (pending >= 0) replica.pending.splice(pending, 1);
  for (const id of blockIdsOf(entry)) {
    const block = relay.blocks.get(id);
    if (block && faults?.chance(0.25) !== true) replica.blocks.set(id, block);
  }
  replica.sharedClock = receiveTime(replica.sharedClock, entry.time);
  take(replica, entry);
  const isFiltered = entry.body.kind === 'erasure' && !before && filterPending(meeting, entry);
  return (
    isFiltered || (before !== undefined && before !== entry && before.time !== entry.time) || changed(before, entry)
  );
}

const changed = (before: Entry | undefined, entry: Entry): boolean =>
  before !== undefined && blockIdsOf(before).join() !== blockIdsOf(entry).join();

/** What waits was written without knowledge of it. */
function filterPending({ replica, newBlockId }: Meeting, erasure: Entry): boolean {
  const filter = createErasureFilter(SALT, erasuresIn([erasure]));
  let isFiltered = false;
  for (const row of [...replica.pending]) {
    const entry = replica.entries.get(row.id) as Entry;
    const kept = filter.entry(entry, UNKNOWING);
    const left = kept && withBlocks(kept, filterBlocks(kept));
    if (left === entry) continue;
    isFiltered = true;
    if (left) replica.entries.set(row.id, left);
    else {
      replica.entries.delete(row.id);
      replica.pending.splice(replica.pending.indexOf(row), 1);
    }
  }
  return isFiltered;

  function filterBlocks(entry: Entry): Map<BlockId, BlockRef> {
    const renamed = new Map<BlockId, BlockRef>();
    for (const id of blockIdsOf(entry)) {
      const block = replica.blocks.get(id);
      const columns = block?.kind === 'rows' ? filter.rows(block.columns, UNKNOWING) : undefined;
      if (!columns || columns === (block as RowBlock).columns) continue;
      const ref = { id: newBlockId(), hash: 'ff', rows: columns.count, sizeBytes: 1 };
      replica.blocks.set(ref.id, blockOf(columns));
      renamed.set(id, ref);
    }
    return renamed;
  }
}

function push({ replica, relay, nowMs, acknowledged, faults }: Meeting): string | undefined {
  for (const row of [...replica.pending]) {
    if (faults?.chance(0.02) === true) return undefined;
    const entry = replica.entries.get(row.id) as Entry;
    for (const id of blockIdsOf(entry)) {
      const block = replica.blocks.get(id);
      if (!relay.blocks.has(id) && block && faults?.chance(0.05) !== true) relay.blocks.set(id, block);
    }
    const answer = relay.push(replica.cursor, entry, nowMs);
    if (answer === 'time' || answer === 'behind') return `${replica.device}: ${row.id} was refused: ${answer}`;
    // What comes after it may build on it.
    if (answer === 'blocks') return undefined;
    // The answer is lost: it stays pending, and is offered again.
    if (faults?.chance(0.05) === true) return undefined;
    acknowledged.add(row.id);
    // Of an entry that was known another form may stand there: it comes with the next pull.
    if (answer === 'known') continue;
    replica.sharedClock = receiveTime(replica.sharedClock, entry.time);
    replica.pending.splice(replica.pending.indexOf(row), 1);
  }
  return undefined;
}

function getBlocks({ replica, relay, faults }: Meeting): void {
  for (const entry of replica.fold.waiting.values()) {
    for (const id of blockIdsOf(entry)) {
      const block = relay.blocks.get(id);
      if (block && faults?.chance(0.4) !== true) replica.blocks.set(id, block);
    }
  }
}
