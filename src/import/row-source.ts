/**
 * The rows of a file, slice by slice, alike for text, workbooks and address cards. What a slice holds depends only on its place, so
 * that an import goes on after a crash, and a row is shown again later, without reading what lies before.
 */
import { readCardSlice } from './card-slice.ts';
import { parseTextSlice } from './csv.ts';
import { HEADER_ROWS, headerRowOf, headingsOf, type NumberedRows } from './layout.ts';
import { TEXT_LIMITS, type TextLimits } from './limits.ts';
import { openSheets } from './open-sheets.ts';
import type { SheetRows } from './sheets.ts';
import { readTextSlice } from './text-slice.ts';
import type { CellProblem, FileProblem, Reading } from './types.ts';
import { CARD_HEADINGS, readCards } from './vcard.ts';

/** Where a slice begins. */
export interface Place {
  /** 0 for workbooks. */
  readonly byteOffset: number;
  /** Rows of the file before it, the header and empty ones too. */
  readonly row: number;
}
export const BEGINNING: Place = { byteOffset: 0, row: 0 };

export interface RowSlice {
  readonly place: Place;
  readonly next: Place;
  /** Without the header and without empty rows. */
  readonly rows: readonly (readonly string[])[];
  /** Of each row, as a spreadsheet shows it, from 1. */
  readonly numbers: readonly number[];
  /** Rows that cannot be trusted, by their index in `rows`. */
  readonly damaged: ReadonlyMap<number, CellProblem>;
}

export interface RowSource {
  /** Empty where the file has none. */
  readonly header: readonly string[];
  readonly read: (place: Place) => Promise<RowSlice | undefined>;
  /** Of the whole, from 0 to 1. */
  readonly shareDone: (place: Place) => number;
}

const NONE: ReadonlyMap<number, CellProblem> = new Map();

/** A file whose kind and size `readFileKind` has let through. */
export async function openRows(
  file: Blob,
  reading: Reading,
  limits: TextLimits = TEXT_LIMITS,
): Promise<RowSource | FileProblem> {
  if (reading.format === 'cards') return openCards(file, reading);
  return reading.format === 'text' ? openText(file, reading, limits) : openSheet(file, reading, limits);
}

/** A card a row, numbered from 1; the headings are ours and stand in no row. */
function openCards(file: Blob, { encoding }: Reading): RowSource {
  return {
    header: CARD_HEADINGS,
    async read(place) {
      const slice = await readCardSlice(file, encoding, place.byteOffset);
      if (!slice) return undefined;
      const isWhole = slice.cards === 'whole';
      const rows = isWhole ? readCards(slice.text) : [[slice.text]];
      return {
        place,
        next: { byteOffset: slice.byteEnd, row: place.row + rows.length },
        rows,
        numbers: rows.map((_, index) => place.row + index + 1),
        damaged: isWhole ? NONE : new Map([[0, 'cellTooLong']]),
      };
    },
    shareDone: ({ byteOffset }) => byteOffset / file.size,
  };
}

async function openText(file: Blob, reading: Reading, limits: TextLimits): Promise<RowSource> {
  const parse = async (place: Place) => {
    const slice = await readTextSlice(file, reading, place.byteOffset, limits);
    return slice && { ...parseTextSlice(slice, reading.delimiter), byteEnd: slice.byteEnd };
  };
  const first = await firstRows(parse);
  const headerRow = headerRowOf(reading.header, first);
  return {
    header: headingsOf(first, headerRow),
    async read(place) {
      const parsed = await parse(place);
      if (!parsed) return undefined;
      const rows: (readonly string[])[] = [];
      const numbers: number[] = [];
      const damaged = parsed.damaged.size === 0 ? NONE : new Map<number, CellProblem>();
      parsed.rows.forEach((row, index) => {
        const number = place.row + index + 1;
        if (!hasText(row) || number <= headerRow) return;
        const problem = parsed.damaged.get(index);
        if (problem) (damaged as Map<number, CellProblem>).set(rows.length, problem);
        rows.push(row);
        numbers.push(number);
      });
      return {
        place,
        next: { byteOffset: parsed.byteEnd, row: place.row + parsed.rows.length },
        rows,
        numbers,
        damaged,
      };
    },
    shareDone: ({ byteOffset }) => byteOffset / file.size,
  };
}

