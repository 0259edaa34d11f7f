/**
 * Opens a snapshot that lies on this device, a few segments at a time, so that questions are answered meanwhile. Apart
 * from what keeps it, since a first visit has none.
 */
import type { BlockTexts } from '#log/block-texts';
import type { Origins } from '#log/origins';
import { openHead, openSegment, openTexts, type OpenedHead } from '#log/snapshot';
import type { SegmentRef, SnapshotHead } from '#log/snapshot-head';
import type { ParsedSegment } from '#log/snapshot-parse';
import { createBlocksReader, type ReadBlocks } from './read-columns.ts';
import type { AudienceSnapshotParts, Standing } from './snapshot-types.ts';
import type { TextsHelper } from './texts-helper.ts';

export interface OpenedSnapshot {
  readonly position: number;
  readonly segments: readonly Standing[];
}

/** Those of the first rows alone, so that they are soon there. */
const FIRST_SEGMENTS = 2;
/** About 30,000 rows, as when blocks are folded. */
const SEGMENTS_AT_ONCE = 8;

/** Into the fold while it is empty; `unsound` where the fold must be made anew. */
export async function openSnapshot(
  parts: AudienceSnapshotParts,
  bytes: Uint8Array,
  origins: Pick<Origins, 'add'>,
  onSlice: () => void,
): Promise<OpenedSnapshot | 'none' | 'unsound'> {
  const read = await openHead(parts.fold, parts.ids, bytes);
  if (!read) return 'none';
  let helper: Promise<TextsHelper | undefined> | undefined;
  const readTexts = createBlocksReader(
    parts.blocks,
    SEGMENTS_AT_ONCE,
    async (block) => (await (await helper)?.read(block)) ?? openTexts(block),
  );
  const load = loading(parts, read.head, readTexts);
  const first = load(0, FIRST_SEGMENTS);
  // The first rows do not wait for it.
  first.then(
    () => (helper = startHelper(parts, read.head.segments.length)),
    () => undefined,
  );
  try {
    return await restoreAll(parts, read, load, first, origins, onSlice);
  } finally {
    void helper?.then((started) => started?.stop());
  }
}

/** What does not start is done without. */
async function startHelper(parts: AudienceSnapshotParts, segments: number): Promise<TextsHelper | undefined> {
  try {
    return await parts.startHelper?.(segments);
  } catch {
    return undefined;
  }
}

async function restoreAll(
  { fold: { state }, pause }: AudienceSnapshotParts,
  { head, restoring }: OpenedHead,
  load: ReturnType<typeof loading>,
  first: ReturnType<typeof load>,
  origins: Pick<Origins, 'add'>,
  onSlice: () => void,
): Promise<OpenedSnapshot | 'unsound'> {
  const segments: Standing[] = [];
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
      segments.push({ ...ref, rows: one.segment.count, version: state.version });
    }
    onSlice();
    await pause();
  }
  return restoring.finish() === 'unsound' ? 'unsound' : { position: head.position, segments };
}

/** So many segments from one on, with the texts of the blocks that they name. */
function loading({ snapshots }: AudienceSnapshotParts, head: SnapshotHead, readTexts: ReadBlocks<BlockTexts>) {
  return async (from: number, limit: number) => {
    const refs = head.segments.slice(from, from + limit);
    const bytes = await snapshots.segments(refs.map(({ key }) => key));
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
}
