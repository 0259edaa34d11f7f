/** Writes a snapshot of a fold (`snapshot.ts` reads it). Apart from it, since nobody writes one before the first rows. */
import { pack } from './block-columns.ts';
import type { ContactIds } from './contact-id.ts';
import type { Fold } from './fold.ts';
import type { FoldState } from './fold-state.ts';
import type { OriginRun } from './origins.ts';
import type { ColumnsOf } from './snapshot.ts';
import { packPiece, sealPiece, type Piece } from './snapshot-bytes.ts';
import type { SegmentRef } from './snapshot-head.ts';
import { writeSegment } from './snapshot-segment.ts';
import { SNAPSHOT_VERSION } from './snapshot-shape.ts';

/** Rows from `first` on, as they are now: all is read before this returns. */
export function packSegment(
  state: FoldState,
  ids: ContactIds,
  first: number,
  runs: readonly OriginRun[],
  columnsOf: ColumnsOf,
): Promise<Piece> {
  return packPiece(writeSegment(state, ids, first, runs, columnsOf));
}

/** As the fold is now: all is read before this returns. */
export function writeHead(fold: Fold, position: number, segments: readonly SegmentRef[]): Promise<Uint8Array> {
  const { state } = fold;
  const held = fold.held();
  const stamps = state.stamps.save();
  const stamped = new Set(stamps.ids);
  return sealPiece({
    version: SNAPSHOT_VERSION,
    position,
    rows: state.ids.count,
    segments: segments.map(({ key, hash }) => [key, hash]),
    stamps: {
      ...Object.fromEntries(Object.entries(stamps).map(([name, values]) => [name, pack<unknown>(values)])),
      // As they are: all other columns are as long as they.
      ids: stamps.ids,
    },
    verdicts: held.verdicts,
    counted: [...held.counted].filter((id) => !stamped.has(id)),
    waiting: held.waiting,
    kept: held.kept,
    joined: [...state.joined],
    left: state.keys.left(),
    named: [...state.named.values()].map(({ group, stamp }) => [group, stamp]),
    characteristics: [...state.characteristics.values()].map(({ characteristic, stamp }) => [characteristic, stamp]),
    changes: state.changes,
  });
}
