/** One spelling that is looked for in lines (`lines.ts`): anywhere in them, or in one field in one of three ways. */
import { BORDER, lineBytes, LINE_FIELDS, type LineField } from './lines.ts';
import { slotsOf } from './slots.ts';

export interface Needle {
  readonly bytes: Uint8Array;
  /** Lines that have it have all of these. */
  readonly slots: readonly number[];
  readonly place: 'anywhere' | 'within' | 'first' | 'whole';
  /** Index into `LINE_FIELDS`; means nothing to `anywhere`. */
  readonly field: number;
}

/** `text` is folded. */
export function needleOf(text: string, place: Needle['place'] = 'anywhere', field: LineField = 'name'): Needle {
  const bytes = lineBytes(text);
  return { bytes, slots: slotsOf(bytes), place, field: LINE_FIELDS.indexOf(field) };
}

/** Whether the line between `from` and `to` has it. */
export function isInLine(
  { bytes: needle, place, field }: Needle,
  bytes: Uint8Array,
  from: number,
  to: number,
): boolean {
  if (place === 'anywhere') return indexIn(bytes, needle, from, to) >= 0;
  if (from === to) return false;
  let first = from;
  for (let borders = 0; borders < field; first += 1) if (bytes[first] === BORDER) borders += 1;
  let last = first;
  while (bytes[last] !== BORDER) last += 1;
  if (place === 'within') return indexIn(bytes, needle, first, last) >= 0;
  if (place === 'whole' && last - first !== needle.length) return false;
  return indexIn(bytes, needle, first, Math.min(last, first + needle.length)) >= 0;
}

function indexIn(bytes: Uint8Array, needle: Uint8Array, from: number, to: number): number {
  const { length } = needle;
  const first = needle[0];
  // A line is never at the end of all bytes: a border follows.
  const second = length > 1 ? needle[1] : undefined;
  for (let at = from, end = to - length; at <= end; at += 1) {
    if (bytes[at] !== first || (second !== undefined && bytes[at + 1] !== second)) continue;
    let same = 2;
    while (same < length && bytes[at + same] === needle[same]) same += 1;
    if (same >= length) return at;
  }
  return -1;
}
