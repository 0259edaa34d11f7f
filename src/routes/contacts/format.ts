/** Times as the list and the details show them, in the language shown. Formatters are dear to make: one each is kept. */
import { dateLocale } from '#app/date-locale';
import { getLocale } from '#paraglide/runtime';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface Formatters {
  readonly locale: string;
  readonly day: Intl.DateTimeFormat;
  readonly moment: Intl.DateTimeFormat;
  readonly since: Intl.RelativeTimeFormat;
}

let kept: Formatters | undefined;

function formatters(): Formatters {
  const locale = dateLocale(getLocale(), navigator.languages);
  if (kept?.locale !== locale) {
    kept = {
      locale,
      day: new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }),
      moment: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
      since: new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }),
    };
  }
  return kept;
}

export const dayToShown = (atMs: number): string => formatters().day.format(atMs);

export const momentToShown = (atMs: number): string => formatters().moment.format(atMs);

/** "5 min. ago" within a week, the day before that. */
export function sinceToShown(atMs: number, nowMs: number): string {
  const { since, day } = formatters();
  const agoMs = Math.max(0, nowMs - atMs);
  if (agoMs < MINUTE_MS) return since.format(0, 'second');
  if (agoMs < HOUR_MS) return since.format(-Math.floor(agoMs / MINUTE_MS), 'minute');
  if (agoMs < DAY_MS) return since.format(-Math.floor(agoMs / HOUR_MS), 'hour');
  if (agoMs < 7 * DAY_MS) return since.format(-Math.floor(agoMs / DAY_MS), 'day');
  return day.format(atMs);
}

/** How long something still takes, in one unit. */
export function secondsToShown(seconds: number): string {
  const [value, unit] =
    seconds < 90 ? [Math.max(1, Math.ceil(seconds)), 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return new Intl.NumberFormat(getLocale(), { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
