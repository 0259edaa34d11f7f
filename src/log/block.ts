/**
 * The block format: columns as JSON, deflated, hashed. Version 1. A birth's key stands once (its cell says "as the
 * key"), a column of one value is that value, ids stand only where they are not the hash of their row's key.
 * Decoding trusts nothing.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { isHashId } from './contact-id.ts';
import {
  isRecord,
  isTexts,
  pack,
  packCells,
  unpack,
  unpackCells,
  unpackIds,
  unpackNumbers,
  type PackedCell,
  type PackedColumn,
} from './block-columns.ts';
import { deflate, hashOf, inflate, type Deflate, type Inflate } from './deflate.ts';
import { isCellName } from './entry.ts';
import type { BlockRef, RecipientBlock, Row, RowBlock, RowColumns } from './types.ts';

const FORMAT = 1;
/** First, so that a block of the same rows has the same bytes whoever wrote it. */
const FIELDS: readonly string[] = [...TEXT_FIELDS, ...STRICT_FIELDS];
/** A slice of 4,000 rows of 80 bytes is 320 kB; a hundred times that is no block of ours. */
const MAX_BYTES = 32_000_000;

/** A block without its name: whoever stores it gives it a random id, and has its reference. */
export interface EncodedBlock extends Omit<BlockRef, 'id'> {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type Decoded<Block> =
  | { readonly kind: 'decoded'; readonly block: Block }
  | { readonly kind: 'refused'; readonly reason: 'tooLarge' | 'malformed' | 'newerFormat' };

export interface DecodeLimits {
  /** Bytes after inflating, at most. */
  readonly maxBytes?: number;
  /** Where this is not said, the platform's streams. */
  readonly inflate?: Inflate;
}

export const encodeRows = (columns: RowColumns): Promise<EncodedBlock> => packBlock(writeRows(columns), columns.count);

/** The block before it is packed: half of the work of encoding, for a thread of its own each. */
export function writeRows(columns: RowColumns): Uint8Array<ArrayBuffer> {
  const cells: Record<string, PackedColumn<PackedCell>> = {};
  for (const name of namesOf(columns)) {
    const values = columns.cells[name];
    if (values?.some((value) => value !== undefined)) cells[name] = packCells(name, values, columns);
  }
  return writeBlock({
    kind: 'rows',
    count: columns.count,
    key: pack(Array.from(columns.keys)),
    keyValue: columns.keyValues,
    generation: pack(Array.from(columns.generations)),
    birth: pack(Array.from(columns.births)),
    id: [[...columns.ids.keys()], [...columns.ids.values()]],
    cells,
  });
}

export async function decodeRows(bytes: Uint8Array, limits: DecodeLimits = {}): Promise<Decoded<RowBlock>> {
  const opened = await openBlock(bytes, 'rows', limits);
  if (opened.kind === 'refused') return opened;
  const { count, body } = opened;
  const keyValues = body['keyValue'];
  // First, since it has as many values as it says: after it, `count` cannot be a bomb.
  if (!isTexts(keyValues, count)) return MALFORMED;
  const keys = unpackNumbers(body['key'], count, KEY_FIELDS.length - 1);
  const generations = unpackNumbers(body['generation'], count, 0xffff);
  const births = unpackNumbers(body['birth'], count, 1);
  const ids = unpackIds(body['id'], count);
  const packed = body['cells'];
  if (!keys || !generations || !births || !ids || !isRecord(packed)) return MALFORMED;
  const cells: Record<string, readonly (string | undefined)[]> = {};
  for (const [name, column] of Object.entries(packed)) {
    if (!isCellName(name)) return MALFORMED;
    const values = unpackCells(name, column, count, keys, keyValues);
    if (!values) return MALFORMED;
    cells[name] = values;
  }
  const columns: RowColumns = {
    count,
    keys: new Uint8Array(keys),
    keyValues,
    generations: new Uint16Array(generations),
    births: new Uint8Array(births),
    ids,
    cells,
  };
  return { kind: 'decoded', block: { kind: 'rows', count, columns, rowAt: (index) => rowAt(columns, index) } };
}

export function encodeRecipients(block: RecipientBlock, by?: Deflate): Promise<EncodedBlock> {
  const variables = Object.fromEntries(Object.entries(block.variables).map(([name, values]) => [name, pack(values)]));
  const bytes = writeBlock({
    kind: 'recipients',
    count: block.count,
    contacts: block.contacts,
    addresses: block.addresses,
    variables,
  });
  return packBlock(bytes, block.count, by);
}

export async function decodeRecipients(bytes: Uint8Array, limits: DecodeLimits = {}): Promise<Decoded<RecipientBlock>> {
  const opened = await openBlock(bytes, 'recipients', limits);
  if (opened.kind === 'refused') return opened;
  const { count, body } = opened;
  const { contacts, addresses, variables: packed } = body;
  if (
    !isTexts(contacts, count) ||
    !contacts.every((contact) => isHashId(contact)) ||
    !isTexts(addresses, count) ||
    !isRecord(packed)
  ) {
    return MALFORMED;
  }
  const variables: Record<string, readonly string[]> = {};
  for (const [name, column] of Object.entries(packed)) {
    const values = unpack(column, count);
    if (!/^[a-zA-Z]{1,40}$/.test(name) || !isTexts(values, count)) return MALFORMED;
    variables[name] = values;
  }
  return {
    kind: 'decoded',
    block: {
      kind: 'recipients',
      count,
      contacts: contacts as readonly string[] as readonly ContactId[],
      addresses,
      variables,
    },
  };
}

/** A block before it is packed. */
export const writeBlock = (body: object): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify({ format: FORMAT, ...body }));

