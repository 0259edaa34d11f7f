/**
 * The kept copy of a file without somebody erased: rows go that name a key of hers where keys stand, cells that do so
 * elsewhere. Of a row that names her by nothing but her name nobody can tell. Written anew, as CSV in UTF-8, only where
 * something goes.
 */
import { KEY_FIELDS, type KeyField } from '#domain/contact';
import { cleanText, SEVERAL } from './clean-text.ts';
import { readEmail } from './email.ts';
import { createPhoneReader, isPhoneProblem } from './phone.ts';
import { BEGINNING, type RowSource } from './row-source.ts';
import type { ImportSettings, Reading } from './types.ts';

/** By a normalised value. */
export type NamesKey = (field: KeyField, value: string) => boolean;

export interface KeptRows {
  readonly file: Blob;
  readonly reading: Reading;
}

/** Undefined where nobody is in it; with `always` it is written anew all the same. */
export async function withoutRows(
  source: RowSource,
  settings: Pick<ImportSettings, 'fields' | 'country' | 'reading'>,
  namesKey: NamesKey,
  written: 'always' | 'whereSheIs' = 'whereSheIs',
): Promise<KeptRows | undefined> {
  const filter = createRowFilter(settings, namesKey);
  const parts: string[] = [];
  let changed = written === 'always';
  for (let slice = await source.read(BEGINNING); slice; slice = await source.read(slice.next)) {
    const { rows, damaged } = slice;
    const left = rows.flatMap((row, at) => (damaged.has(at) ? filter.damaged(row) : filter.row(row)) ?? []);
    changed ||= left.length < rows.length || left.some((row) => !rows.includes(row));
    parts.push(left.map(toLine).join(''));
  }
  if (!changed) return undefined;
  const header = source.header.length > 0 ? toLine(source.header) : '';
  const { sheet: _sheet, ...reading } = settings.reading;
  return {
    file: new Blob([header, ...parts], { type: 'text/csv' }),
    reading: { ...reading, ...WRITTEN, header: header === '' ? 'none' : 1 },
  };
}

/** Normalised keys of a raw row, in error or not; a damaged one is text, in which keys may stand anywhere. */
export type RowKeys = (row: readonly string[], state?: 'whole' | 'damaged') => readonly (readonly [KeyField, string])[];

export function createRowKeys({ fields, country }: Pick<ImportSettings, 'fields' | 'country'>): RowKeys {
  const readers = createKeyReaders(country);
  const keysAs = (field: KeyField, text: string) => {
    const value = readers[field](text);
    return value === undefined ? [] : [[field, value] as const];
  };
  return (row, state = 'whole') => {
    if (state === 'damaged') return wordsOf(row).flatMap((word) => KEY_FIELDS.flatMap((field) => keysAs(field, word)));
    return row.flatMap((cell, at) => {
      const field = KEY_FIELDS.find((key) => key === fields[at]);
      return field ? cell.split(SEVERAL).flatMap((value) => keysAs(field, value)) : [];
    });
  };
}

/** Nothing longer is a key. */
const MOST_READ = 300;
/** A damaged row is a piece of text; one of this length was cut, and nobody can tell what the rest of it says. */
const CUT = 4_000;
const BETWEEN = /[\s,;|"'\t]+/;
const wordsOf = (row: readonly string[]) => [...row, ...row.join(' ').split(BETWEEN)];
const DIGITS = /\d(?:\D{0,3}\d){6}/;

function createRowFilter(settings: Pick<ImportSettings, 'fields' | 'country'>, namesKey: NamesKey) {
  const readers = createKeyReaders(settings.country);
  const keysOf = createRowKeys(settings);
  const isKey = (at: number) => KEY_FIELDS.some((field) => field === settings.fields[at]);
  const names = (field: KeyField, text: string) => {
    const value = readers[field](text);
    return value !== undefined && namesKey(field, value);
  };
  const isHers = (cell: string) =>
    (cell.includes('@') && names('email', cell)) || (DIGITS.test(cell) && names('phone', cell));

  return {
    /** Undefined: the row is hers. */
    row(row: readonly string[]): readonly (readonly string[])[] | undefined {
      if (keysOf(row).some(([field, value]) => namesKey(field, value))) return undefined;
      const hers = row.map((cell, at) => !isKey(at) && isHers(cell));
      return hers.includes(true) ? [row.map((cell, at) => (hers[at] ? '' : cell))] : [row];
    },
    damaged(row: readonly string[]): readonly (readonly string[])[] | undefined {
      if (row.join(' ').length >= CUT) return undefined;
      return keysOf(row, 'damaged').some(([field, value]) => namesKey(field, value)) ? undefined : [row];
    },
  };
}

function createKeyReaders(country: string): Readonly<Record<KeyField, (text: string) => string | undefined>> {
  const readPhone = createPhoneReader(country);
  return {
    userId: (text) => (text.length > MOST_READ ? '' : cleanText(text)) || undefined,
    phone(text) {
      const phone = readPhone(text);
      return isPhoneProblem(phone) ? undefined : phone;
    },
    email: (text) => readEmail(text),
  };
}

const WRITTEN = { format: 'text', encoding: 'utf-8', delimiter: ',', sheets: [] } as const;
const toLine = (row: readonly string[]): string => `${row.map(toCell).join(',')}\r\n`;
const toCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
