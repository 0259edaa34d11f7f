/**
 * Which contacts hold a user ID, phone or email, and which ever did. Made at the first question, since a log of one
 * import never asks; from then on the fold notes every key that it sets, and the next question puts them in. A row stays
 * in under values it has left.
 */
import { KEY_FIELDS, type KeyField } from '#domain/contact';
import { LISTED } from './born.ts';
import { createChains, type Chains } from './chains.ts';
import type { IdTable } from './id-table.ts';
import { hashOfAscii, hashOfText } from './text-hash.ts';
import type { Texts } from './texts.ts';

/** A phone that more contacts than this share tells nobody from another; looking at all would take for ever. */
export const SHARED_AT_MOST = 64;

/** A field is its index into `KEY_FIELDS`. */
export interface KeyIndex {
  /** Listed rows whose field holds the value now. */
  readonly forEach: (field: number, value: string, visit: (row: number) => void) => void;
  /** Whether anybody may have held ever what stands there in a text; by hash, so that a yes may be wrong. */
  readonly mayHold: (field: number, text: string, from: number, to: number) => boolean;
  /** Whether anybody but this row may ever have held it; by hash, so that a yes may be wrong. */
  readonly wasHeldElsewhere: (field: number, value: string, row: number) => boolean;
  /** The fold's: the row holds another value from now on. */
  readonly note: (field: number, row: number, before: string | undefined) => void;
  /** The fold's: the row held this value until now. */
  readonly noteLeft: (field: number, row: number, value: string) => void;
  /** Every value that some row has left, as row × 4 + field and the value's hash, in turn; for a device's snapshot. */
  readonly left: () => readonly number[];
  /** Before the first question: what rows had left. */
  readonly restoreLeft: (left: readonly number[]) => void;
  /** Rows are as they were when so many numbers had been left: values left since were not, yet may be looked up. */
  readonly takeBackLeft: (count: number) => void;
  /** Makes it ready, so that the next question is quick. */
  readonly refresh: () => void;
  /** The columns stand in another object from now on. */
  readonly attach: (columns: KeyColumns) => void;
}

/** What it reads of the fold's state, as it is at the time. */
export interface KeyColumns {
  readonly ids: IdTable;
  readonly texts: Readonly<Record<KeyField, Texts>>;
  readonly born: Uint8Array;
}

export function createKeyIndex(columns: KeyColumns): KeyIndex {
  let state = columns;
  let chains: readonly Chains[] | undefined;

  const textsOf = (field: number) => state.texts[KEY_FIELDS[field] ?? 'userId'];
  const valueAt = (field: number, row: number) => textsOf(field).get(row) ?? '';

  /** To be put in: row × 8 + field × 2, and 1 where the row has held something before: then it may be in already. */
  let noted: number[] = [];
  /** Two numbers for each value that was left, see `left`. No objects: an import may move a million keys. */
  const left: number[] = [];
  /** Rows were taken back: who comes by a value the first time may be in under it already. */
  let isTakenBack = false;

  function made(): readonly Chains[] {
    if (chains) putIn(chains);
    else chains = make();
    return chains;
  }

  function make(): readonly Chains[] {
    const { count } = state.ids;
    const all = KEY_FIELDS.map((_, field) => createChains(heldCount(field, count)));
    all.forEach((chain, field) => {
      const texts = textsOf(field);
      for (let row = 0; row < count; row += 1) if (hasText(texts, row)) chain.add(hashOfRow(texts, row), row);
    });
    for (let at = 0; at < left.length; at += 2) {
      const place = left[at] as number;
      all[place & 3]?.add(left[at + 1] as number, place >>> 2);
    }
    return all;
  }

  function heldCount(field: number, count: number): number {
    const texts = textsOf(field);
    let held = 0;
    for (let row = 0; row < count; row += 1) if (hasText(texts, row)) held += 1;
    return held;
  }

  function putIn(all: readonly Chains[]): void {
    if (noted.length === 0) return;
    for (const note of noted) {
      const row = note >>> 3;
      const field = (note >>> 1) & 3;
      const value = valueAt(field, row);
      const chain = all[field] as Chains;
      const hash = value === '' ? 0 : hashOfText(value);
      if (value !== '' && (((note & 1) === 0 && !isTakenBack) || !isIn(chain, hash, row))) chain.add(hash, row);
    }
    noted = [];
  }

  function isIn(chain: Chains, hash: number, row: number): boolean {
    let node = chain.first(hash);
    for (let left = SHARED_AT_MOST; node >= 0 && left > 0; node = chain.next(node), left -= 1)
      if (chain.valueOf(node) === row) return true;
    return false;
  }

  function noteLeft(field: number, row: number, value: string): void {
    if (value === '') return;
    const hash = hashOfText(value);
    left.push(row * 4 + field, hash);
    const chain = chains?.[field];
    if (chain && !isIn(chain, hash, row)) chain.add(hash, row);
  }

  return {
    refresh: () => void made(),
    attach(columns) {
      state = columns;
    },
    note(field, row, before) {
      if (before !== undefined) noteLeft(field, row, before);
      if (chains) noted.push((row << 3) | (field << 1) | (before === undefined ? 0 : 1));
    },
    noteLeft,
    left: () => left,
    takeBackLeft(count) {
      isTakenBack = true;
      left.length = count;
    },
    restoreLeft(saved) {
      for (const number of saved) left.push(number);
    },
    wasHeldElsewhere(field, value, row) {
      const chain = made()[field] as Chains;
      let node = chain.first(hashOfText(value));
      while (node >= 0 && chain.valueOf(node) === row) node = chain.next(node);
      return value !== '' && node >= 0;
    },
    mayHold(field, text, from, to) {
      const chain = made()[field] as Chains;
      return chain.count > 0 && chain.first(hashOfText(text, from, to)) >= 0;
    },
    forEach(field, value, visit) {
      const chain = made()[field] as Chains;
      if (chain.count === 0) return;
      let node = chain.first(hashOfText(value));
      for (let left = SHARED_AT_MOST; node >= 0 && left > 0; node = chain.next(node), left -= 1) {
        const row = chain.valueOf(node);
        if (valueAt(field, row) === value && state.born[row] === LISTED) visit(row);
      }
    },
  };
}

function hasText(texts: Texts, row: number): boolean {
  return texts.locate(row) ? texts.from < texts.to : (texts.get(row) ?? '') !== '';
}

/** As of the text, which most keys need not become for it. */
function hashOfRow(texts: Texts, row: number): number {
  const bytes = texts.locate(row);
  return (bytes && hashOfAscii(bytes, texts.from, texts.to)) ?? hashOfText(texts.get(row) ?? '');
}
