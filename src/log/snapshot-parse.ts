/**
 * A segment of a snapshot as it was read, from unknown to trusted: every column has as many rows as the segment, every
 * stamp and rank exists. Undefined for whatever is no segment.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type StrictField, type TextField } from '#domain/contact';
import type { BlockId, ContactId, EntryId, GroupId } from '#domain/ids';
import { isRecord } from './block-columns.ts';
import { isHashId } from './contact-id.ts';
import { isCellName } from './entry.ts';
import { STRICT_WORDS, type ReplacedCell, type Said } from './fold-state.ts';
import type { OriginRun } from './origins.ts';
import { isListOf, isText, isUpTo, readGaps, readNumbers, type ReadNumbers } from './snapshot-columns.ts';
import { FLAG_COLUMNS, SEGMENT_ROWS, STAMP_COLUMNS } from './snapshot-shape.ts';

export interface ParsedStrict {
  readonly ranks: ReadNumbers;
  readonly stamps: ReadNumbers;
  readonly more: readonly (readonly [number, readonly Said[]])[];
  readonly replaced: readonly (readonly [number, readonly EntryId[]])[];
}

export interface ParsedTexts {
  readonly stamps: ReadNumbers;
  /** Rows whose text is another than their block's. */
  readonly places: readonly number[];
  readonly own: readonly (string | null)[];
}

export interface ParsedSegment {
  readonly count: number;
  /** Rows count from the segment's first. */
  readonly runs: readonly OriginRun[];
  readonly keys: ReadNumbers;
  readonly ids: readonly ContactId[];
  readonly texts: Readonly<Record<TextField, ParsedTexts>>;
  readonly stricts: Readonly<Record<StrictField, ParsedStrict>>;
  readonly flags: Readonly<Record<(typeof FLAG_COLUMNS)[number], ReadNumbers>>;
  readonly stamps: Readonly<Record<(typeof STAMP_COLUMNS)[number], ReadNumbers>>;
  readonly others: readonly (readonly [string, ParsedTexts])[];
  readonly replaced: readonly (readonly [number, readonly ReplacedCell[]])[];
  readonly members: readonly (readonly [GroupId, ReadNumbers])[];
}

/** Thrown and caught in here: a check a line reads better than forty nested ones. */
class Unsound extends Error {}
function sound<Value>(value: Value | undefined | false): Value {
  if (value === undefined || value === false) throw new Unsound();
  return value;
}

const GREATEST_FLAG = 3;

/** `stamps`: how many there are. */
export function parseSegment(value: unknown, stamps: number): ParsedSegment | undefined {
  try {
    return readSegment(sound(isRecord(value) && value), stamps);
  } catch (error) {
    if (error instanceof Unsound) return undefined;
    throw error;
  }
}

function readSegment(body: Readonly<Record<string, unknown>>, stamps: number): ParsedSegment {
  const count = sound(isUpTo(body['count'], SEGMENT_ROWS) && body['count']);
  const numbers = (packed: unknown, greatest: number) => sound(readNumbers(packed, count, greatest));
  const row = (at: unknown) => sound(isUpTo(at, count - 1) && { at }).at;
  const stamp = (at: unknown) => sound(isUpTo(at, stamps) && { at }).at;
  const texts = (column: Readonly<Record<string, unknown>>): ParsedTexts => {
    const [gaps, own] = list(column['own']);
    const places = sound(readGaps(gaps, count));
    const values = sound(isListOf(own, isTextOrNull) && own.length === places.length && own);
    return { stamps: numbers(column['stamps'], stamps), places, own: values };
  };
  const keys = numbers(body['keys'], KEY_FIELDS.length);
  const flags = record(body['flags']);
  const times = record(body['stamps']);
  return {
    count,
    runs: readRuns(body, count),
    keys,
    ids: sound(isListOf(body['ids'], isHashId) && body['ids']),
    texts: byField(TEXT_FIELDS, record(body['texts']), texts),
    stricts: byField(STRICT_FIELDS, record(body['stricts']), (column, field) => ({
      ranks: numbers(column['ranks'], STRICT_WORDS[field].length),
      stamps: numbers(column['stamps'], stamps),
      more: list(column['more']).map((each) => {
        const [at, said] = list(each);
        return [row(at), list(said).map((one) => readSaid(one, field, stamp))];
      }),
      replaced: list(column['replaced']).map((each) => {
        const [at, entries] = list(each);
        return [row(at), sound(isListOf(entries, isText) && entries) as readonly EntryId[]];
      }),
    })),
    flags: byName(FLAG_COLUMNS, (name) => numbers(list(flags[name])[0], GREATEST_FLAG)),
    stamps: byName(STAMP_COLUMNS, (name) => numbers(list(times[name])[0], stamps)),
    others: list(body['others']).map((each) => {
      const [name, column] = list(each);
      return [sound(isText(name) && name), texts(record(column))];
    }),
    replaced: list(body['replaced']).map((each) => {
      const [at, cells] = list(each);
      return [row(at), list(cells).map((cell) => readReplaced(cell, stamp))];
    }),
    members: list(body['members']).map((each) => {
      const [group, cells] = list(each);
      return [sound(isHashId<GroupId>(group) && group), numbers(cells, stamps * 2 + 1)];
    }),
  };
}

function readRuns(body: Readonly<Record<string, unknown>>, count: number): OriginRun[] {
  const blocks = list(body['blocks']).map((each) => {
    const [id, hash] = list(each);
    return { id: sound(isText(id) && id) as BlockId, hash: sound(isText(hash) && hash) };
  });
  let before = 0;
  return list(body['runs']).map((each) => {
    const [block, row, index, rows] = list(each);
    sound(isUpTo(row, count) && row >= before && isUpTo(rows, count - row) && isUpTo(index, Number.MAX_SAFE_INTEGER));
    const run = { block: sound(blocks[block as number]), row, index, count: rows } as OriginRun;
    before = run.row + run.count;
    return run;
  });
}

function readSaid(value: unknown, field: StrictField, stamp: (at: unknown) => number): Said {
  const [by, rank] = list(value);
  return { stamp: stamp(by), rank: sound(isUpTo(rank, STRICT_WORDS[field].length) && { rank }).rank };
}

function readReplaced(value: unknown, stamp: (at: unknown) => number): ReplacedCell {
  const [field, by, text] = list(value);
  return {
    field: sound(isText(field) && isCellName(field) && field),
    stamp: stamp(by),
    value: sound(isText(text) && { text }).text,
  };
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
const list = (value: unknown): readonly unknown[] => sound(Array.isArray(value) && (value as readonly unknown[]));
const record = (value: unknown) => sound(isRecord(value) && value);

function byName<Name extends string, Value>(names: readonly Name[], read: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, Value>;
}

function byField<Field extends string, Value>(
  fields: readonly Field[],
  columns: Readonly<Record<string, unknown>>,
  read: (column: Readonly<Record<string, unknown>>, field: Field) => Value,
): Record<Field, Value> {
  return byName(fields, (field) => read(record(columns[field]), field));
}
