/**
 * Who is who: ids are keyed hashes, so that the same person imported twice offline is one contact, and nobody without
 * the workspace's salt can tell a phone from its id. Which generation a key is in is decided elsewhere.
 */
import { KEY_FIELDS, type KeyField } from '#domain/contact';
import { normaliseGroupName } from '#domain/group';
import type { ContactId, GroupId } from '#domain/ids';
import { createSipHash } from './siphash.ts';

/** Ahead of the generation in the hashed bytes, so that a phone's id is never an email's. Never renumber. */
const TAG_BY_FIELD: Readonly<Record<KeyField, number>> = { userId: 1, phone: 2, email: 3 };
const GROUP_TAG = 16;
/** Two bytes carry the generation. A person who leaves one key 65,535 times is not one. */
export const GREATEST_GENERATION = 0xffff;

export interface ContactIds {
  /** Halves of what `hash` was last asked, unsigned. */
  readonly low: number;
  readonly high: number;
  /** The id as two halves, without making a string. `field` is the index into `KEY_FIELDS`. */
  readonly hash: (field: number, value: string, generation: number) => void;
  readonly idOf: (field: KeyField, value: string, generation: number) => ContactId;
  /** By the normalised name, so that groups of one name made apart are one (SYN-4). */
  readonly groupId: (name: string, generation: number) => GroupId;
}

/** The salt is the workspace's 16 random bytes. */
export function createContactIds(salt: Uint8Array): ContactIds {
  const sip = createSipHash(salt);
  const tags = KEY_FIELDS.map((field) => TAG_BY_FIELD[field]);
  const hash = (field: number, value: string, generation: number) =>
    sip.hash(value, (tags[field] ?? 0) | (generation << 8), 3);
  return {
    get low() {
      return sip.low;
    },
    get high() {
      return sip.high;
    },
    hash,
    idOf(field, value, generation) {
      sip.hash(value, TAG_BY_FIELD[field] | (generation << 8), 3);
      return idFromHalves<ContactId>(sip.high, sip.low);
    },
    groupId(name, generation) {
      sip.hash(normaliseGroupName(name), GROUP_TAG | (generation << 8), 3);
      return idFromHalves<GroupId>(sip.high, sip.low);
    },
  };
}

/** Sixteen lower-case hex digits, the high half first. */
export function idFromHalves<Id extends ContactId | GroupId>(high: number, low: number): Id {
  return (high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')) as Id;
}

const ID_PATTERN = /^[0-9a-f]{16}$/;
export const isHashId = <Id extends ContactId | GroupId = ContactId>(value: unknown): value is Id =>
  typeof value === 'string' && ID_PATTERN.test(value);
/** Of an id that `isHashId` has let through. */
export const highHalf = (id: string): number => Number.parseInt(id.slice(0, 8), 16);
export const lowHalf = (id: string): number => Number.parseInt(id.slice(8), 16);
