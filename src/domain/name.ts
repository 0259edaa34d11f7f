/** Names that a team gives: of groups, characteristics and tags. Two spellings of one name are one (SYN-4). */

/** The form by which two names are one: NFKC, one space, case folded. */
export function normaliseName(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
}

/** As it is kept: one space, cut by characters, not by halves of them. */
export const tidyName = (name: string, length: number): string =>
  [...name.trim().replace(/\s+/gu, ' ')].slice(0, length).join('').trim();
