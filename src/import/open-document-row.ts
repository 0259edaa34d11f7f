/**
 * One row of an OpenDocument sheet → its cells as text (ODF 1.3, part 3: 9.1.4, 6.1, 19.385 to 19.391). Of a formula its
 * value; notes and drawings that hang on a cell are not its text. It walks over tags and makes no tree.
 */
import { numberToText } from './cell-text.ts';
import { MOST_COLUMNS } from './limits.ts';

export interface DocumentRow {
  /** Absent where no cell holds anything. */
  readonly cells?: readonly string[];
  /** How many rows this stands for. */
  readonly repeat: number;
  readonly state: 'visible' | 'hidden' | 'broken';
}

interface Cell {
  readonly tag: string;
  readonly name: string;
  text: string;
  paragraphs: number;
}

/** Of a repeated row or cell: nothing sound has more. */
const MOST_REPEATS = 1_048_576;
/** Their paragraphs are not the cell's. */
const ASIDE = /^(?:office:annotation|draw:|table:detective|text:note|office:event-listeners|form:)/;

export function readDocumentRow(tag: string, content: string): DocumentRow {
  const repeat = repeatOf(tag, 'table:number-rows-repeated');
  const isHidden = /\stable:visibility\s*=\s*["'](?:collapse|filter)/.test(tag);
  const cells: string[] = [];
  // Empty cells at the end of a row stand for a whole sheet's width; they are written where something follows.
  let blanks = 0;
  const put = (cell: Cell) => {
    const times = Math.min(repeatOf(cell.tag, 'table:number-columns-repeated'), MOST_COLUMNS);
    const text = cell.name === 'table:covered-table-cell' ? '' : textOf(cell);
    if (text.trim() === '') blanks += times;
    else {
      for (; blanks > 0 && cells.length < MOST_COLUMNS; blanks--) cells.push('');
      blanks = 0;
      for (let time = 0; time < times && cells.length < MOST_COLUMNS; time++) cells.push(text);
    }
  };
  if (walk(content, put) === 'broken') return { repeat, state: 'broken' };
  return { ...(cells.length > 0 && { cells }), repeat, state: isHidden ? 'hidden' : 'visible' };
}

function walk(content: string, put: (cell: Cell) => void): 'read' | 'broken' {
  let cell: Cell | undefined;
  let depth = 0;
  let aside: string | undefined;
  let asideDepth = 0;
  for (let at = 0; at < content.length;) {
    const open = content.indexOf('<', at);
    const text = content.slice(at, open === -1 ? content.length : open);
    if (cell && depth > 0 && aside === undefined && text !== '') cell.text += unescapeXml(collapsed(text));
    if (open === -1) break;
    const end = tagEnd(content, open);
    if (end === -1) return 'broken';
    const tag = content.slice(open, end);
    at = end;
    const isEnd = tag[1] === '/';
    const isEmpty = tag.endsWith('/>');
    const name = nameOf(tag);
    if (aside !== undefined) {
      if (name === aside && !isEmpty) asideDepth += isEnd ? -1 : 1;
      if (asideDepth === 0) aside = undefined;
    } else if (!isEnd && !isEmpty && ASIDE.test(name)) {
      aside = name;
      asideDepth = 1;
    } else if (name === 'table:table-cell' || name === 'table:covered-table-cell') {
      if (!isEnd) cell = { tag, name, text: '', paragraphs: 0 };
      depth = 0;
      if (cell && (isEnd || isEmpty)) {
        put(cell);
        cell = undefined;
      }
    } else if (cell && (name === 'text:p' || name === 'text:h')) {
      if (!isEnd && cell.paragraphs++ > 0) cell.text += '\n';
      if (!isEmpty) depth = isEnd ? 0 : 1;
    } else if (cell && depth > 0 && !isEnd) {
      if (name === 'text:s') cell.text += ' '.repeat(Math.min(repeatOf(tag, 'text:c'), 1_000));
      else if (name === 'text:tab') cell.text += '\t';
      else if (name === 'text:line-break') cell.text += '\n';
    }
  }
  return 'read';
}

function textOf({ tag, text }: Cell): string {
  const type = attributeOf(tag, 'office:value-type');
  if (type === 'float' || type === 'percentage' || type === 'currency') {
    const value = Number(attributeOf(tag, 'office:value') ?? 'NaN');
    // A format of zeros is how leading zeros are kept in a column of numbers.
    if (/^0\d+$/.test(text) && Number(text) === value) return text;
    return Number.isFinite(value) ? numberToText(value) : text;
  }
  if (type === 'date')
    return (attributeOf(tag, 'office:date-value') ?? text).replace(/T00:00:00$/, '').replace('T', ' ');
  if (type === 'boolean') return attributeOf(tag, 'office:boolean-value') === 'true' ? 'TRUE' : 'FALSE';
  return text === '' ? (attributeOf(tag, 'office:string-value') ?? '') : text;
}

/** Index after the `>` that ends a tag, which may stand in quotes before; -1 where there is none. */
export function tagEnd(text: string, start: number): number {
  for (let at = start; ;) {
    const end = text.indexOf('>', at);
    if (end === -1) return -1;
    // Quotes of one kind within the other are few: looked at only where a quote is open.
    const open = openQuote(text, at, end);
    if (open === undefined) return end + 1;
    const close = text.indexOf(open, end);
    if (close === -1) return -1;
    at = close + 1;
  }
}

function openQuote(text: string, start: number, end: number): '"' | "'" | undefined {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code !== DOUBLE && code !== SINGLE) continue;
    const quote = code === DOUBLE ? '"' : "'";
    const close = text.indexOf(quote, at + 1);
    if (close === -1 || close >= end) return quote;
    at = close;
  }
  return undefined;
}
const DOUBLE = 0x22;
const SINGLE = 0x27;

function nameOf(tag: string): string {
  const start = tag.charCodeAt(1) === SLASH ? 2 : 1;
  let end = start;
  while (end < tag.length && !endsName(tag.charCodeAt(end))) end++;
  return tag.slice(start, end);
}
const SLASH = 0x2f;
const endsName = (code: number): boolean => code <= 0x20 || code === SLASH || code === 0x3e;

export function attributeOf(tag: string, name: string): string | undefined {
  for (let at = tag.indexOf(name); at !== -1; at = tag.indexOf(name, at + 1)) {
    if (tag.charCodeAt(at - 1) > 0x20) continue;
    let start = at + name.length;
    while (tag.charCodeAt(start) <= 0x20 || tag.charCodeAt(start) === 0x3d) start++;
    const quote = tag.charCodeAt(start);
    if (quote !== DOUBLE && quote !== SINGLE) continue;
    const end = tag.indexOf(quote === DOUBLE ? '"' : "'", start + 1);
    return end === -1 ? undefined : unescapeXml(tag.slice(start + 1, end));
  }
  return undefined;
}

function repeatOf(tag: string, name: string): number {
  if (!tag.includes(name)) return 1;
  const count = Number(attributeOf(tag, name) ?? '1');
  return Number.isInteger(count) && count > 0 ? Math.min(count, MOST_REPEATS) : 1;
}

/** White space in a paragraph is one space (6.1.2); more of it stands in `text:s`. */
const collapsed = (text: string): string => (/[\n\r\t]| {2}/.test(text) ? text.replace(/[ \n\r\t]+/g, ' ') : text);

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }),
);

export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole: string, ...codes: (string | undefined)[]) => {
    const [decimal, hex, name] = codes;
    if (name !== undefined) return ENTITIES.get(name) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
