/**
 * Search as people type it: parts of a name, phone digits in any spelling, part of an email or user ID, Chinese by
 * character and by the first letters of its pinyin. Of every thousand rows their lines lie in one run of bytes, and beside
 * it a bit a row for each slot (`slots.ts`): a query is a few hundred words ANDed, and a look at the lines that are left.
 * Made when first needed, or ahead in steps; rows that changed since are read from the state until they are made anew.
 */
import type { FoldState } from '#log/fold-state';
import { allBits, createBits, setBit, type Bits } from './bits.ts';
import type { ChangedRows } from './changed-rows.ts';
import { createLineWriter, type LineField } from './lines.ts';
import { isInLine, needleOf, type Needle } from './needles.ts';
import { isWholeText, markSlots, SLOTS } from './slots.ts';
import { readTerms } from './terms.ts';

const CHUNK_BITS = 10;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const CHUNK_WORDS = CHUNK_ROWS >> 5;
/** A row read from the state costs what making it anew does; more of them cost every query again. */
const MOST_CHANGED = 128;

interface Chunk {
  /** Of the state, when it was made. */
  readonly version: number;
  readonly rows: number;
  readonly bytes: Uint8Array;
  /** Where each row's line begins, and at the end where the last one ends. */
  readonly starts: Uint32Array;
  /** For each slot a bit a row. */
  readonly slots: Uint32Array;
  /** Rows that changed or came since, as of `checked`. */
  changed: readonly number[];
  checked: number;
}

/** All must be found, each in one of its spellings. */
type Wanted = readonly (readonly Needle[])[];

export interface Search {
  /** Listed contacts, and those in the bin, that have what was typed; undefined where nothing was. */
  readonly find: (query: string) => Bits | undefined;
  /** As `find`, of one field: it has one of these texts, which are folded, somewhere, first, or as the whole. */
  readonly findIn: (field: LineField, place: 'within' | 'first' | 'whole', texts: readonly string[]) => Bits;
  /** Makes some thousand rows ahead of the first search. `done` where none is left. */
  readonly warm: (chunks: number) => 'more' | 'done';
}

