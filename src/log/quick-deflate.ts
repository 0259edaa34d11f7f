/**
 * Deflate (RFC 1951) for the bytes of blocks: what any inflater reads, at a fifth of the work of the platform's streams,
 * which have no level and look for hours among digits. It tries one place for each match, the last one that began with
 * the same six bytes, and its bytes are a sixth more.
 */
import { codeLengths, codesOf } from './huffman.ts';

const WINDOW = 32_768;
const LONGEST_MATCH = 258;
/** Shorter ones save nothing: among digits they are everywhere, and far away. */
const SHORTEST_MATCH = 6;
const PLACE_BITS = 15;
/** Symbols under one set of codes: about a column of a block. */
const SYMBOLS_AT_ONCE = 12_288;
const END = 256;
const [LITERALS, DISTANCES, LENGTHS] = [286, 30, 19];
/** In which order the lengths of codes of lengths stand (RFC 1951, 3.2.7). */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** RFC 1951, 3.2.5: the symbol of a length, of a distance, and what is written after each. */
const lengthSymbols = new Uint16Array(LONGEST_MATCH + 1);
const lengthBases = new Uint16Array(LITERALS);
const lengthExtras = new Uint8Array(LITERALS);
const distanceBases = new Uint16Array(DISTANCES);
const distanceExtras = new Uint8Array(DISTANCES);
/** Of distances up to 256, less one; then of every 128. */
const distanceSymbols = new Uint8Array(512);
fillTables();

function fillTables(): void {
  for (let symbol = 257, length = 3; symbol < 285; symbol += 1) {
    const extra = symbol < 265 ? 0 : (symbol - 261) >> 2;
    lengthBases[symbol] = length;
    lengthExtras[symbol] = extra;
    for (const end = length + (1 << extra); length < end; length += 1) lengthSymbols[length] = symbol;
  }
  lengthBases[285] = LONGEST_MATCH;
  lengthSymbols[LONGEST_MATCH] = 285;
  for (let symbol = 0, distance = 1; symbol < DISTANCES; symbol += 1) {
    const extra = symbol < 4 ? 0 : (symbol - 2) >> 1;
    distanceBases[symbol] = distance;
    distanceExtras[symbol] = extra;
    for (const end = distance + (1 << extra); distance < end; distance += distance > 256 ? 128 : 1)
      distanceSymbols[placeOfDistance(distance)] = symbol;
  }
}

function placeOfDistance(distance: number): number {
  return distance <= 256 ? distance - 1 : 256 + ((distance - 1) >> 7);
}

