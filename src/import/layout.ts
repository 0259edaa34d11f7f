/** How a table is laid out: what separates its columns, and which of its first rows heads them. Guesses over its beginning. */
import Papa from 'papaparse';
import { MOST_COLUMNS } from './limits.ts';
import { isKnownName } from './match-columns.ts';
import { DELIMITERS, type Delimiter, type Reading } from './types.ts';

/** Rows that are looked at: enough to tell a delimiter from a comma in a value. */
const ROWS = 50;

/** `text` is the beginning of the file, whole rows. One column alone reads as separated by commas. */
export function detectDelimiter(text: string): Delimiter {
  const told = /^"?sep=([,;\t|])"?\n/i.exec(text)?.[1];
  if (told !== undefined) return told as Delimiter;
  let best: { readonly delimiter: Delimiter; readonly score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const score = evenness(text, delimiter);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Share of rows that have the commonest number of columns, weighed by that number; 0 for a single column. */
function evenness(text: string, delimiter: Delimiter): number {
  const { data } = Papa.parse<string[]>(text, { delimiter, newline: '\n', preview: ROWS });
  const rows = data.filter((row) => row.some((cell) => cell.trim() !== ''));
  const rowsByWidth = new Map<number, number>();
  for (const row of rows) rowsByWidth.set(row.length, (rowsByWidth.get(row.length) ?? 0) + 1);
  let best = 0;
  for (const [width, count] of rowsByWidth) {
    if (width > 1) best = Math.max(best, (count / rows.length) * Math.log2(width + 1));
  }
  return best;
}

/** Rows among which the headings are looked for: above them stand titles, dates and notes. */
export const HEADER_ROWS = 20;

/** Rows that hold anything, with their numbers in the file. */
export interface NumberedRows {
  readonly rows: readonly (readonly string[])[];
  readonly numbers: readonly number[];
}

/**
 * The row with most headings that lists are known to have, where no contact stands above it. Where none is known, the
 * first row below the titles, unless it holds an address or a long number: a heading does not.
 */
export function detectHeader({ rows, numbers }: NumberedRows): Reading['header'] {
  const first = rows.slice(0, HEADER_ROWS);
  let best = { at: -1, known: 0 };
  for (const [at, row] of first.entries()) {
    const known = headingsOf({ rows, numbers }, numbers[at] ?? 0).filter(isKnownName).length;
    if (known > best.known && row.some(isKnownName)) best = { at, known };
    // A date or a number in a line by itself belongs to a title.
    if (isData(row) && filled(row) > 1) break;
  }
  if (best.known > 0) return numbers[best.at] ?? 1;
  const title = first.findIndex((row) => filled(row) > 1);
  // A title is one cell over a table of several columns.
  const at = title > 0 && filled(first[title] ?? []) > 2 && !isData(first[0] ?? []) ? title : 0;
  return isData(first[at] ?? []) ? 'none' : (numbers[at] ?? 1);
}

const filled = (row: readonly string[]): number => row.filter((cell) => cell.trim() !== '').length;
const isData = (row: readonly string[]): boolean => row.some((cell) => /@|\d{5,}/.test(cell.replace(/[\s()+-]/g, '')));

/** The number of the row of headings; 0: there is none. */
export function headerRowOf(header: Reading['header'], { numbers }: Pick<NumberedRows, 'numbers'>): number {
  if (header === 'none') return 0;
  return header === 'firstRow' ? (numbers[0] ?? 0) : header;
}

/**
 * The headings of a row; one that is empty takes what stands right above it, since cells of two rows that are merged
 * keep their text in the upper one.
 */
export function headingsOf({ rows, numbers }: NumberedRows, header: number): readonly string[] {
  const at = numbers.indexOf(header);
  const row = rows[at] ?? [];
  const above = numbers[at - 1] === header - 1 ? (rows[at - 1] ?? []) : [];
  const width = Math.min(MOST_COLUMNS, Math.max(row.length, header > 1 ? above.length : 0));
  return Array.from({ length: width }, (_, column) => {
    const heading = row[column] ?? '';
    return heading.trim() === '' ? (above[column] ?? '') : heading;
  });
}
