/**
 * Packs some thousand texts (`texts-run.ts`), text by text, or from bytes as a block of the log has them, which then never
 * become strings. Apart from reading them, since nothing is packed before the first rows stand.
 */
import { readText, type TextsRun, type Utf8Texts } from './texts-run.ts';
import { NONE } from './utf8.ts';

export interface TextsWriter {
  readonly count: number;
  readonly add: (text: string | undefined) => void;
  /** So many of them, from `index` on. */
  readonly addUtf8: (texts: Utf8Texts, index: number, count: number) => void;
  readonly addNone: (count: number) => void;
  /** What was added since the last one. `known`: words of other runs, so that each is one string in all. */
  readonly finish: (known: Map<string, string>) => TextsRun;
}

/** More than so many in a thousand save nothing. */
const MOST_WORDS = 64;
/** Words that are remembered from run to run; more are only not shared. */
const MOST_KNOWN = 4_000;
const SHORT = 0x10000;

/** `rows`: of a run. */
export function createTextsWriter(rows: number): TextsWriter {
  let bytes = new Uint8Array(rows * 16);
  const starts = new Uint32Array(rows + 1);
  const places = new Uint8Array(rows);
  const words = createWordTable();
  let count = 0;
  let end = 0;

  const room = (more: number) => {
    if (bytes.length - end >= more) return;
    const longer = new Uint8Array(Math.max(bytes.length * 2, end + more));
    longer.set(bytes);
    bytes = longer;
  };
  const next = (to: number) => {
    end = to;
    count += 1;
    starts[count] = to;
  };

  function addNone(more: number): void {
    room(more);
    for (let at = 0; at < more; at += 1) {
      bytes[end] = NONE;
      next(end + 1);
    }
  }

  function wordsOf(known: Map<string, string>): TextsRun | undefined {
    words.clear();
    for (let row = 0; row < rows; row += 1) {
      const place = words.placeOf(bytes, starts[row] as number, starts[row + 1] as number);
      if (place < 0) return undefined;
      places[row] = place;
    }
    const texts = words.ranges().map(([from, to]) => oneOf(readText(bytes, from, to), known));
    return {
      words: texts,
      places: texts.length === 1 ? firstOnly(rows) : places.slice(),
      bytes: undefined,
      starts: undefined,
    };
  }

  return {
    get count() {
      return count;
    },
    add(text) {
      if (text === undefined) {
        addNone(1);
        return;
      }
      room(text.length * BYTES_A_UNIT);
      next(putUtf8(text, bytes, end));
    },
    addUtf8(texts, index, more) {
      const from = texts.starts[index] as number;
      const to = texts.starts[index + more] as number;
      room(to - from);
      bytes.set(texts.bytes.subarray(from, to), end);
      const moved = end - from;
      for (let at = 1; at <= more; at += 1) next((texts.starts[index + at] as number) + moved);
    },
    addNone,
    finish(known) {
      addNone(rows - count);
      const run = wordsOf(known) ?? {
        words: undefined,
        places: undefined,
        bytes: bytes.slice(0, end),
        starts: end < SHORT ? Uint16Array.from(starts) : starts.slice(),
      };
      count = 0;
      end = 0;
      return run;
    },
  };
}

/** The same for all runs of one word. */
let zeros = new Uint8Array();
const firstOnly = (rows: number) => (zeros.length === rows ? zeros : (zeros = new Uint8Array(rows)));

function oneOf(word: string | undefined, known: Map<string, string>): string | undefined {
  if (word === undefined) return undefined;
  const one = known.get(word);
  if (one === undefined && known.size < MOST_KNOWN) known.set(word, word);
  return one ?? word;
}

/** Which of few texts it is, by their bytes. */
function createWordTable() {
  const SLOTS = MOST_WORDS * 4;
  const slots = new Int8Array(SLOTS);
  const froms = new Uint32Array(MOST_WORDS);
  const tos = new Uint32Array(MOST_WORDS);
  let count = 0;

  return {
    clear() {
      slots.fill(-1);
      count = 0;
    },
    ranges: () => Array.from({ length: count }, (_, at) => [froms[at] as number, tos[at] as number] as const),
    /** -1 where there are too many. */
    placeOf(bytes: Uint8Array, from: number, to: number): number {
      let hash = to - from;
      for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
      let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
      for (let place = slots[slot] as number; place >= 0; place = slots[slot] as number) {
        if (isSame(bytes, from, to, froms[place] as number, tos[place] as number)) return place;
        slot = (slot + 1) & (SLOTS - 1);
      }
      if (count === MOST_WORDS) return -1;
      slots[slot] = count;
      froms[count] = from;
      tos[count] = to;
      return count++;
    },
  };
}

function isSame(bytes: Uint8Array, from: number, to: number, otherFrom: number, otherTo: number): boolean {
  if (to - from !== otherTo - otherFrom) return false;
  for (let at = 0; at < to - from; at += 1) if (bytes[from + at] !== bytes[otherFrom + at]) return false;
  return true;
}

/** At most, for each UTF-16 unit. */
const BYTES_A_UNIT = 3;

/** Answers where it ends; there must be room. */
function putUtf8(text: string, bytes: Uint8Array, at: number): number {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      bytes[at++] = unit;
      continue;
    }
    if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
    } else {
      const point = text.codePointAt(index) ?? unit;
      if (point > 0xffff) {
        index += 1;
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = 0x80 | ((point >> 12) & 63);
        bytes[at++] = 0x80 | ((point >> 6) & 63);
        bytes[at++] = 0x80 | (point & 63);
        continue;
      }
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 63);
    }
    bytes[at++] = 0x80 | (unit & 63);
  }
  return at;
}
