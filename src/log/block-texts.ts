/**
 * Reads the texts of a block of rows as the bytes they are, without a string a cell: what opening a million contacts is
 * made of. Knows only what `block.ts` writes, of blocks that were decoded before: whatever looks otherwise is answered
 * by undefined, and is decoded whole.
 */
import { KEY_FIELDS } from '#domain/contact';
import { inflate } from './deflate.ts';
import type { Utf8Texts } from './texts-run.ts';
import type { CellName } from './types.ts';
import { NONE } from './utf8.ts';

/** A block's cells by name, for whoever takes them over row by row. Can be sent from thread to thread. */
export interface BlockTexts {
  readonly count: number;
  readonly cells: ReadonlyMap<CellName, Utf8Texts | readonly (string | undefined)[]>;
}

/** A slice of 4,000 rows is 400 kB of JSON; whatever is a hundred times that is decoded, and refused, elsewhere. */
const MAX_BYTES = 32_000_000;

/** Of a block's bytes; undefined where it does not look as we write one, or is none. */
export async function readTexts(bytes: Uint8Array): Promise<BlockTexts | undefined> {
  const json = await inflate(bytes, MAX_BYTES);
  return typeof json === 'string' ? undefined : readBlockTexts(json);
}

/** The block's JSON, inflated. */
export function readBlockTexts(json: Uint8Array): BlockTexts | undefined {
  const scan = createScan(json);
  if (!scan.takes('{"format":1,"kind":"rows","count":')) return undefined;
  const count = scan.number();
  // Each row has a key of two quotes at least: after this, `count` is no bomb.
  if (count < 1 || count > json.length || !scan.takes(',"key":')) return undefined;
  const keys = scan.numbers(count);
  if (!keys || !scan.takes(',"keyValue":')) return undefined;
  const keyValues = scan.texts(count);
  if (!keyValues || !scan.passes(',"cells":{')) return undefined;
  const cells = new Map<string, Utf8Texts>();
  while (!scan.takes('}')) {
    if (cells.size > 0 && !scan.takes(',')) return undefined;
    const name = scan.name();
    if (name === undefined || cells.has(name)) return undefined;
    const field = KEY_FIELDS.findIndex((key) => key === name);
    const texts = scan.texts(count, { isKey: (row) => keys[row] === field, values: keyValues });
    if (!texts) return undefined;
    cells.set(name, texts);
  }
  return scan.takes('}') && scan.isAtEnd() ? { count, cells } : undefined;
}

