/** How a table is laid out: what separates its columns, and whether its first row heads them. Guesses over its beginning. */
import Papa from 'papaparse';
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

/** A heading holds no address and no long number; a row of known headings is one, whatever else is in it. */
export function detectHeader(rows: readonly (readonly string[])[]): Reading['header'] {
  const first = rows[0];
  if (!first || first.some(isKnownName)) return 'firstRow';
  return first.some((cell) => /@|\d{5,}/.test(cell.replace(/[\s()+-]/g, ''))) ? 'none' : 'firstRow';
}
