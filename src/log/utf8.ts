/**
 * Short texts as bytes in UTF-8 and back, without an object a text. A surrogate that stands alone, which no UTF-8 has, is
 * three bytes like any other code unit: whatever JSON can say comes back as it was.
 */

/** In a text's place where there is none: no UTF-8 has this byte. */
export const NONE = 0xff;
/** Longer ones in pieces, since a call takes no more than some thousand arguments. */
const PIECE = 256;
/** One for each length: an array that is made shorter and longer again costs twice as much. */
const unitsOf = Array.from({ length: PIECE + 1 }, (_, length) => new Array<number>(length).fill(0));

/** What `texts-writer.ts` wrote. */
export function textOfUtf8(bytes: Uint8Array, from: number, to: number): string {
  const length = to - from;
  if (length > PIECE) return longText(bytes, from, to);
  let units = unitsOf[length] as number[];
  let all = 0;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[from + at] as number;
    all |= byte;
    units[at] = byte;
  }
  if (all >= 0x80) {
    units = unitsOf[unitCount(bytes, from, to)] as number[];
    readUnits(bytes, from, to, units);
  }
  return String.fromCharCode.apply(undefined, units);
}

function longText(bytes: Uint8Array, from: number, to: number): string {
  let middle = from + PIECE;
  while (isContinued(bytes[middle] as number)) middle -= 1;
  return textOfUtf8(bytes, from, middle) + textOfUtf8(bytes, middle, to);
}

const isContinued = (byte: number) => (byte & 0xc0) === 0x80;

function unitCount(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    if (!isContinued(byte)) count += byte < 0xf0 ? 1 : 2;
  }
  return count;
}

function readUnits(bytes: Uint8Array, from: number, to: number, units: number[]): void {
  let count = 0;
  for (let at = from; at < to;) {
    const byte = bytes[at++] as number;
    if (byte < 0x80) units[count++] = byte;
    else if (byte < 0xe0) units[count++] = ((byte & 31) << 6) | ((bytes[at++] as number) & 63);
    else {
      const rest = (((bytes[at++] as number) & 63) << 6) | ((bytes[at++] as number) & 63);
      if (byte < 0xf0) units[count++] = ((byte & 15) << 12) | rest;
      else {
        const point = (((byte & 7) << 18) | (rest << 6) | ((bytes[at++] as number) & 63)) - 0x10000;
        units[count++] = 0xd800 | (point >> 10);
        units[count++] = 0xdc00 | (point & 0x3ff);
      }
    }
  }
}

/** From here on the order of bytes is not that of UTF-16. */
const SURROGATES = 0xed;

/** In the order of their UTF-16 units, as `<` compares strings. */
export function compareUtf8(
  bytes: Uint8Array,
  from: number,
  to: number,
  others: Uint8Array,
  othersFrom: number,
  othersTo: number,
): number {
  const length = Math.min(to - from, othersTo - othersFrom);
  for (let at = 0; at < length; at += 1) {
    const one = bytes[from + at] as number;
    const other = others[othersFrom + at] as number;
    if (one === other) continue;
    if (one < SURROGATES || other < SURROGATES) return one - other;
    return textOfUtf8(bytes, from, to) < textOfUtf8(others, othersFrom, othersTo) ? -1 : 1;
  }
  return to - from - (othersTo - othersFrom);
}
