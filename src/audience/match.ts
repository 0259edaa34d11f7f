/**
 * Whose row is it? Two people are one where the strongest key that both have agrees: user ID, else phone, else email
 * (CON-4, SYN-4). So a shared family address joins nobody, and two user IDs never do.
 */
import { KEY_FIELDS } from '#domain/contact';
import type { ContactIds } from '#log/contact-id';
import type { FoldState } from '#log/fold-state';
import { textAt } from './columns.ts';
import type { KeyIndex } from '#log/key-index';
import type { Overlay } from './plan-overlay.ts';

/** `field`, the key that agreed, is an index into `KEY_FIELDS`. */
export type Match =
  | { readonly kind: 'none' }
  | { readonly kind: 'known'; readonly row: number; readonly field: number }
  /** Met in this import before; `at` is its place in the overlay. */
  | { readonly kind: 'met'; readonly at: number; readonly field: number }
  | { readonly kind: 'several' };

export interface Matcher {
  /** Texts by `KEY_FIELDS`; empty where the row has none. Their hashes stay in `highs` and `lows` until the next call. */
  readonly match: (keys: readonly string[]) => Match;
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
}

const NONE: Match = { kind: 'none' };
const SEVERAL: Match = { kind: 'several' };

export function createMatcher(state: FoldState, ids: ContactIds, index: KeyIndex, overlay: Overlay): Matcher {
  const highs = new Uint32Array(KEY_FIELDS.length);
  const lows = new Uint32Array(KEY_FIELDS.length);
  let row: readonly string[] = [];
  /** Contacts that fit: overlay places as they are, rows of the state as -1 - row; beside it the key that agreed. */
  const fits: number[] = [];
  const fields: number[] = [];

  const holds = (contact: number, field: number): 'same' | 'other' | 'none' => {
    if (contact >= 0) return overlay.holds(contact, field, highs[field] as number, lows[field] as number);
    const value = textAt(state, KEY_FIELDS[field] ?? 'userId', -1 - contact);
    return value === '' ? 'none' : value === row[field] ? 'same' : 'other';
  };

  const consider = (contact: number): void => {
    if (fits.includes(contact)) return;
    for (let field = 0; field < KEY_FIELDS.length; field += 1) {
      if (row[field] === '') continue;
      const held = holds(contact, field);
      if (held === 'none') continue;
      if (held === 'same') {
        fits.push(contact);
        fields.push(field);
      }
      return;
    }
  };
  const considerRow = (known: number): void => {
    // As met in this import, its keys may be others by now.
    if (overlay.ids.find(state.ids.highs[known] as number, state.ids.lows[known] as number) < 0) consider(-1 - known);
  };

  function match(keys: readonly string[]): Match {
    row = keys;
    fits.length = 0;
    fields.length = 0;
    for (let field = 0; field < KEY_FIELDS.length; field += 1) {
      const value = keys[field] as string;
      if (value === '') continue;
      ids.hash(field, value, 0);
      highs[field] = ids.high;
      lows[field] = ids.low;
    }
    for (let field = 0; field < KEY_FIELDS.length; field += 1) {
      const value = keys[field] as string;
      if (value === '') continue;
      overlay.forEach(field, highs[field] as number, lows[field] as number, consider);
      index.forEach(field, value, considerRow);
    }
    if (fits.length === 0) return NONE;
    const best = bestFit();
    if (best < 0) return SEVERAL;
    const contact = fits[best] as number;
    const field = fields[best] as number;
    return contact >= 0 ? { kind: 'met', at: contact, field } : { kind: 'known', row: -1 - contact, field };
  }

  /** The one by the strongest key; -1 where another fits as well, and by something that the first does not hold too. */
  function bestFit(): number {
    let best = 0;
    for (let other = 1; other < fits.length; other += 1)
      if ((fields[other] as number) < (fields[best] as number)) best = other;
    for (let other = 0; other < fits.length; other += 1) {
      if (other === best) continue;
      const field = fields[other] as number;
      if (field === fields[best] || holds(fits[best] as number, field) !== 'same') return -1;
    }
    return best;
  }

  return { match, highs, lows };
}
