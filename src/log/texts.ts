/**
 * A text a row, for a million rows. What was written lately stands as strings; what lies still is packed, a thousand
 * rows at a time, into one run of UTF-8 or, where they repeat, into a few words and a byte a row: a third of the memory.
 * Whoever writes into a packed run unpacks it first. Which text stands, and why, is the caller's to know.
 */
import { readRun, readText, type TextsRun } from './texts-run.ts';
import type { TextsWriter } from './texts-writer.ts';
import { compareUtf8, NONE } from './utf8.ts';

export interface Texts {
  /** Undefined where nothing was ever said, empty where it was emptied. */
  readonly get: (row: number) => string | undefined;
  readonly set: (row: number, text: string | undefined) => void;
  /** As their letters compare (UTF-16); none is the empty text. */
  readonly compare: (one: number, other: number) => number;
  /**
   * The bytes between `from` and `to` are the text, in UTF-8, until another row is located. Undefined where it does not
   * stand as bytes: `get` says it.
   */
  readonly locate: (row: number) => Uint8Array | undefined;
  readonly from: number;
  readonly to: number;
  /** The rows from `index` × `RUN_ROWS` on, which were written into it. */
  readonly take: (index: number, written: TextsWriter) => void;
  /** Packs some runs that were written since. */
  readonly pack: (limit: number, writer: TextsWriter) => 'more' | 'done';
}

const RUN_BITS = 10;
export const RUN_ROWS = 1 << RUN_BITS;
const MASK = RUN_ROWS - 1;

/** One that is longer stays as it is, with its thousand: as bytes, many that are one string would be many. */
export const isShort = (text: string | null | undefined): boolean => (text?.length ?? 0) <= LONGEST;
const LONGEST = 4_096;

export function createTexts(): Texts {
  /** By run: strings, or packed, or nothing yet. */
  const loose: ((string | undefined)[] | undefined)[] = [];
  const packed: (TextsRun | undefined)[] = [];
  /** Few words in many runs: one string for all of them. */
  const words = new Map<string, string>();
  let firstLoose = 0;

  function loosen(index: number): (string | undefined)[] {
    const run = packed[index];
    const texts = run ? readRun(run) : new Array<string | undefined>(RUN_ROWS).fill(undefined);
    packed[index] = undefined;
    loose[index] = texts;
    firstLoose = Math.min(firstLoose, index);
    return texts;
  }

  function get(row: number): string | undefined {
    const index = row >>> RUN_BITS;
    const texts = loose[index];
    if (texts !== undefined) return texts[row & MASK];
    const run = packed[index];
    if (run === undefined) return undefined;
    if (run.words !== undefined) return run.words[run.places[row & MASK] as number];
    return readText(run.bytes, run.starts[row & MASK] as number, run.starts[(row & MASK) + 1] as number);
  }

  const self: Texts & { from: number; to: number } = {
    from: 0,
    to: 0,
    get,
    set(row, text) {
      const index = row >>> RUN_BITS;
      (loose[index] ?? loosen(index))[row & MASK] = text;
    },
    locate(row) {
      const run = packed[row >>> RUN_BITS];
      if (run?.bytes === undefined) return undefined;
      self.from = run.starts[row & MASK] as number;
      self.to = run.starts[(row & MASK) + 1] as number;
      if (run.bytes[self.from] === NONE) self.from = self.to;
      return run.bytes;
    },
    compare(one, other) {
      const bytes = self.locate(one);
      if (bytes) {
        const { from, to } = self;
        const others = self.locate(other);
        if (others) return compareUtf8(bytes, from, to, others, self.from, self.to);
      }
      const [text, otherText] = [get(one) ?? '', get(other) ?? ''];
      return text < otherText ? -1 : text > otherText ? 1 : 0;
    },
    take(index, written) {
      packed[index] = written.finish(words);
      loose[index] = undefined;
    },
    pack(limit, writer) {
      let left = limit;
      for (; firstLoose < loose.length; firstLoose += 1) {
        const texts = loose[firstLoose];
        if (texts === undefined) continue;
        if (left === 0) return 'more';
        if (!texts.every(isShort)) continue;
        left -= 1;
        for (const text of texts) writer.add(text);
        self.take(firstLoose, writer);
      }
      return 'done';
    },
  };
  return self;
}
