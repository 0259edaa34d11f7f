/**
 * Rows of a sheet's XML as nearly all programs write it: cells with a place, texts, shared texts, numbers without a
 * format. Of a run of rows in which anything else stands it answers nothing, and the whole run is left to SheetJS, to
 * which it must come to the same; it takes a fifth of the time.
 */
import { MOST_COLUMNS } from './limits.ts';

export interface PlainRows {
  /** None holds nothing. */
  readonly rows: readonly (readonly string[])[];
  /** Of each of these, its number in the sheet. */
  readonly numbers: readonly number[];
  /** Number of the last one that has a cell. */
  readonly last: number;
}

export interface PlainReading {
  /** Undefined where the shared string is more than one run of text, or is not there. */
  readonly stringAt: (index: number) => string | undefined;
  readonly numberToText: (value: number) => string;
}

const ROW = /\s*<row r="([1-9]\d{0,6})"[^<>]*?(\/?)>/y;
const ROW_END = '</row>';
const CELL = /<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d+)")?(?: t="(s|str|n|b)")?(?:\/>|><v>([^<]*)<\/v><\/c>|><\/c>)/y;
/** Written out otherwise, or read twice over by SheetJS (its `raw_unescapexml`). */
const ODD = /&(?!(?:amp|lt|gt|quot|apos);)|&amp;(?:#|\w+;)|_x[\da-f]{4}_|\r/i;
const ENTITY = /&(amp|lt|gt|quot|apos);/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const LAST_ROW = 1_048_576;

/** `xml`: whole `<row>` elements and nothing else. */
export function readPlainRows(xml: string, { stringAt, numberToText }: PlainReading): PlainRows | undefined {
  if (ODD.test(xml)) return undefined;
  const rows: string[][] = [];
  const numbers: number[] = [];
  let before = 0;
  let last = 0;
  let at = 0;
  const valueOf = (type: string | undefined, format: string | undefined, text: string): string | undefined => {
    if (type === 'str') return unescapePlain(text);
    if (type === 's') return /^\d+$/.test(text) ? stringAt(Number(text)) : undefined;
    if (type === 'b') return text === '1' ? 'TRUE' : text === '0' ? 'FALSE' : undefined;
    // A format may make a day of it.
    return format === undefined && NUMBER.test(text) ? numberToText(Number(text)) : undefined;
  };
  while (at < xml.length) {
    ROW.lastIndex = at;
    const head = ROW.exec(xml);
    if (!head) return /^\s*$/.test(xml.slice(at)) ? { rows, numbers, last } : undefined;
    const number = Number(head[1]);
    if (number <= before || number > LAST_ROW) return undefined;
    before = number;
    at = ROW.lastIndex;
    if (head[2] === '/') continue;
    const row: string[] = [];
    let isBlank = true;
    let column = -1;
    while (!xml.startsWith(ROW_END, at)) {
      CELL.lastIndex = at;
      const cell = CELL.exec(xml);
      if (!cell) return undefined;
      at = CELL.lastIndex;
      const [, letters = '', digits, format, type, text] = cell;
      const place = columnOf(letters);
      if (place <= column || Number(digits) !== number) return undefined;
      column = place;
      const isEmpty = text === undefined || text === '';
      if (isEmpty && type !== 'str' && type !== 'b') continue;
      const value = isEmpty && type === 'str' ? '' : valueOf(type, format, text ?? '');
      if (value === undefined) return undefined;
      last = number;
      if (place >= MOST_COLUMNS) continue;
      while (row.length < place) row.push('');
      row.push(value);
      isBlank &&= value.trim() === '';
    }
    at += ROW_END.length;
    if (isBlank) continue;
    rows.push(row);
    numbers.push(number);
  }
  return { rows, numbers, last };
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:E[+-]?\d+)?$/i;

const SHARED = /^\s*<si>\s*<t(?: xml:space="preserve")?>([^<]*)<\/t>\s*$/;

/** Of a raw `<si>…` without its end tag; undefined where it is more than one run of text. */
export function readPlainString(raw: string): string | undefined {
  const text = SHARED.exec(raw)?.[1];
  return text === undefined || ODD.test(text) ? undefined : unescapePlain(text);
}

function unescapePlain(text: string): string {
  return text.includes('&') ? text.replace(ENTITY, (whole, name: string) => ENTITIES[name] ?? whole) : text;
}

/** From 0. */
function columnOf(letters: string): number {
  let column = 0;
  for (let at = 0; at < letters.length; at += 1) column = column * 26 + letters.charCodeAt(at) - 0x40;
  return column - 1;
}
