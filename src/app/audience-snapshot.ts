/**
 * The fold's snapshot on this device: opens it a few segments at a time, so that questions are answered meanwhile, and
 * writes it again, only the segments whose rows have changed. When it is written, `snapshot-keeper.ts` decides.
 */
import type { BlockTexts } from '#log/block-texts';
import type { ContactIds } from '#log/contact-id';
import type { Fold } from '#log/fold';
import { createOrigins, notingOrigins, type FoldInto } from '#log/origins';
import type { OpenedHead } from '#log/snapshot';
import type { SegmentRef, SnapshotHead } from '#log/snapshot-head';
import type { ParsedSegment } from '#log/snapshot-parse';
import { SEGMENT_ROWS } from '#log/snapshot-shape';
import type { BlockStore, SnapshotRow, SnapshotStore } from '#storage/types';
import { lazily } from './lazily.ts';
import { createBlocksReader, createColumnsReader, type ReadBlocks } from './read-columns.ts';
import type { TextsHelper } from './texts-helper.ts';

export interface AudienceSnapshotParts {
  readonly snapshots: SnapshotStore;
  readonly blocks: Pick<BlockStore, 'get'>;
  readonly fold: Fold;
  readonly ids: ContactIds;
  readonly newId: () => string;
  readonly pause: () => Promise<void>;
  /** Another thread, for one of so many segments; undefined where all is read on this one. */
  readonly startHelper?: ((segments: number) => Promise<TextsHelper | undefined>) | undefined;
}

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
const reading = lazily(() => import('#log/snapshot'));
const writing = lazily(() => import('#log/snapshot-write'));

/** Those of the first rows alone, so that they are soon there. */
const FIRST_SEGMENTS = 2;
/** About 30,000 rows, as when blocks are folded. */
const SEGMENTS_AT_ONCE = 8;
/** While nothing may be folded: some tenths of a second at most. */
const LAST_SEGMENTS = 16;

interface Standing extends SegmentRef {
  readonly rows: number;
  /** Of the fold, when it was written. */
  readonly version: number;
}

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
    const read = bytes && (await (await reading()).openHead(fold, ids, bytes));
    if (!read) return 'none';
    const { openTexts } = await reading();
    let helper: Promise<TextsHelper | undefined> | undefined;
    const readTexts = createBlocksReader(
      parts.blocks,
      SEGMENTS_AT_ONCE,
      async (block) => (await (await helper)?.read(block)) ?? openTexts(block),
    );
    const load = loading(read.head, readTexts);
    const first = load(0, FIRST_SEGMENTS);
    // The first rows do not wait for it.
    first.then(
      () => (helper = startHelper(read.head.segments.length)),
      () => undefined,
    );
    try {
      return await restoreAll(read, load, first, onSlice);
    } finally {
      void helper?.then((started) => started?.stop());
    }
  }

  /** What does not start is done without. */
  async function startHelper(segments: number): Promise<TextsHelper | undefined> {
    try {
      return await parts.startHelper?.(segments);
    } catch {
      return undefined;
    }
  }

  async function restoreAll(
    { head, restoring }: OpenedHead,
    load: ReturnType<typeof loading>,
    first: ReturnType<typeof load>,
    onSlice: () => void,
  ): Promise<number | 'unsound'> {
    const opened: Standing[] = [];
    let ahead = first;
    for (let at = 0; at < head.segments.length;) {
      const some = await ahead;
      const from = at;
      at += some.length;
      ahead = load(at, SEGMENTS_AT_ONCE);
      // What fails is said when it is waited for, or never where this ends before.
      ahead.catch(() => undefined);
      for (const [index, one] of some.entries()) {
        const before = state.ids.count;
        if (!one || restoring.add(one.segment, (id) => one.texts.get(id)) === 'unsound') return 'unsound';
        for (const run of one.segment.runs) origins.add({ ...run, row: before + run.row });
        const ref = head.segments[from + index] as SegmentRef;
        opened.push({ ...ref, rows: one.segment.count, version: state.version });
      }
      onSlice();
      await parts.pause();
    }
    if (restoring.finish() === 'unsound') return 'unsound';
    standing = opened;
    saved = { position: head.position, version: state.version };
    return head.position;
  }

  const loading = (head: SnapshotHead, readTexts: ReadBlocks<BlockTexts>) => async (from: number, limit: number) => {
    const refs = head.segments.slice(from, from + limit);
    const bytes = await snapshots.segments(refs.map(({ key }) => key));
    const { openSegment } = await reading();
    const segments = await Promise.all(
      refs.map(async ({ hash }, at) => {
        const one = bytes[at];
        return one ? openSegment(one, hash, head.stamps.ids.length) : undefined;
      }),
    );
    const texts = await readTexts(segments.flatMap((one) => one?.runs.map(({ block }) => block) ?? []));
    return segments.map((segment): { segment: ParsedSegment; texts: typeof texts } | undefined =>
      segment ? { segment, texts } : undefined,
    );
  };

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
