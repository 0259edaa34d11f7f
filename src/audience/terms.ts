/** What was typed, as terms that must all be found in a contact, each in one of its spellings. */
import { foldText } from './fold-text.ts';

export type Terms = readonly (readonly string[])[];

/** Longer than any name or address: what is pasted by mistake is not looked for. */
const LONGEST_QUERY = 200;
/** Digits with what people put between them; the whole query, so that `138 1234 5678` is one number. */
const PHONE = /^[+\d\s().\-/\p{Pd}]+$/u;
/** Without its leading zeros a short number would be found everywhere. */
const SHORTEST_WITHOUT_ZERO = 4;

export function readTerms(query: string): Terms {
  const folded = foldText(query.slice(0, LONGEST_QUERY)).trim();
  const words = folded.split(/[\s\p{Cc}]+/u).filter((word) => word !== '');
  if (!isPhone(folded)) return words.map((word) => (isPhone(word) ? phoneSpellings(word, word) : [word]));
  // A user ID may be written with the very signs.
  return [phoneSpellings(folded, words.length === 1 ? words[0] : undefined)];
}

/** Folded; with what people put between digits. */
export const isPhone = (text: string): boolean => PHONE.test(text) && /\d/.test(text);

/** `+44 (0)20` means 4420; `00…` is `+`, and a leading 0 is dialled at home only. */
export function phoneSpellings(text: string, asTyped?: string): readonly string[] {
  const digits = text.replace(/(?<=\d\s?)\(0\)/u, '').replace(/\D/g, '');
  const dialled = [digits.replace(/^00/, ''), digits.replace(/^0/, '')];
  const spellings = [digits, ...dialled.filter((spelling) => spelling.length >= SHORTEST_WITHOUT_ZERO)];
  if (asTyped !== undefined) spellings.push(asTyped);
  return [...new Set(spellings)];
}
