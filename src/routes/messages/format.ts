/** Figures in the language shown. Formatters are dear to make: one each is kept. */
import { getLocale } from '#paraglide/runtime';

interface Formatters {
  readonly locale: string;
  readonly number: Intl.NumberFormat;
  readonly percent: Intl.NumberFormat;
  readonly list: Intl.ListFormat;
}

let kept: Formatters | undefined;

function formatters(): Formatters {
  const locale = getLocale();
  if (kept?.locale !== locale) {
    kept = {
      locale,
      number: new Intl.NumberFormat(locale),
      percent: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
      list: new Intl.ListFormat(locale, { type: 'conjunction' }),
    };
  }
  return kept;
}

export const numberToShown = (value: number): string => formatters().number.format(value);

/** Undefined where there is nothing to be a share of. */
export function shareToShown(part: number, whole: number): string | undefined {
  return whole > 0 ? formatters().percent.format(part / whole) : undefined;
}

export const namesToShown = (names: readonly string[]): string => formatters().list.format(names);
