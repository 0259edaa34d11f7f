/** Dates in the language that was chosen, by the customs of the reader's region. */
import { describe, expect, it } from 'vitest';
import { dateLocale } from '#app/date-locale';

describe('the locale of dates', () => {
  it.each([
    ['en', ['en-GB', 'en'], 'en-GB'],
    ['en', ['de-AT', 'en-GB'], 'en-GB'],
    ['en', ['pt-BR', 'pt'], 'en-BR'],
    ['en', ['en'], 'en'],
    ['en', [], 'en'],
    ['en', ['C', 'en-ZA'], 'en-ZA'],
    ['zh-CN', ['zh-TW', 'en-GB'], 'zh-CN'],
  ])('[APP-3] %s in a browser of %j is %s', (language, languages, locale) => {
    expect(dateLocale(language, languages)).toBe(locale);
  });

  it('[APP-3] a British day comes before its month', () => {
    const format = (languages: readonly string[]) =>
      new Intl.DateTimeFormat(dateLocale('en', languages), { dateStyle: 'medium', timeZone: 'UTC' }).format(0);
    expect(format(['en-GB'])).toBe('1 Jan 1970');
    expect(format(['en-US'])).toBe('Jan 1, 1970');
  });
});
