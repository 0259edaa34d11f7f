/**
 * Which contacts hold a user ID, phone or email now. Made at the first question, then follows the state. A row stays in
 * under values it has left: whether it still holds one is looked up in the column itself.
 */
import { KEY_FIELDS } from '#domain/contact';
import type { FoldState } from '#log/fold-state';
import { createChains, type Chains } from './chains.ts';
import { isListed, textAt } from './columns.ts';

/** A phone that more contacts than this share tells nobody from another; looking at all would take for ever. */
export const SHARED_AT_MOST = 64;

export interface KeyIndex {
  /** Listed rows whose field holds the value; `field` is the index into `KEY_FIELDS`. */
  readonly forEach: (field: number, value: string, visit: (row: number) => void) => void;
  /** Brings it up to date, so that the next question is quick. */
  readonly refresh: () => void;
}

export function createKeyIndex(state: FoldState): KeyIndex {
  let chains = KEY_FIELDS.map(createChains);
  let version = -1;

  function refresh(): void {
    if (version === state.version) return;
    const { touched } = state;
    const { count } = state.ids;
    // Mostly values that were left: made anew, it is half the size.
    if (chains.some((chain) => chain.count > 2 * count + 10_000)) {
      chains = KEY_FIELDS.map(createChains);
      version = -1;
    }
    chains.forEach((chain, field) => {
      for (let row = 0; row < count; row += 1) if ((touched[row] as number) > version) insert(chain, field, row);
    });
    version = state.version;
  }

  function insert(chain: Chains, field: number, row: number): void {
    const value = valueAt(state, field, row);
    if (value === '') return;
    const hash = hashOf(value);
    if (version >= 0) {
      let node = chain.first(hash);
      for (let left = SHARED_AT_MOST; node >= 0 && left > 0; node = chain.next(node), left -= 1) {
        if (chain.valueOf(node) === row) return;
      }
    }
    chain.add(hash, row);
  }

  return {
    refresh,
    forEach(field, value, visit) {
      refresh();
      const chain = chains[field];
      if (!chain || chain.count === 0) return;
      let node = chain.first(hashOf(value));
      for (let left = SHARED_AT_MOST; node >= 0 && left > 0; node = chain.next(node), left -= 1) {
        const row = chain.valueOf(node);
        if (valueAt(state, field, row) === value && isListed(state, row)) visit(row);
      }
    },
  };
}

const valueAt = (state: FoldState, field: number, row: number): string =>
  textAt(state, KEY_FIELDS[field] ?? 'userId', row);

/** FNV-1a with a last mixing: phones differ in their last digits only. */
function hashOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < value.length; at += 1) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d);
}
