/** The writer of a format, and what its file is called and said to be. */
import { createCsvWriter } from './csv-writer.ts';
import type { ContactWriter, ExportFormat, ExportOptions, Write } from './types.ts';
import { createVcardWriter } from './vcard-writer.ts';
import { createWorkbookWriter } from './workbook-writer.ts';

const WRITERS: Readonly<Record<ExportFormat, (options: ExportOptions, write: Write) => ContactWriter>> = {
  csv: createCsvWriter,
  xlsx: createWorkbookWriter,
  vcf: createVcardWriter,
};

export const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  vcf: 'text/vcard',
};

export const createContactWriter = (format: ExportFormat, options: ExportOptions, write: Write): ContactWriter =>
  WRITERS[format](options, write);
