/** The rows of one slice of delimited text, through Papa Parse wherever a quote stands in it. Cells are text and stay text. */
import Papa from 'papaparse';
import type { TextSlice } from './text-slice.ts';
import type { CellProblem, Delimiter } from './types.ts';

export interface ParsedRows {
  /** Every row of the slice, empty ones too, so that rows can be counted as a spreadsheet counts them. */
  readonly rows: readonly (readonly string[])[];
  /** Rows that cannot be trusted, by their index in `rows`. */
  readonly damaged: ReadonlyMap<number, CellProblem>;
}

const LINE_FEED = 0x0a;
const NONE: ReadonlyMap<number, CellProblem> = new Map();
/** Excel's own first line, by which it is told the delimiter. */
const DELIMITER_LINE = /^"?sep=.?"?$/i;

export function parseTextSlice(slice: TextSlice, delimiter: Delimiter): ParsedRows {
  const parsed =
    slice.quotes !== 'read'
      ? splitLines(slice, delimiter)
      : slice.text.includes('"')
        ? parseQuoted(slice.text, delimiter)
        : { rows: splitPlain(slice.text, delimiter), damaged: NONE };
  const first = parsed.rows[0];
  if (slice.byteStart === 0 && first && DELIMITER_LINE.test(first.join('')))
    return { ...parsed, rows: [[''], ...parsed.rows.slice(1)] };
  return parsed;
}

/** Where no quote stands, a line is a row, and a delimiter is one. Each line ends with `\n`. */
function splitPlain(text: string, delimiter: Delimiter): string[][] {
  const ends = delimiter.charCodeAt(0);
  const rows: string[][] = [];
  let row: string[] = [];
  // As Papa Parse has it.
  let from = text.startsWith('\ufeff') ? 1 : 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== LINE_FEED && code !== ends) continue;
    row.push(text.slice(from, at));
    from = at + 1;
    if (code !== LINE_FEED) continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

function parseQuoted(text: string, delimiter: Delimiter): ParsedRows {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: '\n' });
  // The line end of the last row opens one more, which is none.
  if (text.endsWith('\n')) data.pop();
  if (errors.length === 0) return { rows: data, damaged: NONE };
  const damaged = new Map<number, CellProblem>();
  for (const error of errors) {
    const row = error.row ?? -1;
    // A quote in the middle of a value is a habit (`5" pipe`); with a line end in that value, it has swallowed rows.
    if (error.type === 'Quotes' && data[row]?.some((cell) => cell.includes('\n') && cell.includes('"')))
      damaged.set(row, 'quoteUnclosed');
  }
  return { rows: data, damaged };
}

function splitLines(slice: TextSlice, delimiter: Delimiter): ParsedRows {
  const lines = slice.text.split('\n');
  lines.pop();
  const damaged = new Map<number, CellProblem>();
  const rows = lines.map((line, index) => {
    const row = line.split(delimiter);
    if (slice.quotes === 'tooLong') damaged.set(index, 'cellTooLong');
    else if (row.some((cell) => cell.startsWith('"') && cell !== '""')) damaged.set(index, 'quoteUnclosed');
    return row;
  });
  return { rows, damaged };
}
