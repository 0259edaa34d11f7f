/**
 * What spreadsheets, chat programs and web pages leave around a value: spaces of other kinds, invisible characters, the
 * guards that keep a cell from being run. It changes no visible character.
 */

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

const [SPACE, APOSTROPHE, EQUALS, TILDE] = [0x20, 0x27, 0x3d, 0x7e];
const [FIRST_HAN, LAST_HAN] = [0x4e00, 0x9fff];

/**
 * Printable ASCII with no space at either end and no guard in front, or nothing but Han: most cells of most files, and
 * nothing to do. Two spaces in a row are left for the long way. Letter by letter: an expression takes five times as long.
 */
export function isClean(text: string): boolean {
  if (text === '') return true;
  const first = text.charCodeAt(0);
  if (first >= FIRST_HAN) return isHan(text);
  if (first === APOSTROPHE || first === EQUALS) return false;
  let before = SPACE;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < SPACE || code > TILDE || (code === SPACE && before === SPACE)) return false;
    before = code;
  }
  return before !== SPACE;
}

function isHan(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < FIRST_HAN || code > LAST_HAN) return false;
  }
  return true;
}

/** One line, without what cannot be seen, composed (NFC). */
export function cleanText(text: string): string {
  if (isClean(text)) return text;
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
