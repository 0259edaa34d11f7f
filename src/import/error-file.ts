/**
 * The file of what could not be read (IMP-7): the rows in error as they came, with row, column and reason, and which
 * import they are of, so that the file, mended, is known again. What a spreadsheet alone does to a cell is no mending.
 */
import Papa from 'papaparse';
import { cleanText } from './clean-text.ts';
import { MOST_COLUMNS } from './limits.ts';
import { BEGINNING, type RowSource } from './row-source.ts';
import type { Mend } from './types.ts';

const ROW = '_row';
const ADDED = [ROW, '_column', '_error', '_import'] as const;

export interface ErrorRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly columns: readonly string[];
  readonly reasons: readonly string[];
}

/** What OWASP lists for "CSV injection", but for whole phone numbers; the import takes the apostrophe off again. */
const WOULD_RUN = /^(?:[=\-@\t\r]|\+(?!\d{6,15}$))/;

export function createErrorLines(importId: string, headings: readonly string[], width: number) {
  const pad = (cells: readonly string[]) => Array.from({ length: width }, (_, at) => cells[at] ?? '');
  const lines = (rows: readonly (readonly string[])[]) =>
    `${Papa.unparse(rows as string[][], { newline: '\r\n', escapeFormulae: WOULD_RUN })}\r\n`;
  return {
    /** With the mark by which Excel knows UTF-8. */
    head: () => `\ufeff${lines([[...pad(headings), ...ADDED]])}`,
    rows: (rows: readonly ErrorRow[]) =>
      lines(
        rows.map(({ row, cells, columns, reasons }) => [
          ...pad(cells),
          ...[String(row), columns.join(' | '), reasons.join(' | '), importId],
        ]),
      ),
  };
}

/** Whether a file with these headings is such a file, and how many columns of the original stand in it. */
export function widthOfErrorFile(headings: readonly string[]): number | undefined {
  const at = headings.findIndex((heading) => heading.trim() === ROW);
  return at > 0 && at <= MOST_COLUMNS && ADDED.every((name, more) => headings[at + more]?.trim() === name)
    ? at
    : undefined;
}

export interface MendedRows {
  readonly importId: string;
  /** By their numbers in the original. */
  readonly rows: ReadonlyMap<number, readonly string[]>;
}

/** Undefined where it names no import. Rows that name another are left out. */
export async function readErrorFile(source: RowSource, width: number): Promise<MendedRows | undefined> {
  const rows = new Map<number, readonly string[]>();
  let importId: string | undefined;
  for (let slice = await source.read(BEGINNING); slice; slice = await source.read(slice.next)) {
    for (const row of slice.rows) {
      const [number = '', , , id = ''] = row.slice(width).map((cell) => cell.trim());
      importId ??= id === '' ? undefined : id;
      if (id === importId && /^\d{1,7}$/.test(number)) rows.set(Number(number), row.slice(0, width));
    }
  }
  return importId === undefined ? undefined : { importId, rows };
}

/** Cells that say something else than in the import's own file. */
export async function findMends(original: RowSource, { rows }: MendedRows): Promise<Mend[]> {
  const mends: Mend[] = [];
  for (let slice = await original.read(BEGINNING); slice; slice = await original.read(slice.next)) {
    slice.rows.forEach((before, index) => {
      const number = slice.numbers[index] ?? 0;
      rows.get(number)?.forEach((value, at) => {
        if (!isSame(before[at] ?? '', value)) mends.push({ row: number, at, value });
      });
    });
  }
  return mends;
}

const NUMBER = /^[+-]?\d+(?:[.,]\d+)?(?:e\+?\d+)?$/i;

/** Guards and blanks aside. A spreadsheet takes zeros and the plus off a number, and rounds a long one. */
function isSame(before: string, after: string): boolean {
  const [one, other] = [cleanText(before), cleanText(after)];
  if (one === other) return true;
  if (!NUMBER.test(one) || !NUMBER.test(other)) return false;
  const [exact, shown] = [Number(one.replace(',', '.')), Number(other.replace(',', '.'))];
  return /e/i.test(other) ? Math.abs(exact - shown) <= Math.abs(exact) / 100 : exact === shown;
}
