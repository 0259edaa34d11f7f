/** The file to fill in (IMP-2): as CSV or workbook, in English or Chinese, with example rows. What it is made into needs no matching. */
import { writeSheet } from './sheet-writer.ts';
import type { ExportColumn, ExportLanguage } from './types.ts';
import { EXPORT_WORDS } from './words.ts';

export type TemplateFormat = 'csv' | 'xlsx';
export type TemplateLanguage = ExportLanguage;

export interface Template {
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Words {
  readonly fileName: string;
  readonly examples: readonly (readonly string[])[];
}

const COLUMNS: readonly ExportColumn[] = [
  ...(['name', 'phone', 'email', 'userId', 'smsType', 'status', 'blocked', 'consent:sms', 'consent:email'] as const),
];

/** Numbers set aside for fiction and documentation, and people of no country in particular. */
const WORDS: Readonly<Record<TemplateLanguage, Words>> = {
  en: {
    fileName: 'fieldcast-contacts',
    examples: [
      ['Anna Novak', '+12015550123', 'anna@example.com', 'C-1001', 'marketing', 'active', 'no', 'yes', 'yes'],
      ['Li Wei', '+8613800138000', 'liwei@example.com', 'C-1002', 'notification', 'active', 'no', 'yes', 'no'],
      ['', '', 'office@example.com', '', '', '', '', '', 'unknown'],
    ],
  },
  'zh-CN': {
    fileName: 'fieldcast-联系人',
    examples: [
      ['李伟', '+8613800138000', 'liwei@example.com', 'C-1001', '营销', '启用', '否', '是', '是'],
      ['王芳', '+8613900139000', 'wangfang@example.com', 'C-1002', '通知', '启用', '否', '是', '否'],
      ['', '', 'office@example.com', '', '', '', '', '', '未知'],
    ],
  },
};
const WIDTHS = [16, 18, 26, 14, 14, 12, 12, 14, 14];

export function makeTemplate(format: TemplateFormat, language: TemplateLanguage): Template {
  const { fileName, examples } = WORDS[language];
  const { headings, sheet } = EXPORT_WORDS[language];
  const rows = [COLUMNS.map((column) => headings[column]), ...examples];
  if (format === 'csv') return { fileName: `${fileName}.csv`, mediaType: 'text/csv', bytes: toCsv(rows) };
  return {
    fileName: `${fileName}.xlsx`,
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    bytes: writeSheet({ name: sheet, rows, widths: WIDTHS }),
  };
}

/** The mark at the beginning is what tells Excel that the rest is UTF-8. No value here needs quotes. */
function toCsv(rows: readonly (readonly string[])[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`\ufeff${rows.map((row) => `${row.join(',')}\r\n`).join('')}`);
}
