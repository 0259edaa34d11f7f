/**
 * A device's snapshot of a fold (`docs/decisions/0011-snapshot.md`): a head and segments of some thousand rows, each a
 * piece of bytes. What is opened here answers, and goes on, exactly as the fold that was saved by `snapshot-write.ts`.
 * Knows nothing of storage.
 */
import type { BlockId } from '#domain/ids';
import { decodeRows } from './block.ts';
import { readTexts, type BlockTexts } from './block-texts.ts';
import { createContactIds, type ContactIds } from './contact-id.ts';
import { createFold, type Fold } from './fold.ts';
import { readPiece } from './snapshot-bytes.ts';
import { readHead, type SnapshotHead } from './snapshot-head.ts';
import { parseSegment, type ParsedSegment } from './snapshot-parse.ts';
import { createRestoring, type Restoring } from './snapshot-restore.ts';
import type { RowColumns } from './types.ts';

export type ColumnsOf = (block: BlockId) => RowColumns | undefined;

/** A block's texts, for the segments that name it; undefined where it cannot be read. */
export async function openTexts(bytes: Uint8Array): Promise<BlockTexts | undefined> {
  const read = await readTexts(bytes);
  if (read) return read;
  const decoded = await decodeRows(bytes);
  return decoded.kind === 'decoded' ? textsOfColumns(decoded.block.columns) : undefined;
}

/** Of a block that was decoded. */
export const textsOfColumns = ({ count, cells }: RowColumns): BlockTexts => ({
  count,
  cells: new Map(Object.entries(cells).map(([name, values]) => [name, values ?? []])),
});

/** `stamps`: how many the head has. */
export async function openSegment(bytes: Uint8Array, hash: string, stamps: number): Promise<ParsedSegment | undefined> {
  return parseSegment(await readPiece({ bytes, hash }), stamps);
}

export interface OpenedHead {
  readonly head: SnapshotHead;
  readonly restoring: Restoring;
}

/** Into a fold that is empty; undefined where the head is not one of this version. */
export async function openHead(fold: Fold, ids: ContactIds, bytes: Uint8Array): Promise<OpenedHead | undefined> {
  const head = await readHead(bytes);
  return head && { head, restoring: createRestoring(fold, ids, head) };
}

/** All at once; undefined where the snapshot is not sound. The salt is the workspace's. */
export async function restoreFold(
  salt: Uint8Array,
  head: Uint8Array,
  segments: ReadonlyMap<string, Uint8Array>,
  textsOf: (block: BlockId) => BlockTexts | undefined,
): Promise<Fold | undefined> {
  const fold = createFold(salt);
  const opened = await openHead(fold, createContactIds(salt), head);
  if (!opened) return undefined;
  const { head: read, restoring } = opened;
  for (const { key, hash } of read.segments) {
    const bytes = segments.get(key);
    const segment = bytes && (await openSegment(bytes, hash, read.stamps.ids.length));
    if (!segment || restoring.add(segment, textsOf) === 'unsound') return undefined;
  }
  return restoring.finish() === 'restored' ? fold : undefined;
}
