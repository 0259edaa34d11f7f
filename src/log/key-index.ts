/**
 * Which contacts hold a user ID, phone or email, and which ever did. Made at the first question, since a log of one
 * import never asks; from then on the fold notes every key that it sets. A row stays in under values it has left.
 */
import { KEY_FIELDS, type KeyField } from '#domain/contact';
import { LISTED } from './born.ts';
import { createChains, type Chains } from './chains.ts';
import type { IdTable } from './id-table.ts';

/** A phone that more contacts than this share tells nobody from another; looking at all would take for ever. */
export const SHARED_AT_MOST = 64;

/** A field is its index into `KEY_FIELDS`. */
export interface KeyIndex {
  /** Listed rows whose field holds the value now. */
  readonly forEach: (field: number, value: string, visit: (row: number) => void) => void;
  /** Whether anybody may ever have held it here; by hash, so that a yes may be wrong. */
  readonly wasHeld: (field: number, value: string) => boolean;
  /** The fold's: the row holds the value from now on. */
  readonly note: (field: number, row: number, value: string) => void;
  /** Makes it ready, so that the next question is quick. */
  readonly refresh: () => void;
}

/** What it reads of the fold's state, as it is at the time. */
export interface KeyColumns {
  readonly ids: IdTable;
  readonly texts: Readonly<Record<KeyField, { readonly values: readonly (string | undefined)[] }>>;
  readonly born: Uint8Array;
}

export function createKeyIndex(state: KeyColumns): KeyIndex {
  let chains: readonly Chains[] | undefined;

  const valueAt = (field: number, row: number) => state.texts[KEY_FIELDS[field] ?? 'userId'].values[row] ?? '';

  function made(): readonly Chains[] {
    if (chains) return chains;
    chains = KEY_FIELDS.map(createChains);
    const { count } = state.ids;
    chains.forEach((chain, field) => {
      for (let row = 0; row < count; row += 1) {
        const value = valueAt(field, row);
        if (value !== '') chain.add(hashOf(value), row);
      }
    });
    return chains;
  }

  return {
    refresh: () => void made(),
    note(field, row, value) {
      const chain = chains?.[field];
      if (!chain || value === '') return;
      const hash = hashOf(value);
      let node = chain.first(hash);
      for (let left = SHARED_AT_MOST; node >= 0 && left > 0; node = chain.next(node), left -= 1)
        if (chain.valueOf(node) === row) return;
      chain.add(hash, row);
    },
    wasHeld: (field, value) => (made()[field] as Chains).first(hashOf(value)) >= 0,
    forEach(field, value, visit) {
      const chain = made()[field] as Chains;
      if (chain.count === 0) return;
      let node = chain.first(hashOf(value));
      for (let left = SHARED_AT_MOST; node >= 0 && left > 0; node = chain.next(node), left -= 1) {
        const row = chain.valueOf(node);
        if (valueAt(field, row) === value && state.born[row] === LISTED) visit(row);
      }
    },
  };
}

/** FNV-1a with a last mixing: phones differ in their last digits only. */
function hashOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < value.length; at += 1) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d);
}