export function deflateQuickly(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = createWriter(bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const places = new Int32Array(1 << PLACE_BITS).fill(-WINDOW);
  /** A literal's byte, or a match: its length above, its distance below. */
  const symbols = new Uint32Array(SYMBOLS_AT_ONCE);
  let count = 0;
  let at = 0;
  const last = bytes.length - SHORTEST_MATCH;
  while (at < bytes.length) {
    if (count === SYMBOLS_AT_ONCE) {
      writer.block(symbols, count, 'more');
      count = 0;
    }
    if (at <= last) {
      const place = placeOf(view, at);
      const before = places[place] as number;
      places[place] = at;
      const length = at - before < WINDOW ? matchOf(bytes, view, before, at) : 0;
      if (length >= SHORTEST_MATCH) {
        symbols[count++] = (length << 16) | (at - before);
        // The next match begins behind this one as often as within it.
        const end = at + length;
        for (at += 1; at < end; at += 1) if (at <= last) places[placeOf(view, at)] = at;
        continue;
      }
    }
    symbols[count++] = bytes[at++] as number;
  }
  writer.block(symbols, count, 'last');
  return writer.bytes();
}

function placeOf(view: DataView, at: number): number {
  const [four, two] = [view.getInt32(at, true), view.getUint16(at + 4, true)];
  return (Math.imul(four, 0x9e3779b1) ^ Math.imul(two, 0x85ebca6b)) >>> (32 - PLACE_BITS);
}

function matchOf(bytes: Uint8Array, view: DataView, before: number, at: number): number {
  if (view.getInt32(before, true) !== view.getInt32(at, true)) return 0;
  const most = Math.min(LONGEST_MATCH, bytes.length - at);
  let length = 4;
  while (length < most && bytes[before + length] === bytes[at + length]) length += 1;
  return length;
}

function createWriter(sizeBytes: number) {
  // No code has more than 15 bits, so no literal has two bytes; the codes themselves take some 100 bytes a block.
  const out = new Uint8Array(sizeBytes * 2 + 1_024 + (sizeBytes / SYMBOLS_AT_ONCE) * 512);
  const [literalCounts, distanceCounts] = [new Uint32Array(LITERALS), new Uint32Array(DISTANCES)];
  const [literalLengths, distanceLengths] = [new Uint8Array(LITERALS), new Uint8Array(DISTANCES)];
  const [literalCodes, distanceCodes] = [new Uint16Array(LITERALS), new Uint16Array(DISTANCES)];
  let size = 0;
  /** Fewer than 16 between two calls. */
  let bits = 0;
  let held = 0;

  function write(value: number, length: number): void {
    held |= value << bits;
    bits += length;
    if (bits < 16) return;
    out[size] = held;
    out[size + 1] = held >>> 8;
    size += 2;
    held >>>= 16;
    bits -= 16;
  }

  function count(symbols: Uint32Array, length: number): void {
    literalCounts.fill(0);
    distanceCounts.fill(0);
    literalCounts[END] = 1;
    for (let at = 0; at < length; at += 1) {
      const symbol = symbols[at] as number;
      if (symbol < END) literalCounts[symbol] = (literalCounts[symbol] as number) + 1;
      else {
        const literal = lengthSymbols[symbol >>> 16] as number;
        const distance = distanceSymbols[placeOfDistance(symbol & 0xffff)] as number;
        literalCounts[literal] = (literalCounts[literal] as number) + 1;
        distanceCounts[distance] = (distanceCounts[distance] as number) + 1;
      }
    }
  }

  function writeCodes(): void {
    codeLengths(literalCounts, 15, literalLengths);
    codeLengths(distanceCounts, 15, distanceLengths);
    codesOf(literalLengths, literalCodes);
    codesOf(distanceLengths, distanceCodes);
    // All of them, used or not: a run of zeros is two symbols.
    const [runs, extras] = runsOf([...literalLengths, ...distanceLengths]);
    const runCounts = new Uint32Array(LENGTHS);
    for (const run of runs) runCounts[run] = (runCounts[run] as number) + 1;
    const runLengths = new Uint8Array(LENGTHS);
    const runCodes = new Uint16Array(LENGTHS);
    codeLengths(runCounts, 7, runLengths);
    codesOf(runLengths, runCodes);
    write(LITERALS - 257, 5);
    write(DISTANCES - 1, 5);
    write(LENGTHS - 4, 4);
    for (const run of LENGTH_ORDER) write(runLengths[run] as number, 3);
    runs.forEach((run, at) => {
      write(runCodes[run] as number, runLengths[run] as number);
      if (run >= 16) write(extras[at] as number, run === 16 ? 2 : run === 17 ? 3 : 7);
    });
  }

  function writeMatch(length: number, distance: number): void {
    const literal = lengthSymbols[length] as number;
    write(literalCodes[literal] as number, literalLengths[literal] as number);
    write(length - (lengthBases[literal] as number), lengthExtras[literal] as number);
    const symbol = distanceSymbols[placeOfDistance(distance)] as number;
    write(distanceCodes[symbol] as number, distanceLengths[symbol] as number);
    write(distance - (distanceBases[symbol] as number), distanceExtras[symbol] as number);
  }

  return {
    block(symbols: Uint32Array, length: number, place: 'more' | 'last'): void {
      count(symbols, length);
      write(place === 'last' ? 1 : 0, 1);
      write(2, 2);
      writeCodes();
      for (let at = 0; at < length; at += 1) {
        const symbol = symbols[at] as number;
        if (symbol >= END) {
          writeMatch(symbol >>> 16, symbol & 0xffff);
          continue;
        }
        // As `write`, in place: most symbols are literals.
        held |= (literalCodes[symbol] as number) << bits;
        bits += literalLengths[symbol] as number;
        if (bits < 16) continue;
        out[size] = held;
        out[size + 1] = held >>> 8;
        size += 2;
        held >>>= 16;
        bits -= 16;
      }
      write(literalCodes[END] as number, literalLengths[END] as number);
    },
    bytes(): Uint8Array<ArrayBuffer> {
      out[size] = held;
      out[size + 1] = held >>> 8;
      return out.slice(0, size + ((bits + 7) >> 3));
    },
  };
}

/** Lengths of codes, repeated ones as one (RFC 1951, 3.2.7), and what is written after each of these. */
function runsOf(lengths: readonly number[]): readonly [runs: readonly number[], extras: readonly number[]] {
  const runs: number[] = [];
  const extras: number[] = [];
  for (let at = 0; at < lengths.length;) {
    const length = lengths[at] as number;
    let end = at + 1;
    while (end < lengths.length && lengths[end] === length) end += 1;
    let left = end - at;
    at = end;
    if (length !== 0) {
      runs.push(length);
      extras.push(0);
      left -= 1;
    }
    while (left > 0) {
      const [run, least, most] = length !== 0 ? [16, 3, 6] : left > 10 ? [17 + 1, 11, 138] : [17, 3, 10];
      if (left < least) {
        runs.push(length);
        extras.push(0);
        left -= 1;
        continue;
      }
      const taken = Math.min(left, most);
      runs.push(run);
      extras.push(taken - least);
      left -= taken;
    }
  }
  return [runs, extras];
}
