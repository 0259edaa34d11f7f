/**
 * The state of a workspace: a fold of the set of its entries, in any order, with any repetition, the same on device and
 * relay. What an entry comes to is in `replay.ts`; here is which entries count, and from where on the state is behind;
 * `fold-again.ts` brings it up to them. Knows nothing of storage.
 */
import type { EntryId } from '#domain/ids';
import { knownBody } from './entry.ts';
import { createFoldState, type FoldState } from './fold-state.ts';
import {
  createFolding,
  forget,
  judge,
  moveState,
  put,
  slicesOf,
  type Block,
  type Blocks,
  type Depth,
  type Folding,
} from './folding.ts';
import { compareEntries, type Place } from './stamps.ts';
import type { Entry } from './types.ts';
import { createVerdicts, type SavedVerdicts } from './verdicts.ts';

export type { Block, Blocks } from './folding.ts';

export interface Fold {
  /** One object for ever; folding anew changes what is in it. */
  readonly state: FoldState;
  /**
   * `waiting`: a block is missing, the entry counts for nothing until it is offered again with all of them.
   * `kept`: not understood here. `known`: counted before; nothing changes.
   */
  readonly apply: (entry: Entry, blocks: Blocks) => 'applied' | 'waiting' | 'kept' | 'known';
  /**
   * For a commit too large to lie decoded in memory at once. Whoever calls has made sure that all its blocks are here,
   * and hands every one over, in order. Undefined where `apply` would not count it.
   */
  readonly applyBySlices: (entry: Entry) => ((block: Block) => void) | undefined;
  readonly waiting: ReadonlyMap<EntryId, Entry>;
  /** Entries of kinds that this version does not know. */
  readonly kept: ReadonlyMap<EntryId, Entry>;
  /** The state is behind: something came late on which more depends than it says itself. It is to be caught up with. */
  readonly stale: boolean;
  /** For `fold-again.ts`: what it is made of, another that is empty, and to be what that one has become. */
  readonly folding: () => Folding;
  readonly begin: () => Folding;
  readonly become: (next: Folding) => void;
  /** What it knows besides its state; for a device's snapshot. Not while it is stale. */
  readonly held: () => FoldHeld;
  /** The state has been filled as it was: from here on it is the fold that was saved. */
  readonly resume: (held: FoldHeld) => void;
}

/** Which entries it has counted, which not, and what they decided. */
export interface FoldHeld {
  readonly verdicts: SavedVerdicts;
  readonly counted: Iterable<EntryId>;
  readonly waiting: readonly Entry[];
  readonly kept: readonly Entry[];
}

/** The salt is the workspace's 16 bytes. */
export function createFold(salt: Uint8Array, depth?: Depth): Fold {
  const state = createFoldState();
  let now = createFolding(salt, depth, state);

  return {
    state,
    get waiting() {
      return now.waiting;
    },
    get kept() {
      return now.kept;
    },
    get stale() {
      return now.replay.stale;
    },
    apply: (entry, blocks) => apply(now, entry, blocks),
    applyBySlices: (entry) => applyBySlices(now, entry),
    folding: () => now,
    begin: () => createFolding(salt, depth),
    become(next) {
      // Readers hold the state and know its rows by version: all of them are new.
      const version = state.version + 1;
      next.state.touched.fill(version);
      next.state.version = version;
      moveState(next, state);
      now = next;
    },
    held: () => ({
      verdicts: now.verdicts.save(),
      counted: now.counted,
      waiting: [...now.waiting.values()],
      kept: [...now.kept.values()],
    }),
    resume(held) {
      const verdicts = createVerdicts(held.verdicts);
      now = createFolding(salt, depth, state, verdicts);
      now.isResumed = true;
      for (const id of held.counted) now.counted.add(id);
      for (const entry of held.waiting) now.waiting.set(entry.id, entry);
      for (const entry of held.kept) now.kept.set(entry.id, entry);
      // What an undone import said lies in its blocks alone.
      const last = verdicts.undos().length > 0 ? undefined : state.stamps.placeOf(state.stamps.latest());
      if (state.stamps.count > 0) forget(now, last);
    },
  };
}

function apply(folding: Folding, entry: Entry, blocks: Blocks): 'applied' | 'waiting' | 'kept' | 'known' {
  if (folding.counted.has(entry.id)) return 'known';
  const result = put(folding, entry, blocks);
  if (result === 'applied') {
    if (judge(folding.verdicts, entry)) invalidate(folding, entry);
    noteLate(folding, entry);
  }
  return result;
}

function invalidate(folding: Folding, entry: Entry): void {
  const body = knownBody(entry);
  if (body?.kind === 'erasure') forget(folding);
  else if (body?.kind === 'undo') {
    if (!folding.counted.has(body.of)) return;
    const isKnown = folding.commits.has(body.of) || folding.merges.has(body.of);
    // Of another kind, it cannot be undone; but what lies in a snapshot may be of any.
    if (!isKnown && !folding.isResumed) return;
    if (!isKnown) forget(folding);
    noteFrom(folding, folding.merges.get(body.of));
  }
  folding.replay.invalidate();
}

function noteLate(folding: Folding, entry: Entry): void {
  if (folding.replay.stale) noteFrom(folding, entry);
}

function noteFrom(folding: Folding, place: Place | undefined): void {
  if (place && (!folding.late || compareEntries(place, folding.late) < 0)) folding.late = place;
}

function applyBySlices(folding: Folding, entry: Entry): ((block: Block) => void) | undefined {
  const body = knownBody(entry);
  if (folding.counted.has(entry.id) || (body?.kind !== 'commit' && body?.kind !== 'messaged')) return undefined;
  const add = slicesOf(folding, entry, body);
  noteLate(folding, entry);
  return (block) => {
    add(block);
    noteLate(folding, entry);
  };
}
