/**
 * A sheet of an XLSX → rows of text: what is plain by `plain-sheet.ts`, the rest through SheetJS, which is a chunk of its
 * own. The sheet is handed over as many small workbooks
 * of our own making, so that 300,000 rows do not stand in memory as objects at once, and nothing of the file reaches the
 * parser but rows, the strings they name, and number formats. No formula is read; a phone kept as a number comes out as
 * its digits.
 */
import type { CellObject } from 'xlsx';
import { createCellReader, numberToText } from './cell-text.ts';
import { MOST_COLUMNS, MOST_WORKBOOK_ROWS } from './limits.ts';
import { readPlainRows, readPlainString, type PlainRows } from './plain-sheet.ts';
import type { SheetRows, Sheets } from './sheets.ts';
import type * as SheetParser from './sheet-parser.ts';
import type { FileProblem } from './types.ts';
import { isProblem, openWorkbook, type Sheet, type SheetPiece, type Workbook } from './workbook.ts';

type Cells = readonly (CellObject | undefined)[];

type Parser = typeof SheetParser;

const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const FRAME: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${TYPE}.sharedStrings+xml"/></Types>`,
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
};
const OPTIONS = { dense: true, cellText: false, cellHTML: false, cellFormula: false, cellNF: true, nodim: true };
/** Rows of a sheet (ECMA-376; Excel's specifications): a cell beyond is a trap, not data. */
const LAST_ROW = 1_048_576;
/** Rows that hold cells and are not shown. */
const HIDDEN_ROW = /<(?:\w+:)?row\s(?:[^<>]*?\s)?hidden=["'](?:1|true)["'][^<>]*(?<!\/)>/g;

export async function openExcelSheets(file: Blob): Promise<Sheets | FileProblem> {
  const book = await openWorkbook(file);
  if (isProblem(book)) return book.problem;
  return {
    sheets: book.sheets,
    async read(index, extent) {
      const sheet = book.sheets[index];
      return sheet ? readSheetRows(book, sheet, extent) : 'brokenWorkbook';
    },
  };
}

async function readSheetRows(
  book: Workbook,
  sheet: Sheet,
  extent: 'whole' | 'beginning',
): Promise<SheetRows | FileProblem> {
  const styles = await book.styles();
  if (isProblem(styles)) return styles.problem;
  const strings = await book.strings();
  if (isProblem(strings)) return strings.problem;
  const plain = { stringAt: createStringReader(strings), numberToText };
  const rows: (readonly string[])[] = [];
  const numbers: number[] = [];
  let before = 0;
  let hidden = 0;
  for await (const piece of book.pieces(sheet)) {
    if (isProblem(piece)) return piece.problem;
    const read =
      (piece.prefix === '' ? readPlainRows(piece.rows, plain) : undefined) ??
      (await readPiece(book, piece, strings, styles, before));
    if (read === undefined) return 'brokenWorkbook';
    read.rows.forEach((row, index) => {
      rows.push(row);
      numbers.push(read.numbers[index] as number);
    });
    before = read.last;
    if (piece.rows.includes(' hidden=')) hidden += piece.rows.match(HIDDEN_ROW)?.length ?? 0;
    if (rows.length > MOST_WORKBOOK_ROWS + 1) return 'workbookTooLarge';
    if (extent === 'beginning' && rows.length > 1) break;
  }
  return { rows, numbers, hidden };
}

/** Each is read once, where it is named; most are. */
function createStringReader(strings: readonly string[]): (index: number) => string | undefined {
  const read: (string | undefined)[] = [];
  return (index) => {
    const raw = strings[index];
    return raw === undefined ? undefined : (read[index] ??= readPlainString(raw));
  };
}

/** Through SheetJS. `before`: rows of the sheet that stand before these. */
async function readPiece(
  book: Workbook,
  piece: SheetPiece,
  strings: readonly string[],
  styles: string | undefined,
  before: number,
): Promise<PlainRows | undefined> {
  const parser = await import('./sheet-parser.ts');
  const toText = createCellReader(parser, book.dates);
  const data = parsePiece(parser, piece, strings, styles);
  // Rows that do not tell their numbers are counted on.
  const offset = /^\s*<(?:\w+:)?row\s[^>]*?\br=/.test(piece.rows) ? 0 : before;
  if (data === undefined || data.length + offset > LAST_ROW) return undefined;
  const rows: string[][] = [];
  const numbers: number[] = [];
  data.forEach((cells, index) => {
    const row = cells && rowOf(cells, toText);
    if (!row) return;
    rows.push(row);
    numbers.push(offset + index + 1);
  });
  return { rows, numbers, last: offset + data.length };
}

/** Undefined where it holds nothing. */
function rowOf(cells: Cells, toText: (cell: CellObject) => string): string[] | undefined {
  const row: string[] = [];
  let isBlank = true;
  const width = Math.min(cells.length, MOST_COLUMNS);
  for (let column = 0; column < width; column++) {
    const cell = cells[column];
    const text = cell ? toText(cell) : '';
    isBlank &&= text.trim() === '';
    row.push(text);
  }
  return isBlank ? undefined : row;
}

function parsePiece(
  { createArchive }: Parser,
  piece: SheetPiece,
  strings: readonly string[],
  styles: string | undefined,
): readonly (Cells | undefined)[] | undefined {
  const { rows, used } = renumberStrings(piece.rows, strings);
  const { prefix } = piece;
  const archive = createArchive();
  const add = (name: string, xml: string) => {
    archive.add(name, new TextEncoder().encode(xml));
  };
  for (const [name, xml] of Object.entries(FRAME)) add(name, xml);
  add('xl/styles.xml', styles ?? '<styleSheet></styleSheet>');
  add('xl/sharedStrings.xml', `<sst>${used.map((string) => `${string}</si>`).join('')}</sst>`);
  add(
    'xl/worksheets/sheet1.xml',
    `<${prefix}worksheet><${prefix}sheetData>${rows}</${prefix}sheetData></${prefix}worksheet>`,
  );
  try {
    return archive.parse({ ...OPTIONS }).Sheets['S']?.['!data'];
  } catch {
    // Whatever the parser trips over is a fault of the file.
    return undefined;
  }
}

/** The strings that these rows name, and the rows naming them by their place among those. */
function renumberStrings(
  rows: string,
  strings: readonly string[],
): { readonly rows: string; readonly used: readonly string[] } {
  const used: string[] = [];
  if (strings.length === 0) return { rows, used };
  const placeByIndex = new Map<string, number>();
  const renumbered = rows.replace(SHARED, (_, before: string, index: string) => {
    let place = placeByIndex.get(index);
    if (place === undefined) {
      place = used.length;
      placeByIndex.set(index, place);
      used.push(withoutBeginning(strings[Number(index)] ?? '<si><t></t>'));
    }
    return before + String(place);
  });
  return { rows: renumbered, used };
}
const SHARED = /(<(?:\w+:)?c\s(?:[^<>]*?\s)?t=["']s["'][^<>]*>\s*<(?:\w+:)?v>)\s*(\d+)/g;
/** The first string of all carries the head of its part; prefixes are taken off, as the frame has none. */
const withoutBeginning = (string: string): string =>
  string.slice(Math.max(0, string.search(/<(?:\w+:)?si[\s>]/))).replace(/(<\/?)\w+:(?=\w)/g, '$1');
