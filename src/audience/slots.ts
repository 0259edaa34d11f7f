/**
 * What a line is made of, as some hundred yes or no: each letter and digit, each pair of digits, the pairs of letters that
 * names are full of, all other pairs of bytes, several to a slot, and the same letter or digit three times. Who has not
 * all slots of a text cannot have the text; four digits leave one line in a hundred to look at.
 */
import { BORDER } from './lines.ts';

/** Each in more than one name or address in a hundred. */
const FREQUENT =
  'an ar er in on en al el ma na ia ra li le la ri ro re th he es st or at am ha sh ch ng il me mi lo ll ne ni de da di so sa se be ja jo ka ki ko mo no to ta te ti tr us is as it ou oh hn om co gm ai qq ic ie ei ya yu ye za zh wa we wi hu xi ua ao un ca ga ge go gu ho mu sm oo ez ry ow ns nt os pe';

/** A slot of its own: 26 letters, 10 digits, 100 pairs of digits, then the frequent ones. */
const DIGITS = 26;
const DIGIT_PAIRS = 36;
const FREQUENT_PAIRS = 136;
const OTHER_PAIRS = FREQUENT_PAIRS + FREQUENT.split(' ').length;
/** As many as keep the chance that another pair lies in the same slot below a fifth. */
const OTHERS = 56;
const RUN = OTHER_PAIRS + OTHERS;
export const SLOTS = RUN + 1;

const NONE = 0xffff;
const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const isLetter = (byte: number) => byte >= 0x61 && byte <= 0x7a;

const singles = Uint16Array.from({ length: 256 }, (_, byte) =>
  isLetter(byte) ? byte - 0x61 : isDigit(byte) ? DIGITS + byte - 0x30 : NONE,
);
const pairs = Uint16Array.from({ length: 65_536 }, (_, pair) => {
  const [one, other] = [pair >> 8, pair & 255];
  if (one === BORDER || other === BORDER) return NONE;
  if (isDigit(one) && isDigit(other)) return DIGIT_PAIRS + (one - 0x30) * 10 + other - 0x30;
  // Any mixing will do; multiplied, since most bytes of a text lie close together.
  return OTHER_PAIRS + ((Math.imul(pair, 0x9e3779b1) >>> 8) % OTHERS);
});
FREQUENT.split(' ').forEach((pair, at) => {
  pairs[(pair.charCodeAt(0) << 8) | pair.charCodeAt(1)] = FREQUENT_PAIRS + at;
});

/** Sets a bit in the word of each slot of these bytes; nothing goes over a border. `stride`: words a slot. */
export function markSlots(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  slots: Uint32Array,
  stride: number,
  row: number,
): void {
  const word = row >> 5;
  const bit = 1 << (row & 31);
  let before = BORDER;
  let run = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    const single = singles[byte] as number;
    if (single !== NONE) (slots[single * stride + word] as number) |= bit;
    const pair = pairs[(before << 8) | byte] as number;
    if (pair !== NONE) (slots[pair * stride + word] as number) |= bit;
    run = byte === before ? run + 1 : 0;
    if (run === 2) (slots[RUN * stride + word] as number) |= bit;
    before = byte;
  }
}

export function slotsOf(bytes: Uint8Array): readonly number[] {
  const slots = new Uint32Array(SLOTS);
  markSlots(bytes, [0, bytes.length], slots, 1, 0);
  return [...slots.keys()].filter((slot) => slots[slot] !== 0);
}

/** Whether all lines that have these slots have the text: one letter or digit, or a pair that has a slot of its own. */
export function isWholeText(bytes: Uint8Array): boolean {
  const [one = 0, other = 0] = bytes;
  if (bytes.length === 1) return singles[one] !== NONE;
  return bytes.length === 2 && (pairs[(one << 8) | other] as number) < OTHER_PAIRS;
}