/** For rows that say "as the key". */
interface AsKey {
  readonly isKey: (row: number) => boolean;
  readonly values: Utf8Texts;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENED = 0x5b;
const CLOSED = 0x5d;
const CLOSED_BRACE = 0x7d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const LETTER_N = 0x6e;
/** What may stand after a backslash, and what it means; escapes by number are of those that are decoded whole. */
const ESCAPES: Readonly<Record<number, number>> = {
  ...{ 0x22: 0x22, 0x5c: 0x5c, 0x2f: 0x2f, 0x62: 0x08, 0x66: 0x0c, 0x6e: 0x0a, 0x72: 0x0d, 0x74: 0x09 },
};
/** One text for all rows, written out; a block of ours has a few kilobytes of it. */
const MOST_REPEATED = 1 << 20;

/** Each answers undefined, false or -1 where something else stands there; then nobody goes on. */
function createScan(json: Uint8Array) {
  let at = 0;
  let room = new Uint8Array(1 << 16);

  function takes(text: string): boolean {
    for (let index = 0; index < text.length; index += 1) if (json[at + index] !== text.charCodeAt(index)) return false;
    at += text.length;
    return true;
  }

  function number(): number {
    const from = at;
    let value = 0;
    for (; isDigit(json[at]) && at - from < 9; at += 1) value = value * 10 + (json[at] as number) - DIGIT_0;
    return at === from || isDigit(json[at]) ? -1 : value;
  }

  function numbers(count: number): Uint8Array | undefined {
    const values = new Uint8Array(count);
    const isAll = takes('{"all":');
    if (!isAll && json[at++] !== OPENED) return undefined;
    for (let row = 0; row < (isAll ? 1 : count); row += 1) {
      if (row > 0 && json[at++] !== COMMA) return undefined;
      const value = number();
      if (value < 0 || value > 255) return undefined;
      values[row] = value;
    }
    if (isAll) values.fill(values[0] as number);
    return json[at++] === (isAll ? CLOSED_BRACE : CLOSED) ? values : undefined;
  }

  /** Goes on behind it: it stands somewhere ahead, outside of texts. */
  function passes(text: string): boolean {
    const first = text.charCodeAt(0);
    for (let isIn = false; at < json.length; at += 1) {
      const byte = json[at];
      if (isIn && byte === BACKSLASH) at += 1;
      else if (!isIn && byte === first && takes(text)) return true;
      else if (byte === QUOTE) isIn = !isIn;
    }
    return false;
  }

  function name(): string | undefined {
    if (json[at++] !== QUOTE) return undefined;
    let found = '';
    for (; at < json.length && json[at] !== QUOTE; at += 1) {
      const byte = json[at] as number;
      if (byte === BACKSLASH || byte >= 0x80) return undefined;
      found += String.fromCharCode(byte);
    }
    return takes('":') ? found : undefined;
  }

  /** Into `room` from `to` on, where there is enough of it; answers where it ends. */
  function text(to: number): number {
    const into = room;
    for (let from = at + 1; from < json.length; from += 1) {
      const byte = json[from] as number;
      if (byte === QUOTE) {
        at = from + 1;
        return to;
      }
      if (byte !== BACKSLASH) into[to++] = byte;
      else {
        from += 1;
        const meant = ESCAPES[json[from] ?? 0];
        if (meant === undefined) return -1;
        into[to++] = meant;
      }
    }
    return -1;
  }

  /** A text, none, or the row's key. */
  function cell(row: number, to: number, asKey: AsKey | undefined): number {
    const byte = json[at];
    if (byte === QUOTE) return text(to);
    if (byte === LETTER_N && asKey && takes('null')) {
      room[to] = NONE;
      return to + 1;
    }
    if (byte !== DIGIT_0 || !asKey?.isKey(row)) return -1;
    at += 1;
    const { bytes, starts } = asKey.values;
    const [from, end] = [starts[row] as number, starts[row + 1] as number];
    for (let index = from; index < end; index += 1) room[to++] = bytes[index] as number;
    return to;
  }

  function texts(count: number, asKey?: AsKey): Utf8Texts | undefined {
    if (takes('{"all":')) return repeated(count, asKey);
    if (json[at++] !== OPENED) return undefined;
    // No text is longer than what it is read from, but for those that are their row's key.
    const most = json.length - at + (asKey?.values.bytes.length ?? 0);
    if (room.length < most) room = new Uint8Array(most);
    const starts = new Uint32Array(count + 1);
    let to = 0;
    for (let row = 0; row < count; row += 1) {
      if (row > 0 && json[at++] !== COMMA) return undefined;
      to = cell(row, to, asKey);
      if (to < 0) return undefined;
      starts[row + 1] = to;
    }
    return json[at++] === CLOSED ? { bytes: room.slice(0, to), starts } : undefined;
  }

  function repeated(count: number, asKey: AsKey | undefined): Utf8Texts | undefined {
    if (json[at] === DIGIT_0) {
      for (let row = 0; row < count; row += 1) if (!asKey?.isKey(row)) return undefined;
      return takes('0}') ? asKey?.values : undefined;
    }
    if (room.length < json.length) room = new Uint8Array(json.length);
    const length = cell(0, 0, asKey);
    if (length < 0 || length * count > MOST_REPEATED || json[at++] !== CLOSED_BRACE) return undefined;
    const bytes = new Uint8Array(length * count);
    const starts = new Uint32Array(count + 1);
    for (let row = 0; row < count; row += 1) {
      for (let index = 0; index < length; index += 1) bytes[row * length + index] = room[index] as number;
      starts[row + 1] = (row + 1) * length;
    }
    return { bytes, starts };
  }

  return { takes, number, numbers, passes, name, texts, isAtEnd: () => at === json.length };
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9;
