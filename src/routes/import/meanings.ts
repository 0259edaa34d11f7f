/** What words of a file are told to mean, as the import keeps it: pairs, since a word may be called as it likes. Pure. */
import type { Consent, Status } from '#domain/contact';
import type { ImportSettings, Meanings, UnknownWord } from '#import/types';

export type Meaning = Status | Consent;
type All = NonNullable<ImportSettings['meanings']>;

export function meaningOf(all: All | undefined, { of, word }: Pick<UnknownWord, 'of' | 'word'>): Meaning | undefined {
  return all?.[of].find(([each]) => each === word)?.[1];
}

/** Without a meaning the word is an error again. */
export function withMeaning(
  all: All | undefined,
  { of, word }: Pick<UnknownWord, 'of' | 'word'>,
  means: Meaning | undefined,
): All {
  const before: All = all ?? { status: [], consent: [] };
  const others = (before[of] as Meanings<Meaning>).filter(([each]) => each !== word);
  return { ...before, [of]: means === undefined ? others : [...others, [word, means]] };
}
