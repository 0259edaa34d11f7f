/**
 * Cuts a file of address cards into slices that end where cards end, holding one slice at a time; like a slice of text,
 * it depends on nothing but where it begins. It makes no rows.
 */
import { CARD_LIMITS, type CardLimits } from './limits.ts';
import { normaliseLineEnds } from './text-slice.ts';
import type { Encoding } from './types.ts';

export interface CardSlice {
  readonly byteEnd: number;
  /** Its only line end is `\n`. */
  readonly text: string;
  /** `tooLong`: a card without an end in sight; `text` is its beginning. */
  readonly cards: 'whole' | 'tooLong';
}

/** A line of its own; line ends and these letters are the same bytes in every encoding but UTF-16. */
const END = /^[ \t]*END[ \t]*:[ \t]*VCARD[ \t]*$/gim;
/** What is kept of a card that is too long, to show it by. */
const SHOWN_OF_LONG_CARD = 4_000;

/** The slice that begins at a byte where a card, or what lies between cards, begins; undefined at the end of the file. */
export async function readCardSlice(
  file: Blob,
  encoding: Encoding,
  byteStart: number,
  limits: CardLimits = CARD_LIMITS,
): Promise<CardSlice | undefined> {
  for (let windowBytes = limits.windowBytes; byteStart < file.size; windowBytes *= 2) {
    const bytes = new Uint8Array(await file.slice(byteStart, byteStart + windowBytes).arrayBuffer());
    const extent = byteStart + bytes.length >= file.size ? 'whole' : 'part';
    const { end, count } = lastCardEnd(bytes, encoding, extent, limits.mostCards);
    const isLast = extent === 'whole' && count < limits.mostCards;
    const length = isLast ? bytes.length : end;
    if (length > 0)
      return { byteEnd: byteStart + length, text: decode(bytes.subarray(0, length), encoding), cards: 'whole' };
    if (windowBytes < limits.longestCardBytes) continue;
    const text = decode(bytes.subarray(0, SHOWN_OF_LONG_CARD), encoding);
    return { byteEnd: await endOfCard(file, encoding, byteStart, limits), text, cards: 'tooLong' };
  }
  return undefined;
}

function lastCardEnd(bytes: Uint8Array, encoding: Encoding, extent: 'whole' | 'part', most: number) {
  const text = unitsAsText(bytes, encoding);
  let end = 0;
  let count = 0;
  for (const match of text.matchAll(END)) {
    const after = match.index + match[0].length;
    // A part may end within a line, or within its `\r\n`.
    if (extent === 'part' && after + 1 >= text.length) break;
    end = after;
    if (++count === most) break;
  }
  // Its line end belongs to it.
  if (end > 0 && text[end] === '\r') end++;
  if (end > 0 && text[end] === '\n') end++;
  return { end: end * unitBytes(encoding), count };
}

/** Reading only forward, with an overlap as long as the line. */
async function endOfCard(file: Blob, encoding: Encoding, from: number, limits: CardLimits): Promise<number> {
  const overlap = 64;
  for (let at = from; at < file.size; at += limits.longestCardBytes - overlap) {
    const bytes = new Uint8Array(await file.slice(at, at + limits.longestCardBytes).arrayBuffer());
    const { end } = lastCardEnd(bytes, encoding, at + bytes.length >= file.size ? 'whole' : 'part', 1);
    if (end > 0) return at + end;
  }
  return file.size;
}

/** A character a unit, whatever the bytes mean, so that places in the text are places in the file. */
const unitsAsText = (bytes: Uint8Array, encoding: Encoding): string =>
  new TextDecoder(unitBytes(encoding) === 2 ? encoding : 'windows-1252', { ignoreBOM: true }).decode(bytes);
const unitBytes = (encoding: Encoding): 1 | 2 => (encoding === 'utf-16le' || encoding === 'utf-16be' ? 2 : 1);
const decode = (bytes: Uint8Array, encoding: Encoding): string =>
  normaliseLineEnds(new TextDecoder(encoding).decode(bytes));
