/**
 * Parts of a workbook → rows of text, through SheetJS, which is a chunk of its own. It gets parts that are inflated and
 * looked at already, reads no formula, and makes no text of numbers: a phone kept as a number comes out as its digits.
 */
import { MOST_COLUMNS, MOST_WORKBOOK_ROWS } from './limits.ts';
import type { FileProblem } from './types.ts';
import type { SheetParts } from './workbook.ts';

export interface SheetRows {
  /** Rows that hold anything. */
  readonly rows: readonly (readonly string[])[];
  /** Their numbers as a spreadsheet shows them, from 1. */
  readonly numbers: readonly number[];
}

interface Cell {
  readonly t: string;
  readonly v?: unknown;
  /** Number format. */
  readonly z?: string;
}
/** What SheetJS has and its types leave out. */
interface Parser {
  readonly CFB: {
    readonly utils: {
      readonly cfb_new: (options: { fileType: 'zip' }) => object;
      readonly cfb_add: (archive: object, path: string, content: Uint8Array) => void;
    };
  };
  readonly parse_zip: (
    archive: object,
    options: object,
  ) => {
    readonly Sheets: Readonly<
      Record<string, { readonly '!data'?: readonly (readonly (Cell | undefined)[] | undefined)[] }>
    >;
    readonly SheetNames: readonly string[];
  };
  readonly SSF: {
    readonly is_date: (format: string) => boolean;
    readonly format: (format: string, value: number) => string;
  };
}

/** Rows of a sheet (ECMA-376; Excel's specifications): a cell beyond is a trap, not data. */
const LAST_ROW = 1_048_576;
/** Excel keeps 15 digits of a number; of a longer one the rest is zeros that nobody typed. */
const GREATEST_EXACT = 1e15;

export async function readSheetRows(parts: SheetParts, sheetName: string): Promise<SheetRows | FileProblem> {
  const parser = (await import('xlsx')) as unknown as Parser;
  const data = parse(parser, parts, sheetName);
  if (data === undefined || data.length > LAST_ROW) return 'brokenWorkbook';
  const toText = createCellReader(parser);
  const rows: string[][] = [];
  const numbers: number[] = [];
  for (let index = 0; index < data.length; index++) {
    const cells = data[index];
    if (!cells) continue;
    const row: string[] = [];
    let isBlank = true;
    const width = Math.min(cells.length, MOST_COLUMNS);
    for (let column = 0; column < width; column++) {
      const cell = cells[column];
      const text = cell ? toText(cell) : '';
      isBlank &&= text === '';
      row.push(text);
    }
    if (isBlank) continue;
    if (rows.length === MOST_WORKBOOK_ROWS + 1) return 'workbookTooLarge';
    rows.push(row);
    numbers.push(index + 1);
  }
  return { rows, numbers };
}

function parse({ CFB, parse_zip }: Parser, parts: SheetParts, sheetName: string) {
  const archive = CFB.utils.cfb_new({ fileType: 'zip' });
  for (const [name, bytes] of parts) CFB.utils.cfb_add(archive, name, bytes);
  try {
    const options = {
      dense: true,
      cellText: false,
      cellHTML: false,
      cellFormula: false,
      cellNF: true,
      nodim: true,
      sheets: sheetName,
    };
    const book = parse_zip(archive, options);
    const name = book.SheetNames.find((each) => each === sheetName);
    return name !== undefined && Object.hasOwn(book.Sheets, name) ? book.Sheets[name]?.['!data'] : undefined;
  } catch {
    // Whatever the parser trips over is a fault of the file.
    return undefined;
  }
}

function createCellReader({ SSF }: Parser): (cell: Cell) => string {
  const isDateByFormat = new Map<string, boolean>();
  const isDate = (format: string) => {
    const known = isDateByFormat.get(format);
    if (known !== undefined) return known;
    const answer = SSF.is_date(format);
    isDateByFormat.set(format, answer);
    return answer;
  };
  return ({ t, v, z }) => {
    if (t === 's') return typeof v === 'string' ? v : '';
    if (t === 'b') return v ? 'TRUE' : 'FALSE';
    if (t !== 'n' || typeof v !== 'number' || !Number.isFinite(v)) return '';
    if (z !== undefined && z !== 'General') {
      // A format of zeros is how leading zeros are kept in a column of numbers.
      if (/^0{2,30}$/.test(z) && Number.isInteger(v) && v >= 0) return String(v).padStart(z.length, '0');
      if (isDate(z) && v >= 0) return SSF.format(z, v);
    }
    return Math.abs(v) < GREATEST_EXACT ? String(v) : v.toExponential().toUpperCase();
  };
}
