/**
 * Writes a snapshot: only the segments whose rows have changed since, then the head. Apart from what keeps it, since
 * nobody writes one before the first rows.
 */
import type { Origins } from '#log/origins';
import { SEGMENT_ROWS } from '#log/snapshot-shape';
import { packSegment, writeHead } from '#log/snapshot-write';
import type { SnapshotRow } from '#storage/types';
import { createColumnsReader } from './read-columns.ts';
import type { AudienceSnapshotParts, Saved, Standing, Still } from './snapshot-types.ts';

/** Written at once. */
const SEGMENTS_AT_ONCE = 8;
/** While nothing may be folded: some tenths of a second at most. */
const LAST_SEGMENTS = 16;

/** As it is at the time: a fold made anew begins others. */
export interface Kept {
  readonly epoch: () => number;
  readonly origins: () => Pick<Origins, 'within'>;
  readonly segments: readonly Standing[];
}

/** `onPut`: what lies on the disk now, still while nothing is folded; nothing does where others came before. */
export async function saveSnapshot(
  parts: AudienceSnapshotParts,
  kept: Kept,
  still: Still,
  onPut: (segments: readonly Standing[], saved: Saved | undefined) => void,
): Promise<'saved' | 'not'> {
  const { snapshots, fold, ids } = parts;
  const { state } = fold;
  const readColumns = createColumnsReader(parts.blocks, SEGMENTS_AT_ONCE);

  /** What has changed in these segments, as it is now. */
  function outdated(segments: readonly (Standing | undefined)[]): number[] {
    const count = Math.ceil(state.ids.count / SEGMENT_ROWS);
    return Array.from({ length: count }, (_, at) => at).filter((at) => !isAsItWas(segments[at], at * SEGMENT_ROWS));
  }

  function isAsItWas(segment: Standing | undefined, first: number): boolean {
    if (segment?.rows !== Math.min(state.ids.count - first, SEGMENT_ROWS)) return false;
    for (let row = first; row < first + segment.rows; row += 1)
      if ((state.touched[row] as number) > segment.version) return false;
    return true;
  }

  async function write(into: (Standing | undefined)[], places: readonly number[]): Promise<void> {
    for (let from = 0; from < places.length; from += SEGMENTS_AT_ONCE) {
      const rows: SnapshotRow[] = [];
      for (const place of places.slice(from, from + SEGMENTS_AT_ONCE)) {
        const first = place * SEGMENT_ROWS;
        const runs = kept.origins().within(first, SEGMENT_ROWS);
        const columns = await readColumns(runs.map(({ block }) => block));
        const [version, key] = [state.version, parts.newId()];
        const count = Math.min(state.ids.count - first, SEGMENT_ROWS);
        // Made anew meanwhile, the fold may have fewer rows.
        if (count <= 0) continue;
        const { bytes, hash } = await packSegment(state, ids, first, runs, (id) => columns.get(id));
        rows.push({ key, bytes });
        into[place] = { key, hash, rows: count, version };
        await parts.pause();
      }
      await snapshots.addSegments(rows);
    }
  }

  const next: (Standing | undefined)[] = [...kept.segments];
  await write(next, outdated(next));
  let result: 'saved' | 'not' = 'not';
  await still(async (position) => {
    // What was folded while the others were written.
    const last = outdated(next);
    if (fold.stale || last.length > LAST_SEGMENTS) return;
    await write(next, last);
    const segments = next.slice(0, Math.ceil(state.ids.count / SEGMENT_ROWS)) as Standing[];
    const now = { position, version: state.version };
    const head = await writeHead(fold, position, segments);
    const put = await snapshots.put(
      head,
      segments.map(({ key }) => key),
      kept.epoch(),
    );
    if (put === 'put') {
      onPut(segments, now);
      result = 'saved';
    } else onPut([], undefined);
  });
  return result;
}
