/**
 * Which encoding a text file is in (IMP-3), in layers: byte order mark, NUL bytes, strict UTF-8, then the candidates by
 * how much of what they make of the bytes is common in their script. A guess: it is shown and can be overruled.
 */
import { JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL, WESTERN } from './encoding-characters.ts';
import type { Encoding } from './types.ts';

export interface DetectedEncoding {
  readonly encoding: Encoding;
  /** Bytes of the mark at the beginning. */
  readonly markBytes: number;
}

const MARKS: readonly { readonly encoding: Encoding; readonly bytes: readonly number[] }[] = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
];

/** Digits, delimiters and line ends make at least this share of NUL bytes in UTF-16, even in a Chinese list. */
const UTF16_NUL_SHARE = 0.1;
/** In UTF-16 nearly all NULs lie on one side. */
const UTF16_ONE_SIDED = 0.9;
/** More control bytes than this are no text; a few NULs are the dirt of an export. */
const BINARY_SHARE = 0.02;

const CANDIDATES: readonly { readonly encoding: Encoding; readonly common: ReadonlySet<string> }[] = [
  // One label for GB 2312, GBK and GB 18030: the last holds the others.
  { encoding: 'gb18030', common: SIMPLIFIED },
  { encoding: 'big5', common: TRADITIONAL },
  { encoding: 'shift_jis', common: JAPANESE },
  { encoding: 'euc-kr', common: KOREAN },
  { encoding: 'windows-1252', common: WESTERN },
  { encoding: 'utf-16le', common: SIMPLIFIED },
  { encoding: 'utf-16be', common: SIMPLIFIED },
];

/** `sample` begins where the file begins, and may end within a character if it is a part. Undefined: no text at all. */
export function detectEncoding(sample: Uint8Array, extent: 'whole' | 'part'): DetectedEncoding | undefined {
  const mark = MARKS.find((each) => each.bytes.every((byte, index) => sample[index] === byte));
  if (mark) return { encoding: mark.encoding, markBytes: mark.bytes.length };
  const wide = utf16ByNulls(sample);
  if (wide) return { encoding: wide, markBytes: 0 };
  if (controlShare(sample) > BINARY_SHARE) return undefined;
  if (decodes(sample, 'utf-8', extent) !== undefined) return { encoding: 'utf-8', markBytes: 0 };
  return { encoding: bestCandidate(sample, extent), markBytes: 0 };
}

function utf16ByNulls(sample: Uint8Array): Encoding | undefined {
  let even = 0;
  let odd = 0;
  for (let index = 0; index < sample.length; index++) {
    if (sample[index] !== 0) continue;
    if (index % 2 === 0) even++;
    else odd++;
  }
  const nulls = even + odd;
  if (nulls < sample.length * UTF16_NUL_SHARE || nulls < 2) return undefined;
  // "1" is 31 00 with the little end first: the NULs are odd.
  const encoding = odd > even ? 'utf-16le' : 'utf-16be';
  return Math.max(even, odd) >= nulls * UTF16_ONE_SIDED ? encoding : undefined;
}

function controlShare(sample: Uint8Array): number {
  let controls = 0;
  for (const byte of sample) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12) controls++;
  return sample.length === 0 ? 0 : controls / sample.length;
}

function bestCandidate(sample: Uint8Array, extent: 'whole' | 'part'): Encoding {
  let best: { readonly encoding: Encoding; readonly score: number } = { encoding: 'windows-1252', score: -Infinity };
  for (const candidate of CANDIDATES) {
    const text = decodes(sample, candidate.encoding, extent);
    if (text === undefined) continue;
    const score = candidate.encoding === 'windows-1252' ? westernScore(text) : scriptScore(text, candidate.common);
    if (score > best.score) best = { encoding: candidate.encoding, score };
  }
  return best.encoding;
}

/** Strictly, but a character that the end of a part cuts is no fault. */
function decodes(sample: Uint8Array, encoding: Encoding, extent: 'whole' | 'part'): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: extent === 'part' });
  } catch {
    return undefined;
  }
}

/** Share of the characters beyond ASCII that are common, less what no real list holds. */
function scriptScore(text: string, common: ReadonlySet<string>): number {
  let foreign = 0;
  let hits = 0;
  let odd = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) {
      if (code === 0) odd++;
      continue;
    }
    foreign++;
    if (common.has(character)) hits++;
    else if (isOdd(code)) odd++;
  }
  return foreign === 0 ? -1 : (hits - 2 * odd) / foreign;
}

/** Private use, half-width kana, C1 controls, rare extensions: what a wrong decoding is full of. */
function isOdd(code: number): boolean {
  return (
    (code >= 0xe000 && code <= 0xf8ff) ||
    (code >= 0xff61 && code <= 0xff9f) ||
    (code >= 0x80 && code <= 0x9f) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    code > 0x1ffff
  );
}

/** In Latin text a letter beyond ASCII stands among ASCII letters; runs of them are two-byte characters misread. */
function westernScore(text: string): number {
  let foreign = 0;
  let good = 0;
  let run = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    run = code < 0x80 ? 0 : run + 1;
    if (run === 0) continue;
    foreign++;
    if (code >= 0x80 && code <= 0x9f) good -= 2;
    else if (run === 1 && WESTERN.has(character)) good += 1;
    else if (run > 1) good -= 1;
  }
  return foreign === 0 ? 0 : good / foreign;
}
