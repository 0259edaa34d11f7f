/**
 * Cuts a text file into slices that end where rows end, holding only one slice at a time. What a slice is depends on
 * nothing but where it begins, so that an import goes on, and a sample is found again, from a byte offset alone.
 */
import { TEXT_LIMITS, type TextLimits } from './limits.ts';
import { findRowEnds } from './rows-in-text.ts';
import type { Delimiter, Encoding } from './types.ts';

export interface TextReading {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
}

export interface TextSlice {
  readonly byteStart: number;
  readonly byteEnd: number;
  /** Whole rows, each ended by `\n`, the only line end. */
  readonly text: string;
  /**
   * `asText`: a quote opened here and nothing closed it; each line is a row, and quotes mean nothing.
   * `tooLong`: one line without an end in sight; `text` is its beginning.
   */
  readonly quotes: 'read' | 'asText' | 'tooLong';
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** What is kept of a line that is too long, to show it by. */
const SHOWN_OF_LONG_LINE = 4_000;

/** The slice that begins at a byte where a row begins; undefined at the end of the file. */
export async function readTextSlice(
  file: Blob,
  reading: TextReading,
  byteStart: number,
  limits: TextLimits = TEXT_LIMITS,
): Promise<TextSlice | undefined> {
  for (let windowBytes = limits.windowBytes; byteStart < file.size; windowBytes *= 2) {
    const bytes = new Uint8Array(await file.slice(byteStart, byteStart + windowBytes).arrayBuffer());
    const extent = byteStart + bytes.length >= file.size ? 'whole' : 'part';
    const units = unitsOf(bytes, reading.encoding, extent);
    const text = decode(units, reading.encoding, extent);
    const ends = findRowEnds(text, reading.delimiter, limits.mostRows);
    const sliceTo = (end: number, quotes: TextSlice['quotes']): TextSlice => {
      const byteEnd =
        extent === 'whole' && end === text.length ? file.size : byteStart + bytesOf(units, reading, text, end);
      return { byteStart, byteEnd, text: text.slice(0, end), quotes };
    };
    if (ends.end > 0) return sliceTo(ends.end, 'read');
    if (extent === 'part' && windowBytes < limits.longestRowBytes) continue;
    // Nothing in sight closes the quote, so no other field in sight is quoted either. What begins in the second half
    // of the window may close beyond it.
    const bound = extent === 'whole' ? text.length : text.length / 2;
    const end = lastLineEnd(text, bound, limits.mostRows);
    if (end > 0) return sliceTo(end, 'asText');
    const byteEnd = await endOfLine(file, reading, byteStart + bytes.length, limits);
    return { byteStart, byteEnd, text: `${text.slice(0, SHOWN_OF_LONG_LINE)}\n`, quotes: 'tooLong' };
  }
  return undefined;
}

/** `\r\n` and `\r` become `\n`, within quotes too. */
export function normaliseLineEnds(text: string): string {
  if (!text.includes('\r')) return text;
  const most = text.replaceAll('\r\n', '\n');
  return most.includes('\r') ? most.replaceAll('\r', '\n') : most;
}

type Units = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Bytes or pairs of bytes; a `\r` at the end of a part is left for the next, since a `\n` may follow. */
function unitsOf(bytes: Uint8Array<ArrayBuffer>, encoding: Encoding, extent: 'whole' | 'part'): Units {
  const units = isWide(encoding) ? new Uint16Array(bytes.buffer, 0, bytes.length >> 1) : bytes;
  return extent === 'part' && units.at(-1) === codeIn(encoding, CARRIAGE_RETURN) ? units.subarray(0, -1) : units;
}

function decode(units: Units, encoding: Encoding, extent: 'whole' | 'part'): string {
  const text = normaliseLineEnds(new TextDecoder(encoding).decode(units, { stream: extent === 'part' }));
  return extent === 'part' || text.endsWith('\n') ? text : `${text}\n`;
}

/** How many bytes the text up to a line end came from: the same line end is counted off in the bytes. */
function bytesOf(units: Units, reading: TextReading, text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines++;
  const lineFeed = codeIn(reading.encoding, LINE_FEED);
  const carriageReturn = codeIn(reading.encoding, CARRIAGE_RETURN);
  const hasReturns = units.includes(carriageReturn);
  let at = 0;
  while (lines > 0) {
    if (hasReturns) {
      while (at < units.length && units[at] !== lineFeed && units[at] !== carriageReturn) at++;
      if (units[at] === carriageReturn && units[at + 1] === lineFeed) at++;
    } else {
      at = units.indexOf(lineFeed, at);
    }
    at++;
    lines--;
  }
  return at * units.BYTES_PER_ELEMENT;
}

function lastLineEnd(text: string, bound: number, most: number): number {
  let end = 0;
  for (let rows = 0; rows < most; rows++) {
    const next = text.indexOf('\n', end);
    if (next === -1 || (next >= bound && end > 0)) break;
    end = next + 1;
  }
  return end;
}

/** Byte after the next line end, reading only forward. */
async function endOfLine(file: Blob, reading: TextReading, from: number, limits: TextLimits): Promise<number> {
  const wide = isWide(reading.encoding);
  let at = wide ? from - (from % 2) : from;
  while (at < file.size) {
    const bytes = new Uint8Array(await file.slice(at, at + limits.longestRowBytes).arrayBuffer());
    const units = unitsOf(bytes, reading.encoding, 'whole');
    const lineFeed = units.indexOf(codeIn(reading.encoding, LINE_FEED));
    const carriageReturn = units.indexOf(codeIn(reading.encoding, CARRIAGE_RETURN));
    const first =
      lineFeed === -1 || carriageReturn === -1
        ? Math.max(lineFeed, carriageReturn)
        : Math.min(lineFeed, carriageReturn);
    if (first !== -1) {
      const isPair = first === carriageReturn && lineFeed === carriageReturn + 1;
      return at + (first + (isPair ? 2 : 1)) * units.BYTES_PER_ELEMENT;
    }
    at += bytes.length;
  }
  return file.size;
}

const isWide = (encoding: Encoding): boolean => encoding === 'utf-16le' || encoding === 'utf-16be';
/** As a unit of this encoding reads on a machine with the little end first, which every browser's is. */
const codeIn = (encoding: Encoding, code: number): number => (encoding === 'utf-16be' ? code << 8 : code);
