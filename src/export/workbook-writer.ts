/** Contacts as a workbook of one sheet. Every cell is text: no phone loses its plus sign, and nothing in it can be run. */
import { createRows } from './rows.ts';
import { createSheetWriter } from './sheet-writer.ts';
import type { ContactWriter, ExportOptions, Write } from './types.ts';
import { EXPORT_WORDS } from './words.ts';

const WIDTHS = [16, 18, 18, 28, 14, 22, 22, 14, 10, 10, 14, 14, 16, 18, 18, 18, 18];
const MORE_WIDTH = 18;

export function createWorkbookWriter(options: ExportOptions, write: Write): ContactWriter {
  const { headings, rowOf } = createRows(options);
  const widths = headings.map((_, at) => (options.columns ? MORE_WIDTH : (WIDTHS[at] ?? MORE_WIDTH)));
  const sheet = createSheetWriter({ name: EXPORT_WORDS[options.language].sheet, widths }, write);
  sheet.add([headings]);
  return {
    add: (contacts) => sheet.add(contacts.map(rowOf)),
    end: () => sheet.end(),
  };
}
