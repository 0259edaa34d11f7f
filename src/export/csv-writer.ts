/**
 * Contacts as CSV: UTF-8 with the mark by which Excel knows it (IMP-13). A cell that a spreadsheet would run gets an
 * apostrophe in front, which the import takes off again; a phone in E.164 stays as it is.
 */
import Papa from 'papaparse';
import { createRows } from './rows.ts';
import type { ContactWriter, ExportOptions, Write } from './types.ts';

/** What OWASP lists for "CSV injection", but for whole phone numbers. */
const WOULD_RUN = /^(?:[=\-@\t\r]|\+(?!\d{6,15}$))/;

export function createCsvWriter(options: ExportOptions, write: Write): ContactWriter {
  const encoder = new TextEncoder();
  const lines = (rows: readonly (readonly string[])[]) =>
    `${Papa.unparse(rows as string[][], { newline: '\r\n', escapeFormulae: WOULD_RUN })}\r\n`;
  const { headings, rowOf } = createRows(options);
  write(encoder.encode(`\ufeff${lines([headings])}`));
  return {
    add(contacts) {
      if (contacts.length > 0) write(encoder.encode(lines(contacts.map(rowOf))));
    },
    end() {},
  };
}
