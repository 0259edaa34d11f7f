/**
 * Where rows end in delimited text: at line ends that lie outside quotes, by the same reading of quotes as Papa Parse
 * (a quote opens only at the beginning of a field, and closes only before a delimiter or a line end, blanks between).
 * It finds ends and makes no rows.
 */
import type { Delimiter } from './types.ts';

export interface RowEnds {
  /** Index after the last line end that ends a row, or after the one that ends row number `most`; 0: none. */
  readonly end: number;
  /** Line ends of the text up to `end`, those within quotes too. */
  readonly rows: number;
  /** Whether the text after `end` begins with a row whose quote is still open at the end of the text. */
  readonly quote: 'closed' | 'open';
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const BLANK = /[^\S\n]/;

/** `text` begins where a row begins, and has `\n` as its only line end. */
export function findRowEnds(text: string, delimiter: Delimiter, most: number): RowEnds {
  return text.includes('"') ? walk(text, delimiter.charCodeAt(0), most) : skipLines(text, most);
}

function skipLines(text: string, most: number): RowEnds {
  let end = 0;
  let rows = 0;
  while (rows < most) {
    const next = text.indexOf('\n', end);
    if (next === -1) break;
    end = next + 1;
    rows++;
  }
  return { end, rows, quote: 'closed' };
}

function walk(text: string, delimiter: number, most: number): RowEnds {
  let end = 0;
  let rows = 0;
  let at = 0;
  // Between fields: a quote here opens one.
  let isFieldStart = true;
  while (at < text.length && rows < most) {
    const code = text.charCodeAt(at);
    if (isFieldStart && code === QUOTE) {
      const close = closingQuote(text, at + 1, delimiter);
      if (close === -1) return { end, rows, quote: 'open' };
      at = close;
      isFieldStart = false;
      continue;
    }
    at++;
    isFieldStart = code === delimiter || code === LINE_FEED;
    if (code === LINE_FEED) {
      end = at;
      rows++;
    }
  }
  return { end, rows, quote: 'closed' };
}

/** Index after the quote that closes a field, or -1. */
function closingQuote(text: string, from: number, delimiter: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    if (text.charCodeAt(at + 1) === QUOTE) {
      at++;
      continue;
    }
    let after = at + 1;
    while (after < text.length && text.charCodeAt(after) !== delimiter && BLANK.test(text[after] ?? '')) after++;
    const code = text.charCodeAt(after);
    // At the very end of the text the field may go on: only a delimiter or a line end closes it.
    if (code === delimiter || code === LINE_FEED) return at + 1;
  }
  return -1;
}
