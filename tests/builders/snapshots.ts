/** Folds that remember which blocks bore their rows, saved and restored as a device does it. */
import type { BlockId } from '#domain/ids';
import { STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import { writeRows } from '#log/block';
import { readBlockTexts, type BlockTexts } from '#log/block-texts';
import type { Block, Fold } from '#log/fold';
import { anewOf } from '#log/fold-again';
import { createOrigins, notingOrigins, type Origins } from '#log/origins';
import { restoreFold, textsOfColumns } from '#log/snapshot';
import type { SegmentRef } from '#log/snapshot-head';
import { FLAG_COLUMNS, SEGMENT_ROWS, STAMP_COLUMNS } from '#log/snapshot-shape';
import { packSegment, writeHead } from '#log/snapshot-write';
import type { CommitBody, RowColumns } from '#log/types';
import { ids, SALT, type Written } from './entries.ts';

export interface Saved {
  readonly head: Uint8Array;
  readonly segments: ReadonlyMap<string, Uint8Array>;
}

/** As `offer` of the folds' builder, noting who was born by what; answers the origins that hold from then on. */
export function offerNoting(fold: Fold, origins: Origins, more: readonly Written[], all: readonly Written[]): Origins {
  for (const written of more) applyNoting(fold, origins, written);
  if (!fold.stale) return origins;
  const anew = anewOf(
    fold,
    all.map(({ entry }) => entry),
  );
  let fresh = createOrigins(ids);
  const byId = new Map(all.map((written) => [written.entry.id, written]));
  for (const pass of anew.passes) {
    if (pass.isFromNothing) fresh = createOrigins(ids);
    for (const entry of pass.inOrder) applyNoting(pass, fresh, byId.get(entry.id) as Written);
  }
  anew.done();
  return fresh;
}

function applyNoting(to: FoldInto, origins: Origins, { entry, blocks }: Written): void {
  const noting = notingOrigins(to, origins);
  const refs = (entry.body as Partial<CommitBody>).blocks ?? [];
  const found = refs.map(({ id }) => blocks.get(id));
  const add = found.every((block) => block !== undefined) ? noting.applyBySlices(entry) : undefined;
  if (add) for (const block of found) add(block as Block);
  else noting.apply(entry, blocks);
}
type FoldInto = Parameters<typeof notingOrigins>[0];

export function columnsIn(all: readonly Written[]): (block: BlockId) => RowColumns | undefined {
  const blocks = new Map(all.flatMap((written) => [...written.blocks]));
  return (id) => {
    const block = blocks.get(id);
    return block?.kind === 'rows' ? block.columns : undefined;
  };
}

/** As they are read from a device's own blocks. */
export function textsIn(all: readonly Written[]): (block: BlockId) => BlockTexts | undefined {
  const columnsOf = columnsIn(all);
  return (id) => {
    const columns = columnsOf(id);
    return columns && (readBlockTexts(writeRows(columns)) ?? textsOfColumns(columns));
  };
}

export async function saveFold(fold: Fold, origins: Origins, all: readonly Written[]): Promise<Saved> {
  const columnsOf = columnsIn(all);
  const segments = new Map<string, Uint8Array>();
  const refs: SegmentRef[] = [];
  for (let first = 0; first < fold.state.ids.count; first += SEGMENT_ROWS) {
    const runs = origins.within(first, SEGMENT_ROWS);
    const { bytes, hash } = await packSegment(fold.state, ids, first, runs, columnsOf);
    const key = `segment-${String(first)}`;
    segments.set(key, bytes);
    refs.push({ key, hash });
  }
  return { head: await writeHead(fold, 7, refs), segments };
}

export async function restored({ head, segments }: Saved, all: readonly Written[]): Promise<Fold> {
  const fold = await restoreFold(SALT, head, segments, textsIn(all));
  if (!fold) throw new Error('the snapshot is not sound');
  return fold;
}

/** Everything that a fold holds, row by row, but for the versions by which its readers know what is new. */
export function contentOf(fold: Fold): unknown {
  const { state } = fold;
  const rows = Array.from({ length: state.ids.count }, (_, row) => row);
  const { verdicts, counted, waiting, kept } = fold.held();
  return {
    ids: rows.map((row) => [state.ids.highs[row], state.ids.lows[row]]),
    stamps: state.stamps.save(),
    left: state.keys.left(),
    texts: TEXT_FIELDS.map((field) => rows.map((row) => [state.texts[field].get(row), state.texts[field].stamps[row]])),
    stricts: STRICT_FIELDS.map((field) => {
      const { ranks, stamps, more, replaced } = state.stricts[field];
      return rows.map((row) => [ranks[row], stamps[row], more.get(row), replaced.get(row)]);
    }),
    others: new Map(
      [...state.others]
        .filter(([, cells]) => cells.size > 0)
        .map(([name, cells]) => [name, rows.map((row) => cells.get(row))]),
    ),
    columns: [...FLAG_COLUMNS, ...STAMP_COLUMNS].map((name) => rows.map((row) => state[name][row])),
    bornCount: state.bornCount,
    joined: state.joined,
    refusals: state.refusals,
    changes: state.changes,
    replaced: state.replaced,
    members: new Map(
      [...state.members]
        .map(([group, members]) => [group, rows.map(members.cellOf)] as const)
        .filter(([, cells]) => cells.some((cell) => cell !== 0)),
    ),
    named: state.named,
    characteristics: state.characteristics,
    held: { verdicts, counted: [...counted].sort(), waiting, kept },
  };
}
