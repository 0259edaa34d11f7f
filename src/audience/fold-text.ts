/** The form in which two spellings are one to a searcher: case, accents and width do not matter. */

/** Letters that do not come apart into a letter and a mark, and the apostrophes that a phone's keyboard writes. */
const LETTERS: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  '’': "'",
  '‘': "'",
  ʼ: "'",
};
const LETTER_PATTERN = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');
/** Marks, and what is not seen at all: the signs of direction that address books put around a number. */
const UNSEEN = /[\p{M}\p{Cf}]+/gu;
const ASCII = /^[\x00-\x7f]*$/;
/** They have one form only, and are most of what is not Latin. */
const HAN = /^[\u4e00-\u9fff]*$/;

export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  if (HAN.test(text)) return text;
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(UNSEEN, '')
    .replace(LETTER_PATTERN, (letter) => LETTERS[letter] ?? letter);
}
