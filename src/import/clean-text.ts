/**
 * What spreadsheets, chat programs and web pages leave around a value: spaces of other kinds, invisible characters, the
 * guards that keep a cell from being run. It changes no visible character.
 */

/**
 * Printable ASCII with no space at either end and no guard in front, or nothing but Han: most cells of most files, and
 * nothing to do. Two spaces in a row are left for the long way.
 */
const CLEAN = /^(?:(?!['=])[\x21-\x7e]+(?: [\x21-\x7e]+)*|[\u4e00-\u9fff]+)$/;
const ASCII = /^[\x00-\x7f]*$/;
const SPACES = /[\s\u0085\u180e]+/g;
/**
 * Controls, soft hyphen, zero-width space, marks of direction, word joiner, BOM. The joiners U+200C and U+200D stay:
 * names in Persian and Hindi are spelt with them.
 */
const INVISIBLE = /[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** `="0138…"`, by which exports keep a spreadsheet from dropping zeros. */
const TEXT_FORMULA = /^="(.*)"$/s;
/** What an apostrophe guards against being run, or being read as a number. The Dutch 't Hooft keeps his. */
const GUARDED = /^'(?=[=+\-@\t\r\n\d])/;
/** What people write where they know nothing; as a key it would make one person of many. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  ...['-', '--', '---', '—', '——', '/', '\\', '.', '?', 'n/a', 'na', '#n/a', '#value!', '#ref!', '#name?', 'null'],
  ...[
    '(null)',
    'nil',
    'none',
    'nan',
    'undefined',
    'unknown',
    'empty',
    '无',
    '暂无',
    '没有',
    '空',
    '未知',
    '未填',
    '無',
  ],
]);

/** How Google Contacts joins several values of one kind in a cell. */
export const SEVERAL = ':::';

/** One line, without what cannot be seen, composed (NFC). */
export function cleanText(text: string): string {
  if (text === '' || CLEAN.test(text)) return text;
  const visible = text.replace(INVISIBLE, '');
  const formula = TEXT_FORMULA.exec(visible.trim());
  const line = (formula?.[1] ?? visible).trim().replace(GUARDED, '').replace(SPACES, ' ').trim();
  return ASCII.test(line) ? line : line.toWellFormed().normalize('NFC');
}

/** Full-width and other compatible forms become plain ones: `１３８` is `138`, `＠` is `@`. */
export function toPlainForms(text: string): string {
  return ASCII.test(text) ? text : text.normalize('NFKC');
}

export function isPlaceholder(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  // None ends with a digit, and nearly all that is asked about does.
  const endsWithDigit = last >= 0x30 && last <= 0x39;
  return !endsWithDigit && text.length < 11 && PLACEHOLDERS.has(text.toLowerCase());
}
