/**
 * What an update may hold before it is stored: a poison that is in a document is in it for good. Content is flat (keys
 * of root maps, and text at the root), so nested types are refused, and with them every way to nest without end.
 * The document's own state is only read.
 */
import {
  ContentAny,
  ContentDeleted,
  ContentString,
  GC,
  Item,
  Skip,
  decodeUpdate,
  getState,
  type Doc,
  type ID,
} from 'yjs';

/** `waits`: it builds on updates that are not there yet. */
export type JudgedUpdate = { readonly kind: 'fine' | 'waits' } | { readonly kind: 'refused' };

const REFUSED = { kind: 'refused' } as const;

/** Keys are `<id>/<field>`, an id at most 80 characters. */
const KEY_LENGTH = 200;
const VALUE_DEPTH = 8;
/** Yjs draws 32 bits for a session; a clock counts what the session has written. */
const MOST = 2 ** 32;

type Decoded = ReturnType<typeof decodeUpdate>;
type Struct = Decoded['structs'][number];

/** As the first format has it; the second one, read as the first, is nothing with bytes behind. */
const EMPTY_BYTES = 2;

export function judgeUpdate(update: Uint8Array, document: Doc): JudgedUpdate {
  let decoded: Decoded;
  try {
    // Only the first format: a few bytes of the second may claim millions of structs.
    decoded = decodeUpdate(update);
  } catch {
    return REFUSED;
  }
  if (!decoded.structs.every(isFine) || !isFineDeleteSet(decoded) || saysNothing(decoded, update)) return REFUSED;
  return { kind: buildsOnWhatIsThere(decoded, document) ? 'fine' : 'waits' };
}

function isFine(struct: Struct): boolean {
  const { id, length } = struct;
  if (!(id.client < MOST && id.clock + length < MOST)) return false;
  if (struct instanceof GC || struct instanceof Skip) return true;
  return struct instanceof Item && isFineParent(struct) && isFineContent(struct);
}

/** Without a parent it stands beside its origin. An id as parent would be that of a nested type. */
function isFineParent(item: Item): boolean {
  const parent: unknown = item.parent;
  if (parent !== null && !(typeof parent === 'string' && isFineKey(parent))) return false;
  return item.parentSub === null || isFineKey(item.parentSub);
}

function isFineContent({ content }: Item): boolean {
  if (content instanceof ContentDeleted || content instanceof ContentString) return true;
  return content instanceof ContentAny && content.arr.every((value) => isFineValue(value, VALUE_DEPTH));
}

export function isFineValue(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((inner) => isFineValue(inner, depth - 1));
  // A key `__proto__` is no key of the object that was read: it has become its prototype.
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.entries(value).every(([key, inner]) => isFineKey(key) && isFineValue(inner, depth - 1));
}

function isFineKey(key: string): boolean {
  return key.length <= KEY_LENGTH && !['__proto__', 'constructor', 'prototype'].includes(key);
}

function isFineDeleteSet({ ds }: Decoded): boolean {
  return [...ds.clients].every(
    ([client, ranges]) => client < MOST && ranges.every(({ clock, len }) => clock + len < MOST),
  );
}

function saysNothing({ structs, ds }: Decoded, update: Uint8Array): boolean {
  return structs.length === 0 && ds.clients.size === 0 && update.byteLength > EMPTY_BYTES;
}

function buildsOnWhatIsThere({ structs, ds }: Decoded, { store }: Doc): boolean {
  const known = new Map<number, number>();
  const endOf = (client: number) => known.get(client) ?? getState(store, client);
  for (const struct of structs) {
    const { client, clock } = struct.id;
    if (struct instanceof Skip || clock > endOf(client)) return false;
    known.set(client, Math.max(endOf(client), clock + struct.length));
  }
  const isThere = (id: ID | null) => id === null || id.clock < endOf(id.client);
  return (
    structs.every((struct) => !(struct instanceof Item) || (isThere(struct.origin) && isThere(struct.rightOrigin))) &&
    [...ds.clients].every(([client, ranges]) => ranges.every(({ clock, len }) => clock + len <= endOf(client)))
  );
}
