/**
 * A snapshot's head: which segments it is made of, and what the fold knows besides its rows. Of another version than this one
 * nothing is read, since a snapshot can always be made again.
 */
import type { ChannelType } from '#domain/channel';
import { STRICT_FIELDS } from '#domain/contact';
import type { ContactId, EntryId } from '#domain/ids';
import { isRecord, unpack } from './block-columns.ts';
import { isHashId } from './contact-id.ts';
import { parseEntry } from './entry.ts';
import type { FoldHeld } from './fold.ts';
import { readSealed } from './snapshot-bytes.ts';
import { isListOf, isNumbers, isText, isUpTo } from './snapshot-columns.ts';
import { SEGMENT_ROWS, SNAPSHOT_VERSION } from './snapshot-shape.ts';
import type { SavedStamps } from './stamps.ts';
import { isLogTime } from './time.ts';
import type { Entry, NewCharacteristic, NewGroup } from './types.ts';
import type { Refusal, SavedVerdicts } from './verdicts.ts';

export interface SegmentRef {
  /** Where it lies; no two are ever the same. */
  readonly key: string;
  readonly hash: string;
}

export interface SnapshotHead extends FoldHeld {
  /** Of the last entry in the order of arrival that it counts. */
  readonly position: number;
  readonly rows: number;
  readonly segments: readonly SegmentRef[];
  readonly stamps: SavedStamps;
  /** Those without a stamp. */
  readonly counted: readonly EntryId[];
  readonly joined: readonly (readonly [part: number, root: number])[];
  readonly left: readonly number[];
  readonly named: readonly (readonly [NewGroup, number])[];
  readonly characteristics: readonly (readonly [NewCharacteristic, number])[];
  readonly changes: number;
}

export async function readHead(bytes: Uint8Array): Promise<SnapshotHead | undefined> {
  const body = await readSealed(bytes);
  if (!isRecord(body) || body['version'] !== SNAPSHOT_VERSION) return undefined;
  const { position, rows, changes, counted } = body;
  const segments = readPairs(body['segments'], (key, hash) => isText(key) && isText(hash) && { key, hash });
  const stamps = readStamps(body['stamps']);
  if (!segments || !stamps || !isUpTo(rows, segments.length * SEGMENT_ROWS)) return undefined;
  const joined = readPairs(
    body['joined'],
    (part, root) => isUpTo(part, rows - 1) && isUpTo(root, rows - 1) && ([part, root] as const),
  );
  const readNamed = <Named extends NewGroup | NewCharacteristic>(value: unknown) =>
    readPairs(
      value,
      (each, stamp) => isNamed<Named>(each) && isUpTo(stamp, stamps.ids.length) && ([each, stamp] as const),
    );
  const named = readNamed<NewGroup>(body['named']);
  const characteristics = readNamed<NewCharacteristic>(body['characteristics']);
  const [waiting, kept] = [readEntries(body['waiting']), readEntries(body['kept'])];
  const verdicts = readVerdicts(body['verdicts']);
  const left = readLeft(body['left'], rows);
  const isSound = isUpTo(position, Number.MAX_SAFE_INTEGER) && isUpTo(changes, Number.MAX_SAFE_INTEGER);
  if (!isSound || !joined || !named || !characteristics || !isListOf(counted, isEntryId)) return undefined;
  if (!waiting || !kept || !verdicts || !left) return undefined;
  return {
    ...{ position, rows, segments, stamps, counted, joined, named, characteristics },
    ...{ waiting, kept, verdicts, left, changes },
  };
}

const isEntryId = (value: unknown): value is EntryId => isText(value) && value !== '';
const isContactId = (value: unknown): value is ContactId => isHashId(value);
const isNamed = <Named extends NewGroup | NewCharacteristic>(value: unknown): value is Named =>
  isRecord(value) && isHashId(value['id']) && isText(value['name']);

function readPairs<Pair>(
  value: unknown,
  read: (one: unknown, other: unknown) => Pair | false,
): readonly Pair[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const pairs: Pair[] = [];
  for (const each of value as unknown[]) {
    const pair = Array.isArray(each) && each.length === 2 && read(each[0], each[1]);
    if (pair === false) return undefined;
    pairs.push(pair);
  }
  return pairs;
}

function readStamps(value: unknown): SavedStamps | undefined {
  if (!isRecord(value) || !isListOf(value['ids'], isEntryId)) return undefined;
  const ids = value['ids'];
  const column = <Item>(name: keyof SavedStamps, isItem: (item: unknown) => item is Item) => {
    const items = unpack(value[name], ids.length);
    return items !== undefined && isListOf(items, isItem) ? items : undefined;
  };
  const isFlag = (item: unknown): item is boolean => typeof item === 'boolean';
  const [devices, times] = [column('devices', isDevice), column('times', isLogTime)];
  const [weak, undone] = [column('weak', isFlag), column('undone', isFlag)];
  const [imports, channelTypes] = [column('imports', isImport), column('channelTypes', isChannelType)];
  if (!devices || !times || !weak || !undone || !imports || !channelTypes) return undefined;
  return { ids, devices, times, weak, undone, imports, channelTypes };
}

const isDevice = (value: unknown): value is SavedStamps['devices'][number] => isText(value);
const isImport = (value: unknown): value is SavedStamps['imports'][number] => value === null || isText(value);
/** Whatever a newer version calls one: it is shown, not obeyed. */
const isChannelType = (value: unknown): value is ChannelType | null => value === null || isText(value);

function readEntries(value: unknown): readonly Entry[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = value.map(parseEntry);
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

function readVerdicts(value: unknown): SavedVerdicts | undefined {
  if (!isRecord(value)) return undefined;
  const { undos, erased } = value;
  const erasedKeys = readPairs(
    value['erasedKeys'],
    (hash, at) => isContactId(hash) && isLogTime(at) && ([hash, at] as const),
  );
  const isUndo = (each: unknown): each is SavedVerdicts['undos'][number] =>
    Array.isArray(each) && isEntryId(each[0]) && isRecord(each[1]) && typeof each[2] === 'boolean' && isBy(each[1]);
  const isBy = ({ id, device, time }: Readonly<Record<string, unknown>>) =>
    isEntryId(id) && isText(device) && isLogTime(time);
  const isRefusal = (each: unknown): each is Refusal =>
    isRecord(each) &&
    STRICT_FIELDS.some((field) => field === each['field']) &&
    isRecord(each['entry']) &&
    isBy(each['entry']);
  const refusals = readPairs(
    value['refusals'],
    (hash, words) => isContactId(hash) && isListOf(words, isRefusal) && ([hash, words] as const),
  );
  if (!isListOf(undos, isUndo) || !isListOf(erased, isContactId) || !erasedKeys || !refusals) return undefined;
  return { undos, erased, erasedKeys, refusals };
}

/** A hash is any number of 32 bits, signed. */
function readLeft(value: unknown, rows: number): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length % 2 !== 0) return undefined;
  const places = value.filter((_, at) => at % 2 === 0);
  const hashes = value.filter((_, at) => at % 2 === 1);
  const isSound = isNumbers(places, rows * 4 - 1) && hashes.every((hash) => Number.isInteger(hash));
  return isSound ? (value as readonly number[]) : undefined;
}
