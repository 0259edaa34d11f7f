/**
 * Decides when the fold's snapshot is written again: in the background, one tab at a time, when so much was folded since
 * that opening would be felt. A disk that is full keeps what the member wrote, not this.
 */
import type { FoldState } from '#log/fold-state';
import { isStorageFull } from '#storage/failure';
import type { SnapshotStore } from '#storage/types';
import type { AudienceLog } from './audience-log.ts';
import type { AudienceSnapshot } from './audience-snapshot.ts';

export interface SnapshotKeeperParts {
  readonly state: FoldState;
  readonly snapshot: Pick<AudienceSnapshot, 'save' | 'saved'>;
  readonly log: Pick<AudienceLog, 'still' | 'position'>;
  readonly snapshots: Pick<SnapshotStore, 'drop'>;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Runs it some seconds later, when nobody waits for an answer. */
  readonly later: (run: () => void) => void;
  /** Runs it unless another tab is at it. */
  readonly onlyHere: (run: () => Promise<void>) => Promise<void>;
  readonly onBug: (error: unknown) => void;
}

/** Folding as many takes some tenths of a second. */
const ROWS_SINCE = 50_000;
const ENTRIES_SINCE = 2_000;
const LEAST_PAUSE_MS = 60_000;

/** To be called after whatever was folded. */
export function createSnapshotKeeper(parts: SnapshotKeeperParts): { readonly folded: () => void } {
  const { state, snapshot } = parts;
  let waits = false;
  let stopped = false;
  let triedMs = Number.NEGATIVE_INFINITY;

  function isDue(): boolean {
    const { position, version } = snapshot.saved();
    if (parts.log.position() - position >= ENTRIES_SINCE) return true;
    if (state.version === version) return false;
    // Asked after every change: read once, a million rows are looked through in a millisecond.
    const {
      touched,
      ids: { count },
    } = state;
    let changed = 0;
    for (let row = 0; row < count; row += 1) if ((touched[row] as number) > version) changed += 1;
    return changed >= ROWS_SINCE;
  }

  function folded(): void {
    if (waits || stopped || !isDue()) return;
    waits = true;
    parts.later(() => {
      waits = false;
      if (parts.nowMs() - triedMs < LEAST_PAUSE_MS) folded();
      else keep().catch(parts.onBug);
    });
  }

  async function keep(): Promise<void> {
    triedMs = parts.nowMs();
    try {
      await parts.onlyHere(async () => {
        if ((await snapshot.save(parts.log.still)) === 'not') folded();
      });
    } catch (error) {
      if (!isStorageFull(error)) throw error;
      stopped = true;
      // What was begun takes room, too.
      await parts.snapshots.drop();
    }
  }

  return { folded };
}
