/**
 * An XLS workbook (Excel 5 to 2003), through SheetJS in one piece: its format ends at 65,536 rows of 256 columns, and
 * nothing in it inflates. No formula is read, only its value.
 */
import { createCellReader } from './cell-text.ts';
import { MOST_COLUMNS } from './limits.ts';
import type { SheetName, SheetRows, Sheets } from './sheets.ts';
import type * as SheetParser from './sheet-parser.ts';
import type { FileProblem } from './types.ts';

type Parser = typeof SheetParser;
type Book = ReturnType<Parser['parseCompound']>;

const OPTIONS = { dense: true, cellText: false, cellHTML: false, cellFormula: false, cellNF: true };
/** Rows of each sheet that a preview reads. */
const BEGINNING = 60;

export async function openOldWorkbook(file: Blob): Promise<Sheets | FileProblem> {
  const parser = await import('./sheet-parser.ts');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const beginning = parse(parser, bytes, BEGINNING);
  if (typeof beginning === 'string') return beginning;
  const { SheetNames, Workbook } = beginning;
  if (SheetNames.length === 0) return 'brokenWorkbook';
  const dates = Workbook?.WBProps?.date1904 ? 'from1904' : 'from1900';
  const sheets = SheetNames.map((name, at): SheetName => ({
    name,
    state: Workbook?.Sheets?.[at]?.Hidden ? 'hidden' : 'visible',
  }));
  return {
    sheets,
    read(index, extent) {
      const book = extent === 'beginning' ? beginning : parse(parser, bytes, 0);
      return Promise.resolve(typeof book === 'string' ? book : rowsOf(parser, book, sheets[index]?.name ?? '', dates));
    },
  };
}

function parse(parser: Parser, bytes: Uint8Array, sheetRows: number): Book | FileProblem {
  try {
    return parser.parseCompound(bytes, { ...OPTIONS, sheetRows });
  } catch (error) {
    // [MS-XLS] 2.4.117 FilePass: the parser has no error of its own kind for it.
    const isLocked = error instanceof Error && /password|encrypt/i.test(error.message);
    return isLocked ? 'encryptedWorkbook' : 'brokenWorkbook';
  }
}

function rowsOf(parser: Parser, book: Book, name: string, dates: 'from1900' | 'from1904'): SheetRows | FileProblem {
  const sheet = Object.hasOwn(book.Sheets, name) ? book.Sheets[name] : undefined;
  const data = sheet?.['!data'];
  if (!data) return 'brokenWorkbook';
  const toText = createCellReader(parser, dates);
  const rows: string[][] = [];
  const numbers: number[] = [];
  let hidden = 0;
  data.forEach((cells, index) => {
    const row = Array.from({ length: Math.min(cells.length, MOST_COLUMNS) }, (_, column) => {
      const cell = cells[column];
      return cell ? toText(cell) : '';
    });
    if (row.every((text) => text.trim() === '')) return;
    rows.push(row);
    numbers.push(index + 1);
    if (sheet['!rows']?.[index]?.hidden) hidden++;
  });
  return { rows, numbers, hidden };
}
