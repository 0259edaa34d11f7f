/**
 * The locale in which dates and times are written: the language that was chosen, by the customs of the reader's own
 * region. English without a region would be American to everybody. Figures and words keep the language alone.
 */

/** `en` in a browser set to `en-GB` is `en-GB`, in one set to `de-AT` it is `en-AT`. A language that names its region keeps it. */
export function dateLocale(language: string, languages: readonly string[]): string {
  const chosen = new Intl.Locale(language);
  if (chosen.region !== undefined) return language;
  const regional = languages.flatMap(parseLocale).filter((each) => each.region !== undefined);
  const region = (regional.find((each) => each.language === chosen.language) ?? regional[0])?.region;
  return region === undefined ? language : `${chosen.language}-${region}`;
}

/** What a browser calls a language need not be one. */
function parseLocale(tag: string): readonly Intl.Locale[] {
  try {
    return [new Intl.Locale(tag)];
  } catch {
    return [];
  }
}
