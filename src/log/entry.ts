/**
 * Entries as they come in: from a device's own storage, later from the relay. What is not understood, because a newer
 * version wrote it, is kept and passed on; it only is not counted.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import { isHashId } from './contact-id.ts';
import { isLogTime } from './time.ts';
import type { Entry, EntryBody, Row } from './types.ts';

type Shape = Readonly<Record<string, unknown>>;

/** Undefined where it is no entry at all; its body may still be of an unknown kind. */
export function parseEntry(value: unknown): Entry | undefined {
  if (!isShape(value)) return undefined;
  const { id, device, time, format, author, body } = value;
  const sound =
    isName(id) &&
    isName(device) &&
    isLogTime(time) &&
    format === 1 &&
    isShape(body) &&
    typeof body['kind'] === 'string';
  return sound && (author === undefined || typeof author === 'string') ? (value as unknown as Entry) : undefined;
}

/** The body where its kind is known and its form is sound; else the entry is kept, not counted. */
export function knownBody(entry: Entry): EntryBody | undefined {
  const body = entry.body as Shape;
  const isSound = SOUND[String(body['kind']) as EntryBody['kind']];
  return isSound?.(body) === true ? (entry.body as EntryBody) : undefined;
}

/** One text for one entry, whatever the order of its properties: what two replicas compare. */
export function canonicalEntry(entry: Entry): string {
  return JSON.stringify(entry, (_, value: unknown) =>
    isShape(value) ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) : value,
  );
}

const isChange = (body: Shape) =>
  isRow(body['row']) && isGroups(body['joins']) && isGroups(body['leaves']) && isReplacing(body);

const isReplacing = ({ replaces }: Shape) => replaces === undefined || isList(replaces, isName);

const isCommit = (body: Shape) =>
  (body['weight'] === 'strong' || body['weight'] === 'weak') &&
  isRefs(body['blocks']) &&
  isGroups(body['joins']) &&
  isGroups(body['leaves']) &&
  isReplacing(body) &&
  isList(body['newGroups'], isNamed) &&
  (body['newCharacteristics'] === undefined || isList(body['newCharacteristics'], isNamed));

const isMessaged = (body: Shape) =>
  isName(body['message']) && typeof body['channelType'] === 'string' && isRefs(body['blocks']);

const isUndo = (body: Shape) => isName(body['of']) && typeof body['undone'] === 'boolean';

const isMerge = (body: Shape) =>
  isGroups(body['contacts']) && (body['contacts'] as unknown[]).length === 2 && isCells(body['cells']);

/** Erasures of the first version say nothing of what was refused. */
const isErasure = (body: Shape) =>
  isGroups(body['contacts']) &&
  isGroups(body['keys']) &&
  (body['refused'] === undefined ||
    isList(body['refused'], (word) => isShape(word) && isHashId(word['key']) && typeof word['field'] === 'string'));

/** Undefined for kinds that a newer version wrote. */
const SOUND: { readonly [Kind in EntryBody['kind']]?: (body: Shape) => boolean } = {
  change: isChange,
  commit: isCommit,
  messaged: isMessaged,
  undo: isUndo,
  merge: isMerge,
  erasure: isErasure,
};

/** A field, a name of a newer version, or one with a part of its own (`x:<characteristic>`), each perhaps in a scope. */
const CELL_NAME = /^[a-z][A-Za-z]{0,31}(?::[A-Za-z0-9_-]{1,64})?(?:@[A-Za-z0-9_-]{1,64})?$/;
const FIELDS: ReadonlySet<string> = new Set([...TEXT_FIELDS, ...STRICT_FIELDS]);
export const isCellName = (name: string): boolean => FIELDS.has(name) || CELL_NAME.test(name);

function isRow(value: unknown): value is Row {
  if (!isShape(value)) return false;
  const { key, keyValue, generation, id, birth, cells } = value;
  return (
    KEY_FIELDS.some((field) => field === key) &&
    typeof keyValue === 'string' &&
    Number.isInteger(generation) &&
    typeof birth === 'boolean' &&
    (id === undefined || isHashId(id)) &&
    isCells(cells)
  );
}

const isCells = (value: unknown) =>
  isShape(value) &&
  Object.keys(value).every(
    (name) => isCellName(name) && (value[name] === undefined || typeof value[name] === 'string'),
  );

const isNamed = (value: unknown) => isShape(value) && isHashId(value['id']) && typeof value['name'] === 'string';
const isRefs = (value: unknown) =>
  isList(value, (ref) => isShape(ref) && isName(ref['id']) && typeof ref['hash'] === 'string');
const isGroups = (value: unknown) => isList(value, (id) => isHashId(id));
const isList = (value: unknown, isItem: (item: unknown) => boolean) => Array.isArray(value) && value.every(isItem);
const isName = (value: unknown) => typeof value === 'string' && value !== '';
const isShape = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