interface ParsedSlice {
  readonly rows: readonly (readonly string[])[];
  readonly byteEnd: number;
}

/** As many as a header can stand below, from as many slices as it takes. */
async function firstRows(parse: (place: Place) => Promise<ParsedSlice | undefined>): Promise<NumberedRows> {
  const rows: (readonly string[])[] = [];
  const numbers: number[] = [];
  let place = BEGINNING;
  while (rows.length < HEADER_ROWS) {
    const slice = await parse(place);
    if (!slice) break;
    slice.rows.forEach((row, index) => {
      if (!hasText(row)) return;
      rows.push(row);
      numbers.push(place.row + index + 1);
    });
    place = { byteOffset: slice.byteEnd, row: place.row + slice.rows.length };
  }
  return { rows, numbers };
}

async function openSheet(file: Blob, reading: Reading, limits: TextLimits): Promise<RowSource | FileProblem> {
  const sheet = await readSheet(file, reading.sheet, 'whole');
  if (typeof sheet === 'string') return sheet;
  const { rows, numbers } = sheet;
  const headerRow = headerRowOf(reading.header, sheet);
  const body = firstAfter(numbers, headerRow);
  return {
    header: headingsOf(sheet, headerRow),
    read(place) {
      const start = Math.max(body, firstAfter(numbers, place.row));
      if (start >= rows.length) return Promise.resolve(undefined);
      const end = Math.min(start + limits.mostRows, rows.length);
      return Promise.resolve({
        place,
        next: { byteOffset: 0, row: numbers[end - 1] ?? 0 },
        rows: rows.slice(start, end),
        numbers: numbers.slice(start, end),
        damaged: NONE,
      });
    },
    shareDone: ({ row }) => (rows.length === 0 ? 1 : firstAfter(numbers, row) / rows.length),
  };
}

export interface ReadSheet extends SheetRows {
  readonly sheet: string;
  readonly sheets: readonly string[];
  /** Of these, the ones that the spreadsheet does not show. */
  readonly hiddenSheets: readonly string[];
}
/** Sheets that are tried for rows, where none is asked for: reports begin with a cover and notes. */
const SHEETS_TRIED = 5;

/** Rows of the sheet that is asked for, else of the first that is shown and has a row below its heading. */
export async function readSheet(
  file: Blob,
  name: string | undefined,
  extent: 'whole' | 'beginning',
): Promise<ReadSheet | FileProblem> {
  const book = await openSheets(file);
  if (typeof book === 'string') return book;
  const sheets = book.sheets.map((sheet) => sheet.name);
  const hiddenSheets = book.sheets.filter((sheet) => sheet.state === 'hidden').map((sheet) => sheet.name);
  const places = [...sheets.keys()];
  const asked = places.filter((at) => sheets[at] === name);
  const shown = places.filter((at) => book.sheets[at]?.state === 'visible');
  const tried = asked.length > 0 ? asked : shown.length > 0 ? shown : places;
  let first: ReadSheet | FileProblem = 'brokenWorkbook';
  for (const [order, at] of tried.slice(0, SHEETS_TRIED).entries()) {
    const read = await book.read(at, extent);
    const answer = typeof read === 'string' ? read : { ...read, sheet: sheets[at] ?? '', sheets, hiddenSheets };
    if (order === 0) first = answer;
    if (typeof answer !== 'string' && answer.rows.length > 1) return answer;
  }
  return first;
}

/** Index of the first row whose number is greater. */
function firstAfter(numbers: readonly number[], row: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) > row) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function hasText(row: readonly string[]): boolean {
  for (const cell of row) if (cell !== '' && cell.trim() !== '') return true;
  return false;
}
