/**
 * A pack: old entries, unchanged and in order, as one block. Entries of one shape stand by column, and each column in the
 * form that deflates best, so that an id costs its randomness and little else. Decoding trusts nothing.
 */
import { pack, unpackNumbers } from './block-columns.ts';
import { openBlock, packBlock, writeBlock, type Decoded, type DecodeLimits, type EncodedBlock } from './block.ts';
import { parseEntry } from './entry.ts';
import { parseShape, takeApart, type Leaf, type Shape } from './entry-shapes.ts';
import { packLeaves, unpackLeaves } from './leaf-columns.ts';
import type { Entry } from './types.ts';

export interface EntryBlock {
  readonly kind: 'entries';
  readonly count: number;
  readonly entries: readonly Entry[];
}

/** Entries of a pack at most, whoever packs: whoever reads one holds all of it. */
export const MOST_PACKED = 10_000;
/** Letters of shapes, as often as they are used: a small block of one huge shape must not become gigabytes. */
const MOST_LETTERS = 32_000_000;

interface Apart {
  readonly number: number;
  /** By hole, of each entry of the shape. */
  readonly columns: Leaf[][];
}

export function encodeEntries(entries: readonly Entry[]): Promise<EncodedBlock> {
  if (entries.length > MOST_PACKED) throw new RangeError(`a pack of ${String(entries.length)} entries`);
  const shapes = new Map<string, Apart>();
  const order = entries.map((entry) => {
    const { shape, leaves } = takeApart(entry);
    let apart = shapes.get(shape);
    if (!apart) shapes.set(shape, (apart = { number: shapes.size, columns: leaves.map(() => []) }));
    for (const [hole, leaf] of leaves.entries()) apart.columns[hole]?.push(leaf);
    return apart.number;
  });
  const written = writeBlock({
    kind: 'entries',
    count: entries.length,
    order: pack(order),
    shapes: [...shapes].map(([shape, { columns }]) => [shape, columns.map(packLeaves)]),
  });
  return packBlock(written, entries.length);
}

/**
 * For whoever lets the originals go: what cannot be read back as it was is no pack, and throws. Reading takes a third of
 * the time of writing.
 */
export async function encodeForGood(entries: readonly Entry[]): Promise<EncodedBlock> {
  const block = await encodeEntries(entries);
  const decoded = await decodeEntries(block.bytes);
  const back = decoded.kind === 'decoded' ? decoded.block.entries : [];
  if (!entries.every((entry, at) => JSON.stringify(entry) === JSON.stringify(back[at])))
    throw new Error('a pack does not come back as it was');
  return block;
}

export async function decodeEntries(bytes: Uint8Array, limits: DecodeLimits = {}): Promise<Decoded<EntryBlock>> {
  const opened = await openBlock(bytes, 'entries', limits);
  if (opened.kind === 'refused') return opened;
  const { count, body } = opened;
  if (count > MOST_PACKED) return { kind: 'refused', reason: 'tooLarge' };
  const { order: packedOrder, shapes: packedShapes } = body;
  if (!Array.isArray(packedShapes)) return MALFORMED;
  const order = unpackNumbers(packedOrder, count, packedShapes.length - 1);
  if (!order) return MALFORMED;
  const uses = new Uint32Array(packedShapes.length);
  for (const number of order) uses[number] = (uses[number] ?? 0) + 1;
  const readers = readersOf(packedShapes, uses);
  if (!Array.isArray(readers)) return { kind: 'refused', reason: readers };
  const entries: Entry[] = [];
  for (const number of order) {
    const entry = parseEntry(readers[number]?.());
    if (!entry) return MALFORMED;
    entries.push(entry);
  }
  return { kind: 'decoded', block: { kind: 'entries', count, entries } };
}

/** Whether it says so; also of a version to come. */
export async function isEntryBlock(bytes: Uint8Array): Promise<boolean> {
  const opened = await openBlock(bytes, 'entries', {});
  return opened.kind === 'opened' || opened.reason === 'newerFormat';
}

/**
 * Those of a pack that lie after a place, where the pack's own are from `first` to `last`; undefined where the bytes are no
 * pack of as many.
 */
export async function entriesAfter(
  bytes: Uint8Array,
  { first, last }: { readonly first: number; readonly last: number },
  after: number,
): Promise<readonly Entry[] | undefined> {
  const decoded = await decodeEntries(bytes);
  if (decoded.kind === 'refused' || decoded.block.count !== last - first + 1) return undefined;
  return decoded.block.entries.slice(Math.max(0, after - first + 1));
}

/** Of each shape: answers the next value of it. */
function readersOf(packed: readonly unknown[], uses: Uint32Array): (() => unknown)[] | 'malformed' | 'tooLarge' {
  const readers: (() => unknown)[] = [];
  let letters = 0;
  for (const [number, one] of packed.entries()) {
    const count = uses[number] ?? 0;
    const [text, columns] = Array.isArray(one) ? (one as readonly unknown[]) : [];
    letters += count * String(text).length;
    if (letters > MOST_LETTERS) return 'tooLarge';
    const shape = parseShape(text);
    if (!shape || !Array.isArray(columns) || columns.length !== shape.holes) return 'malformed';
    const leaves = columns.map((column) => unpackLeaves(column, count));
    if (!leaves.every((column) => column !== undefined)) return 'malformed';
    readers.push(readerOf(shape, leaves));
  }
  return readers;
}

function readerOf(shape: Shape, columns: readonly (readonly Leaf[])[]): () => unknown {
  let at = -1;
  return () => {
    at += 1;
    let hole = -1;
    return shape.fill(() => columns[(hole += 1)]?.[at] ?? '');
  };
}

const MALFORMED = { kind: 'refused', reason: 'malformed' } as const;
