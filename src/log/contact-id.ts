/**
 * Who is who: ids are keyed hashes, so that the same person imported twice offline is one contact, and nobody without
 * the workspace's salt can tell a phone from its id. Which generation a key is in is decided elsewhere.
 */
import { KEY_FIELDS, type KeyField } from '#domain/contact';
import type { CharacteristicId, ContactId, GroupId, TagId } from '#domain/ids';
import { normaliseName } from '#domain/name';
import { createSipHash } from './siphash.ts';

/** Ahead of the generation in the hashed bytes, so that a phone's id is never an email's. Never renumber. */
const TAG_BY_FIELD: Readonly<Record<KeyField, number>> = { userId: 1, phone: 2, email: 3 };
/** Each its own, so that a characteristic's id is never a group's of the same name. */
const TAG_BY_KIND = { group: 16, characteristic: 17, tag: 18 } as const;
/** Two bytes carry the generation. A person who leaves one key 65,535 times is not one. */
export const GREATEST_GENERATION = 0xffff;

export interface ContactIds {
  /** Halves of what `hash` was last asked, unsigned. */
  readonly low: number;
  readonly high: number;
  /** The id as two halves, without making a string. `field` is the index into `KEY_FIELDS`. */
  readonly hash: (field: number, value: string, generation: number) => void;
  /** Of generation 0, where the value stands in a longer text. */
  readonly hashIn: (field: number, text: string, from: number, to: number) => void;
  readonly idOf: (field: KeyField, value: string, generation: number) => ContactId;
  /** By the normalised name, so that groups of one name made apart are one (SYN-4). */
  readonly groupId: (name: string, generation: number) => GroupId;
  readonly characteristicId: (name: string, generation: number) => CharacteristicId;
  /** A tag is its word, and has no generations. */
  readonly tagId: (tag: string) => TagId;
}

/** The salt is the workspace's 16 random bytes. */
export function createContactIds(salt: Uint8Array): ContactIds {
  const sip = createSipHash(salt);
  const tags = KEY_FIELDS.map((field) => TAG_BY_FIELD[field]);
  const hash = (field: number, value: string, generation: number) =>
    sip.hash(value, (tags[field] ?? 0) | (generation << 8), 3);
  function nameId<Id extends HashId>(kind: keyof typeof TAG_BY_KIND, name: string, generation: number): Id {
    sip.hash(normaliseName(name), TAG_BY_KIND[kind] | (generation << 8), 3);
    return idFromHalves<Id>(sip.high, sip.low);
  }
  return {
    get low() {
      return sip.low;
    },
    get high() {
      return sip.high;
    },
    hash,
    hashIn(field, text, from, to) {
      sip.hash(text, tags[field], 3, from, to);
    },
    idOf(field, value, generation) {
      sip.hash(value, TAG_BY_FIELD[field] | (generation << 8), 3);
      return idFromHalves<ContactId>(sip.high, sip.low);
    },
    groupId: (name, generation) => nameId<GroupId>('group', name, generation),
    characteristicId: (name, generation) => nameId<CharacteristicId>('characteristic', name, generation),
    tagId: (tag) => nameId<TagId>('tag', tag, 0),
  };
}

type HashId = ContactId | GroupId | CharacteristicId | TagId;

/** Sixteen lower-case hex digits, the high half first. */
export function idFromHalves<Id extends HashId>(high: number, low: number): Id {
  // Made in one piece: joined from two padded halves it takes three times as long.
  return String.fromCharCode(
    digit(high >>> 28),
    digit(high >>> 24),
    digit(high >>> 20),
    digit(high >>> 16),
    digit(high >>> 12),
    digit(high >>> 8),
    digit(high >>> 4),
    digit(high),
    digit(low >>> 28),
    digit(low >>> 24),
    digit(low >>> 20),
    digit(low >>> 16),
    digit(low >>> 12),
    digit(low >>> 8),
    digit(low >>> 4),
    digit(low),
  ) as Id;
}

const DIGIT_0 = 48;
const LETTER_A = 97;
const digit = (number: number) => ((number & 15) < 10 ? DIGIT_0 : LETTER_A - 10) + (number & 15);

const ID_PATTERN = /^[0-9a-f]{16}$/;
export const isHashId = <Id extends HashId = ContactId>(value: unknown): value is Id =>
  typeof value === 'string' && ID_PATTERN.test(value);
/** Of an id that `isHashId` has let through. */
export const highHalf = (id: string): number => halfFrom(id, 0);
export const lowHalf = (id: string): number => halfFrom(id, 8);

/** Digit by digit: `parseInt` would have a text made for it first, a few times as long. */
function halfFrom(id: string, first: number): number {
  let half = 0;
  for (let at = first; at < first + 8; at += 1) {
    const code = id.charCodeAt(at);
    half = (half << 4) | (code < LETTER_A ? code - DIGIT_0 : code - LETTER_A + 10);
  }
  return half >>> 0;
}