/** Deflates and hashes what `writeRows` wrote of so many rows. */
export async function packBlock(written: Uint8Array, rows: number, by: Deflate = deflate): Promise<EncodedBlock> {
  const bytes = await by(written);
  return { bytes, hash: await hashOf(bytes), rows, sizeBytes: bytes.length };
}

const MALFORMED = { kind: 'refused', reason: 'malformed' } as const;

/** What stands in a block of this kind, if its format is known; all else is the kind's to judge. */
export async function openBlock(
  bytes: Uint8Array,
  kind: 'rows' | 'recipients' | 'entries',
  { maxBytes = MAX_BYTES, inflate: by = inflate }: DecodeLimits,
): Promise<
  | { readonly kind: 'opened'; readonly count: number; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly reason: 'tooLarge' | 'malformed' | 'newerFormat' }
> {
  const inflated = await by(bytes, maxBytes);
  if (inflated === 'tooLarge' || inflated === 'malformed') return { kind: 'refused', reason: inflated };
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(inflated));
  } catch {
    return MALFORMED;
  }
  if (!isRecord(body) || body['kind'] !== kind || typeof body['format'] !== 'number') return MALFORMED;
  if (body['format'] > FORMAT) return { kind: 'refused', reason: 'newerFormat' };
  const count = body['count'];
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) return MALFORMED;
  return { kind: 'opened', count, body };
}

const namesOf = ({ cells }: RowColumns): string[] => [
  ...FIELDS.filter((name) => cells[name]),
  ...Object.keys(cells)
    .filter((name) => !FIELDS.includes(name))
    .sort(),
];

/** One row of columns, as an object. */
export function rowAt(columns: RowColumns, index: number): Row {
  const cells: Record<string, string> = {};
  for (const name of namesOf(columns)) {
    const value = columns.cells[name]?.[index];
    if (value !== undefined) cells[name] = value;
  }
  const id = columns.ids.get(index);
  return {
    key: KEY_FIELDS[columns.keys[index] ?? 0] ?? 'userId',
    keyValue: columns.keyValues[index] ?? '',
    generation: columns.generations[index] ?? 0,
    ...(id === undefined ? {} : { id }),
    birth: columns.births[index] === 1,
    cells,
  };
}
