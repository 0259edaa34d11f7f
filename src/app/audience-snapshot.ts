/**
 * The fold's snapshot on this device: opens it a few segments at a time, so that questions are answered meanwhile, and
 * writes it again, only the segments whose rows have changed. When it is written, `snapshot-keeper.ts` decides.
 */
import { createOrigins, notingOrigins, type FoldInto } from '#log/origins';
import { SEGMENT_ROWS } from '#log/snapshot-shape';
import type { SnapshotRow } from '#storage/types';
import { lazily } from './lazily.ts';
import { createColumnsReader } from './read-columns.ts';
import type { AudienceSnapshotParts, Standing } from './snapshot-types.ts';

export interface AudienceSnapshot {
  /** Into the fold while it is empty. The position that it stands for; `unsound` where the fold must be made anew. */
  readonly open: (onSlice: () => void) => Promise<number | 'none' | 'unsound'>;
  /** Before the entries of a fold from nothing are read: what lies there goes, what is known of its rows is void. */
  readonly begin: () => Promise<void>;
  /** Nothing is in the fold yet. */
  readonly forgetOrigins: () => void;
  /** The same fold, noting which rows its blocks bear: whatever is folded goes through it. */
  readonly noting: (to: FoldInto) => Pick<FoldInto, 'apply' | 'applyBySlices'>;
  /** `still` runs its job while nothing is folded, and hands it the position that the fold stands at. */
  readonly save: (still: (job: (position: number) => Promise<void>) => Promise<void>) => Promise<'saved' | 'not'>;
  /** The fold when it was last saved or opened: its position and version; zero where it never was. */
  readonly saved: () => { readonly position: number; readonly version: number };
}

/** A first visit has none to read. */
const opening = lazily(() => import('./open-snapshot.ts'));
const writing = lazily(() => import('#log/snapshot-write'));

/** About 30,000 rows, as when blocks are folded. */
const SEGMENTS_AT_ONCE = 8;
/** While nothing may be folded: some tenths of a second at most. */
const LAST_SEGMENTS = 16;

export function createAudienceSnapshot(parts: AudienceSnapshotParts): AudienceSnapshot {
  const { snapshots, fold, ids } = parts;
  const { state } = fold;
  const readColumns = createColumnsReader(parts.blocks, SEGMENTS_AT_ONCE);
  let epoch = 0;
  let origins = createOrigins(ids);
  /** As they lie on the disk, in the order of rows. */
  let standing: readonly Standing[] = [];
  let saved = { position: 0, version: 0 };

  async function open(onSlice: () => void): Promise<number | 'none' | 'unsound'> {
    epoch = await snapshots.epoch();
    const bytes = await snapshots.head();
    const opened = bytes && (await (await opening()).openSnapshot(parts, bytes, origins, onSlice));
    if (opened === undefined || typeof opened === 'string') return opened ?? 'none';
    standing = opened.segments;
    saved = { position: opened.position, version: state.version };
    return opened.position;
  }

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
    const { packSegment } = await writing();
    for (let from = 0; from < places.length; from += SEGMENTS_AT_ONCE) {
      const rows: SnapshotRow[] = [];
      for (const place of places.slice(from, from + SEGMENTS_AT_ONCE)) {
        const first = place * SEGMENT_ROWS;
        const runs = origins.within(first, SEGMENT_ROWS);
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

  async function save(still: (job: (position: number) => Promise<void>) => Promise<void>): Promise<'saved' | 'not'> {
    if (fold.stale || (await snapshots.epoch()) !== epoch) return 'not';
    const next: (Standing | undefined)[] = [...standing];
    await write(next, outdated(next));
    let result: 'saved' | 'not' = 'not';
    const { writeHead } = await writing();
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
        epoch,
      );
      standing = put === 'put' ? segments : [];
      if (put === 'put') {
        saved = now;
        result = 'saved';
      }
    });
    return result;
  }

  return {
    open,
    async begin() {
      await snapshots.drop();
      epoch = await snapshots.epoch();
      standing = [];
      saved = { position: 0, version: 0 };
      origins = createOrigins(ids);
    },
    forgetOrigins() {
      origins = createOrigins(ids);
    },
    noting: (to) => notingOrigins(to, origins),
    save,
    saved: () => saved,
  };
}
