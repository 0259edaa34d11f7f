/** The form in which two spellings are one to a searcher: case, accents and width do not matter. */

/** Letters that do not come apart into a letter and a mark. */
const LATIN: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
};
const LATIN_PATTERN = new RegExp(`[${Object.keys(LATIN).join('')}]`, 'gu');
const ASCII = /^[\x00-\x7f]*$/;

export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(LATIN_PATTERN, (letter) => LATIN[letter] ?? letter);
}
