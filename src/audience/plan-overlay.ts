/**
 * The contacts that an import has met so far, by the hashes of their keys: enough to know a second row of the same
 * person, 60 bytes a contact, and none of the texts.
 */
import { KEY_FIELDS } from '#domain/contact';
import { createIdTable, grown, type IdTable } from '#log/id-table';
import { createChains } from '#log/chains';
import { SHARED_AT_MOST } from '#log/key-index';

export interface Overlay {
  /** A contact's place here is its row in this table. */
  readonly ids: IdTable;
  readonly add: (high: number, low: number, birth: 'born' | 'known') => number;
  readonly isBorn: (at: number) => boolean;
  /** Text fields that this import has written, by their index into `TEXT_FIELDS`. */
  readonly isWritten: (at: number, field: number) => boolean;
  readonly setWritten: (at: number, field: number) => void;
  /** Text fields of which some row of the file said what stood already. */
  readonly isRepeated: (at: number, field: number) => boolean;
  readonly setRepeated: (at: number, field: number) => void;
  /** What it holds now in a key field, by hash. */
  readonly setKey: (at: number, field: number, high: number, low: number) => void;
  readonly holds: (at: number, field: number, high: number, low: number) => 'same' | 'other' | 'none';
  /** Whether anybody may hold a key with this half of a hash. */
  readonly mayHold: (field: number, low: number) => boolean;
  readonly forEach: (field: number, high: number, low: number, visit: (at: number) => void) => void;
}

const FIRST = 64;
const BORN = 0x80;

export function createOverlay(): Overlay {
  const ids = createIdTable();
  /** Two halves a key field, side by side. Zeros: it holds nothing there. */
  let keys = new Uint32Array(FIRST * KEY_FIELDS.length * 2);
  let marks = new Uint8Array(FIRST);
  let repeated = new Uint8Array(FIRST);
  const chains = KEY_FIELDS.map(() => createChains());
  const placeOf = (at: number, field: number) => (at * KEY_FIELDS.length + field) * 2;

  return {
    ids,
    add(high, low, birth) {
      const at = ids.findOrAdd(high, low);
      if (at >= marks.length) {
        marks = grown(marks, marks.length * 2);
        repeated = grown(repeated, marks.length);
        keys = grown(keys, keys.length * 2);
      }
      if (birth === 'born') marks[at] = (marks[at] as number) | BORN;
      return at;
    },
    isBorn: (at) => ((marks[at] as number) & BORN) !== 0,
    isWritten: (at, field) => ((marks[at] as number) & (1 << field)) !== 0,
    setWritten(at, field) {
      marks[at] = (marks[at] as number) | (1 << field);
    },
    isRepeated: (at, field) => ((repeated[at] as number) & (1 << field)) !== 0,
    setRepeated(at, field) {
      repeated[at] = (repeated[at] as number) | (1 << field);
    },
    setKey(at, field, high, low) {
      const place = placeOf(at, field);
      if (keys[place] === high && keys[place + 1] === low) return;
      keys[place] = high;
      keys[place + 1] = low;
      chains[field]?.add(low | 0, at);
    },
    holds(at, field, high, low) {
      const place = placeOf(at, field);
      if (keys[place] === 0 && keys[place + 1] === 0) return 'none';
      return keys[place] === high && keys[place + 1] === low ? 'same' : 'other';
    },
    mayHold: (field, low) => (chains[field]?.first(low | 0) ?? -1) >= 0,
    forEach(field, high, low, visit) {
      const chain = chains[field];
      if (!chain) return;
      let node = chain.first(low | 0);
      for (let left = SHARED_AT_MOST; node >= 0 && left > 0; node = chain.next(node), left -= 1) {
        const at = chain.valueOf(node);
        const place = placeOf(at, field);
        if (keys[place] === high && keys[place + 1] === low) visit(at);
      }
    },
  };
}
