/**
 * A contact as one line of bytes, which searching runs over: its texts, folded, in UTF-8, in which a part of a text is a
 * part of its bytes. Half the size of a string with a Chinese name in it, and outside the heap.
 */
import { DELETED, LISTED } from '#log/born';
import type { TextField } from '#domain/contact';
import type { FoldState } from '#log/fold-state';
import type { OtherCells } from '#log/other-cells';
import { textOfUtf8 } from '#log/utf8';
import { textAt } from './columns.ts';
import { foldText } from './fold-text.ts';
import { initialsOf } from './pinyin.ts';

/** In the order in which they stand; between two of them a byte that no text has. Phones and emails of business lines follow. */
export const LINE_FIELDS = ['name', 'initials', 'phone', 'email', 'userId'] as const;
export type LineField = (typeof LINE_FIELDS)[number];
export const BORDER = 1;

export interface LineWriter {
  /** Longer than what was written, which ends at `end`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly end: number;
  /** Nothing for whoever is neither listed nor in the bin. */
  readonly add: (row: number) => void;
  readonly clear: () => void;
}

export function createLineWriter(state: FoldState): LineWriter {
  let bytes = new Uint8Array(1 << 16);
  let end = 0;
  let ofLines: readonly OtherCells[] = [];

  /** A letter at a time, since most texts are a few of them: folded, in UTF-8. */
  function put(text: string, from = 0): void {
    // Three bytes for each UTF-16 unit at most.
    while (bytes.length - end < text.length * 3) bytes = longer(bytes);
    const start = end;
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code < 0x80)
        bytes[end++] = code < SPACE ? SPACE : code >= CAPITAL_A && code <= CAPITAL_Z ? code | SPACE : code;
      else if (code >= FIRST_HAN && code <= LAST_HAN) {
        bytes[end] = 0xe0 | (code >> 12);
        bytes[end + 1] = 0x80 | ((code >> 6) & 0x3f);
        bytes[end + 2] = 0x80 | (code & 0x3f);
        end += 3;
      } else if (code >= FIRST_LATIN && code <= LAST_LATIN) {
        for (const byte of latinBytes(code)) bytes[end++] = byte;
      } else {
        end = start;
        putFolded(text.slice(from));
        break;
      }
    }
    putBorder();
  }

  function putBorder(): void {
    if (end === bytes.length) bytes = longer(bytes);
    bytes[end++] = BORDER;
  }

  /** As `put`, of a text in UTF-8. Answers whether it may have Chinese characters in it. */
  function putBytes(text: Uint8Array, from: number, to: number): boolean {
    while (bytes.length - end < (to - from) * 3) bytes = longer(bytes);
    const start = end;
    let hasHan = false;
    for (let at = from; at < to; at += 1) {
      const byte = text[at] as number;
      if (byte < 0x80) {
        bytes[end++] = byte < SPACE ? SPACE : byte >= CAPITAL_A && byte <= CAPITAL_Z ? byte | SPACE : byte;
        continue;
      }
      const two = ((byte & 0x1f) << 6) | ((text[at + 1] as number) & 0x3f);
      const three = ((two << 6) & 0xffff) | ((text[at + 2] as number) & 0x3f);
      if (byte >= FIRST_OF_THREE && byte < FIRST_OF_FOUR && three >= FIRST_HAN && three <= LAST_HAN) {
        hasHan = true;
        bytes[end] = byte;
        bytes[end + 1] = text[at + 1] as number;
        bytes[end + 2] = text[at + 2] as number;
        end += 3;
        at += 2;
      } else if (byte < FIRST_OF_THREE && two >= FIRST_LATIN && two <= LAST_LATIN) {
        for (const folded of latinBytes(two)) bytes[end++] = folded;
        at += 1;
      } else {
        end = start;
        put(textOfUtf8(text, from, to));
        return true;
      }
    }
    putBorder();
    return hasHan;
  }

  /** Answers whether it may have Chinese characters in it. */
  function putField(field: TextField, row: number): boolean {
    const column = state.texts[field];
    const text = column.locate(row);
    if (text) return putBytes(text, column.from, column.to);
    put(column.get(row) ?? '');
    return true;
  }

  function putPhone(row: number): void {
    const column = state.texts.phone;
    const text = column.locate(row);
    if (text)
      putBytes(text, text[column.from] === PLUS && column.from < column.to ? column.from + 1 : column.from, column.to);
    else {
      const phone = column.get(row) ?? '';
      put(phone, phone.startsWith('+') ? 1 : 0);
    }
  }

  function putFolded(text: string): void {
    const folded = lineBytes(foldText(text));
    while (bytes.length - end < folded.length + 1) bytes = longer(bytes);
    bytes.set(folded, end);
    end += folded.length;
  }

  return {
    get bytes() {
      return bytes;
    },
    get end() {
      return end;
    },
    add(row) {
      const born = state.born[row];
      if (born !== LISTED && born !== DELETED) return;
      if (putField('name', row)) put(initialsOf(textAt(state, 'name', row)));
      else putBorder();
      putPhone(row);
      putField('email', row);
      putField('userId', row);
      for (const column of ofLines) {
        const address = column.valueAt(row) ?? '';
        if (address !== '') put(address, address.startsWith('+') ? 1 : 0);
      }
    },
    clear() {
      end = 0;
      ofLines = [...state.others].flatMap(([name, column]) => (isLineAddress(name) ? [column] : []));
    },
  };
}

/** The phone or email of a business line (CON-11), which is searched as one for all is. */
const isLineAddress = (cell: string) => cell.startsWith('phone@') || cell.startsWith('email@');

/** As it stands in a line. */
export function lineBytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text.replace(/[\x00-\x1f]/g, ' '));
}

const SPACE = 0x20;
const PLUS = 0x2b;
/** Leading bytes of characters of three and of four bytes. */
const FIRST_OF_THREE = 0xe0;
const FIRST_OF_FOUR = 0xf0;
const CAPITAL_A = 0x41;
const CAPITAL_Z = 0x5a;
/** Letters with marks and the like, which fold one by one: half of Europe's names have some. */
const FIRST_LATIN = 0xc0;
const LAST_LATIN = 0x24f;
/** Made as they come. */
const latins: Uint8Array[] = [];
const latinBytes = (code: number) => (latins[code] ??= lineBytes(foldText(String.fromCharCode(code))));
/** Characters that fold to themselves. */
const FIRST_HAN = 0x4e00;
const LAST_HAN = 0x9fff;
const encoder = new TextEncoder();

function longer(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(bytes.length * 2);
  next.set(bytes);
  return next;
}
