/**
 * One device: what lies on it, its fold, and its clock, which may be wrong. It writes without a network, and meets the
 * relay now and then (`meeting.ts`).
 */
import type { BlockId, DeviceId, EntryId } from '#domain/ids';
import { createFold, type Block, type Fold } from '#log/fold';
import { anewOf, behindOf } from '#log/fold-again';
import { nextTime, receiveTime } from '#log/time';
import type { Entry, EntryBody, LogTime } from '#log/types';
import { SALT } from '#tests/builders/entries';
import { finishAnew } from '#tests/builders/folds';

/** An older version does not know merges: it keeps them, until it is brought up to date. */
export type Version = 'old' | 'current';

export interface Pending {
  readonly id: EntryId;
  readonly wroteAtMs: number;
  readonly offsetMs: number;
}

export interface Replica {
  readonly device: DeviceId;
  readonly fold: Fold;
  /** Everything that it ever got or wrote, as it stands now. */
  readonly entries: Map<EntryId, Entry>;
  readonly blocks: Map<BlockId, Block>;
  readonly pending: Pending[];
  /** Imports and bulk changes, and merges, that it knows: what somebody may undo. */
  readonly undoable: EntryId[];
  version: Version;
  /** What it has folded has got another form since: all is to be folded anew before anybody looks. */
  isBehind: boolean;
  /** How far its wall clock is off. */
  errorMs: number;
  /** What the relay told it of that, when they last met. */
  offsetMs: number;
  clock: LogTime;
  sharedClock: LogTime;
  cursor: number;
  foldsAnew: number;
}

export function createReplica(device: DeviceId, version: Version): Replica {
  return {
    device,
    fold: createFold(SALT),
    entries: new Map(),
    blocks: new Map(),
    pending: [],
    undoable: [],
    version,
    isBehind: false,
    errorMs: 0,
    offsetMs: 0,
    clock: 0,
    sharedClock: 0,
    cursor: 0,
    foldsAnew: 0,
  };
}

/** A browser's profile copied to another machine: everything is there, and from now on it is a device of its own. */
export function copyReplica(of: Replica, device: DeviceId): Replica {
  const copy: Replica = {
    ...of,
    device,
    fold: createFold(SALT),
    entries: new Map(of.entries),
    blocks: new Map(of.blocks),
    pending: [...of.pending],
    undoable: [...of.undoable],
    foldsAnew: 0,
  };
  foldAnew(copy);
  return copy;
}

/** Saved on this device. `nowMs` is the true time. */
export function write(
  replica: Replica,
  nowMs: number,
  id: EntryId,
  body: Entry['body'],
  blocks: ReadonlyMap<BlockId, Block> = new Map(),
): Entry {
  const wallMs = Math.max(0, nowMs + replica.errorMs);
  const time = nextTime(replica.clock, Math.max(0, wallMs + replica.offsetMs));
  const entry: Entry = { id, device: replica.device, time, format: 1, body };
  replica.clock = time;
  replica.pending.push({ id, wroteAtMs: wallMs, offsetMs: replica.offsetMs });
  for (const [block, content] of blocks) replica.blocks.set(block, content);
  take(replica, entry);
  refresh(replica);
  return entry;
}

/** An entry is here; `refresh` once all of them are. */
export function take(replica: Replica, entry: Entry): void {
  const body = entry.body as EntryBody;
  if (!replica.entries.has(entry.id)) {
    if (body.kind === 'commit' || body.kind === 'merge') replica.undoable.push(entry.id);
  }
  replica.entries.set(entry.id, entry);
  replica.clock = receiveTime(replica.clock, entry.time);
  replica.fold.apply(asKnown(replica, entry), replica.blocks);
}

export function refresh(replica: Replica): void {
  const behind = !replica.isBehind && replica.fold.stale ? behindOf(replica.fold) : undefined;
  if (behind) behind.catchUp(() => replica.blocks);
  else if (replica.isBehind || replica.fold.stale) foldAnew(replica);
}

export function foldAnew(replica: Replica): void {
  const entries = [...replica.entries.values()].map((entry) => asKnown(replica, entry));
  finishAnew(anewOf(replica.fold, entries), () => replica.blocks);
  replica.isBehind = false;
  replica.foldsAnew += 1;
}

function asKnown(replica: Replica, entry: Entry): Entry {
  if (replica.version === 'current' || entry.body.kind !== 'merge') return entry;
  return { ...entry, body: { kind: 'of-a-newer-version' } };
}
