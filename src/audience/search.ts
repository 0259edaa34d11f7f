/**
 * Search as people type it: parts of a name, phone digits in any spelling, part of an email or user ID, Chinese by
 * character. Each contact is a line of one long text for some thousand rows; the platform's own substring search runs
 * over it at a gigabyte a second. Texts are made when first needed and again where a row of theirs changed.
 */
import type { FoldState } from '#log/fold-state';
import { isListed, textAt } from './columns.ts';
import { foldText } from './fold-text.ts';

const CHUNK_BITS = 12;
const CHUNK_ROWS = 1 << CHUNK_BITS;

/** Every term must be found in the contact, each in one of its spellings. */
type Terms = readonly (readonly string[])[];

interface Chunk {
  readonly version: number;
  readonly rows: number;
  readonly text: string;
  /** Where each row's line begins, and at the end the text's length. */
  readonly starts: Uint32Array;
}

export interface Search {
  /** Sets `found[row]` to 1 for every row that matches. */
  readonly find: (query: string, found: Uint8Array) => void;
  /** Makes a few texts ahead of the first search. `done` where none is left. */
  readonly warm: (chunks: number) => 'more' | 'done';
}

export function createSearch(state: FoldState): Search {
  const chunks: (Chunk | undefined)[] = [];
  const chunkCount = () => (state.ids.count + CHUNK_ROWS - 1) >> CHUNK_BITS;

  function chunkAt(index: number): Chunk {
    const first = index << CHUNK_BITS;
    const rows = Math.min(state.ids.count - first, CHUNK_ROWS);
    const known = chunks[index];
    if (known && known.rows === rows && !touchedSince(first, rows, known.version)) return known;
    const starts = new Uint32Array(rows + 1);
    const lines: string[] = [];
    let length = 0;
    for (let at = 0; at < rows; at += 1) {
      const line = lineOf(first + at);
      lines.push(line);
      starts[at] = length;
      length += line.length;
    }
    starts[rows] = length;
    const chunk = { version: state.version, rows, text: lines.join(''), starts };
    chunks[index] = chunk;
    return chunk;
  }

  function touchedSince(first: number, rows: number, version: number): boolean {
    if (version === state.version) return false;
    const { touched } = state;
    for (let row = first; row < first + rows; row += 1) if ((touched[row] as number) > version) return true;
    return false;
  }

  function lineOf(row: number): string {
    if (!isListed(state, row)) return '\n';
    const phone = textAt(state, 'phone', row);
    return `${foldText(textAt(state, 'name', row))}\t${phone.startsWith('+') ? phone.slice(1) : phone}\t${foldText(textAt(state, 'email', row))}\t${foldText(textAt(state, 'userId', row))}\n`;
  }

  return {
    find(query, found) {
      const terms = readTerms(query);
      const [first, ...others] = terms;
      if (!first) return;
      for (let index = 0; index < chunkCount(); index += 1) {
        const chunk = chunkAt(index);
        for (const spelling of first) findInChunk(chunk, spelling, others, found, index << CHUNK_BITS);
      }
    },
    warm(limit) {
      let made = 0;
      for (let index = 0; index < chunkCount(); index += 1) {
        const known = chunks[index];
        if (chunkAt(index) !== known && (made += 1) >= limit) return 'more';
      }
      return 'done';
    },
  };
}

function findInChunk(chunk: Chunk, spelling: string, others: Terms, found: Uint8Array, firstRow: number): void {
  const { text, starts } = chunk;
  let at = 0;
  let from = text.indexOf(spelling);
  while (from >= 0) {
    at = lineAt(starts, from, at);
    const end = starts[at + 1] as number;
    if (others.length === 0 || hasAll(text.slice(starts[at], end), others)) found[firstRow + at] = 1;
    from = text.indexOf(spelling, end);
  }
}

/** The line in which a position lies; matches come in order, so it is looked for after the one before. */
function lineAt(starts: Uint32Array, position: number, from: number): number {
  let low = from;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

const hasAll = (line: string, terms: Terms): boolean =>
  terms.every((spellings) => spellings.some((spelling) => line.includes(spelling)));

/** Longer than any name or address: what is pasted by mistake is not looked for. */
const LONGEST_QUERY = 200;
/** Digits with what people put between them; the whole query, so that `138 1234 5678` is one number. */
const PHONE = /^[+\d\s().\-/]+$/;
/** Without its leading zeros a short number would be found everywhere. */
const SHORTEST_WITHOUT_ZERO = 4;

export function readTerms(query: string): Terms {
  const folded = foldText(query.slice(0, LONGEST_QUERY)).trim();
  const words = folded.split(/\s+/u).filter((word) => word !== '');
  if (!PHONE.test(folded) || !/\d/.test(folded)) {
    return words.map((word) => [/^\+\d+$/.test(word) ? word.slice(1) : word]);
  }
  // `+44 (0)20` means 4420; `00…` is `+`, and a leading 0 is dialled at home only.
  const digits = folded.replace(/(?<=\d\s?)\(0\)/u, '').replace(/\D/g, '');
  const dialled = [digits.replace(/^00/, ''), digits.replace(/^0/, '')];
  const spellings = [digits, ...dialled.filter((spelling) => spelling.length >= SHORTEST_WITHOUT_ZERO)];
  // A user ID may be written with the very signs.
  if (words.length === 1 && words[0] !== undefined && words[0] !== digits) spellings.push(words[0]);
  return [[...new Set(spellings)]];
}