export function createSearch(state: FoldState, changes: ChangedRows): Search {
  const chunks: (Chunk | undefined)[] = [];
  /** Version as of which chunks were passed over last. */
  let passed = state.version;
  let rowsPassed = state.ids.count;
  const writer = createLineWriter(state);
  const chunkCount = () => (state.ids.count + CHUNK_ROWS - 1) >> CHUNK_BITS;
  const rowsIn = (index: number) => Math.min(state.ids.count - (index << CHUNK_BITS), CHUNK_ROWS);

  function make(index: number): Chunk {
    const rows = rowsIn(index);
    const starts = new Uint32Array(rows + 1);
    writer.clear();
    for (let at = 0; at < rows; at += 1) {
      writer.add((index << CHUNK_BITS) + at);
      starts[at + 1] = writer.end;
    }
    const { version } = state;
    const bytes = writer.bytes.slice(0, writer.end);
    const chunk: Chunk = {
      version,
      rows,
      bytes,
      starts,
      slots: slotsOfLines(bytes, starts),
      changed: [],
      checked: version,
    };
    chunks[index] = chunk;
    return chunk;
  }

  function chunkAt(index: number): Chunk {
    const chunk = chunks[index];
    if (!chunk || chunk.rows > rowsIn(index)) return make(index);
    if (chunk.checked === state.version) return chunk;
    const first = index << CHUNK_BITS;
    const changed: number[] = [];
    for (let at = 0; at < rowsIn(index); at += 1)
      if (at >= chunk.rows || (state.touched[first + at] as number) > chunk.version) changed.push(at);
    if (changed.length > MOST_CHANGED) return make(index);
    chunk.changed = changed;
    chunk.checked = state.version;
    return chunk;
  }

  /** Where few rows changed, no row of the other chunks has to be asked. */
  function passUnchanged(): void {
    if (passed === state.version) return;
    const few = changes.since(passed, rowsPassed);
    const stale = new Set(few?.map((row) => row >> CHUNK_BITS));
    if (few)
      chunks.forEach((chunk, index) => {
        if (chunk && chunk.checked >= passed && !stale.has(index)) chunk.checked = state.version;
      });
    passed = state.version;
    rowsPassed = state.ids.count;
  }

  function findAll(wanted: Wanted): Bits {
    passUnchanged();
    const found = createBits(state.ids.count);
    const isSure = wanted.every((needles) =>
      needles.every(({ bytes, place }) => place === 'anywhere' && isWholeText(bytes)),
    );
    for (let index = 0; index < chunkCount(); index += 1) {
      const chunk = chunkAt(index);
      const possible = possibleRows(chunk, wanted);
      if (!isSure) for (const needles of wanted) keepFound(possible, chunk, needles);
      for (const at of chunk.changed) setBit(possible, at, isFoundAsItIs((index << CHUNK_BITS) + at, wanted));
      const to = index << (CHUNK_BITS - 5);
      // The last chunk's words end with the rows.
      found.set(possible.subarray(0, found.length - to), to);
    }
    return found;
  }

  function isFoundAsItIs(row: number, wanted: Wanted): boolean {
    writer.clear();
    writer.add(row);
    return wanted.every((needles) => hasSome(needles, writer.bytes, 0, writer.end));
  }

  return {
    find(query) {
      const terms = readTerms(query);
      return terms.length === 0
        ? undefined
        : findAll(terms.map((spellings) => spellings.map((spelling) => needleOf(spelling))));
    },
    findIn: (field, place, texts) => findAll([texts.map((text) => needleOf(text, place, field))]),
    warm(limit) {
      passUnchanged();
      let made = 0;
      for (let index = 0; index < chunkCount(); index += 1) {
        const known = chunks[index];
        if (known && chunkAt(index) === known && known.changed.length === 0) continue;
        if (made >= limit) return 'more';
        if (chunks[index] === known) make(index);
        made += 1;
      }
      return 'done';
    },
  };
}

function slotsOfLines(bytes: Uint8Array, starts: Uint32Array): Uint32Array {
  const slots = new Uint32Array(SLOTS * CHUNK_WORDS);
  for (let at = 0; at + 1 < starts.length; at += 1)
    markSlots(bytes, [starts[at] as number, starts[at + 1] as number], slots, CHUNK_WORDS, at);
  return slots;
}

/** Rows whose slots speak for it; a text without slots may be anywhere. */
function possibleRows({ slots, rows }: Chunk, wanted: Wanted): Bits {
  const possible = createBits(CHUNK_ROWS);
  possible.set(allBits(rows));
  for (const needles of wanted) {
    for (let word = 0; word < CHUNK_WORDS; word += 1) {
      let some = 0;
      for (const needle of needles) {
        let all = 0xffffffff;
        for (const slot of needle.slots) all &= slots[slot * CHUNK_WORDS + word] as number;
        some |= all;
      }
      (possible[word] as number) &= some;
    }
  }
  return possible;
}

/** Takes out the rows whose line has none of them. No closures: asked of hundreds of thousands of lines. */
function keepFound(possible: Bits, { bytes, starts }: Chunk, needles: readonly Needle[]): void {
  for (let word = 0; word < CHUNK_WORDS; word += 1) {
    let left = possible[word] as number;
    let kept = left;
    while (left !== 0) {
      const at = 31 - Math.clz32(left & -left);
      const row = (word << 5) + at;
      if (!hasSome(needles, bytes, starts[row] as number, starts[row + 1] as number)) kept ^= 1 << at;
      left &= left - 1;
    }
    possible[word] = kept;
  }
}

function hasSome(needles: readonly Needle[], bytes: Uint8Array, from: number, to: number): boolean {
  for (const needle of needles) if (isInLine(needle, bytes, from, to)) return true;
  return false;
}
