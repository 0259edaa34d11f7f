/** The words of components, the relay's refusals and times, in the language shown. */
import { dateLocale } from '#app/date-locale';
import type { Outcome } from '#app/types';
import { m } from '#messages';
import { getLocale } from '#paraglide/runtime';
import type { Words } from '#ui/words';

/** Getters, so that a change of language needs no new object. */
export const WORDS: Words = {
  get product() {
    return m.app_name();
  },
  get close() {
    return m.shell_word_close();
  },
  get clear() {
    return m.shell_word_clear();
  },
  get cancel() {
    return m.shell_word_cancel();
  },
  get undo() {
    return m.shell_word_undo();
  },
  get dismiss() {
    return m.shell_word_dismiss();
  },
  get more() {
    return m.shell_word_more();
  },
  get loading() {
    return m.shell_word_loading();
  },
  get back() {
    return m.shell_word_back();
  },
  get optional() {
    return m.shell_word_optional();
  },
  get nothingFound() {
    return m.shell_word_nothing();
  },
  get view() {
    return m.message_view();
  },
  get chart() {
    return m.message_view_chart();
  },
  get table() {
    return m.message_view_table();
  },
  remove: (what) => m.shell_word_remove({ what }),
  sortBy: (what) => m.shell_word_sort({ what }),
};

type Refusal = Extract<Outcome, { readonly kind: 'refused' }>['problem'];

const REFUSALS: Readonly<Record<Refusal, () => string>> = {
  offline: m.refused_offline,
  storageFull: m.refused_storage_full,
  signedOut: m.refused_signed_out,
  forbidden: m.refused_forbidden,
  notFound: m.refused_not_found,
  malformed: m.refused_malformed,
  tooLarge: m.refused_too_large,
  keyMissing: m.refused_malformed,
  keyReused: m.refused_malformed,
  partsMissing: m.refused_relay_failed,
  partMismatch: m.refused_relay_failed,
  behind: m.refused_relay_failed,
  erasing: m.refused_erasing,
  blockTaken: m.refused_relay_failed,
  channelGone: m.refused_channel_gone,
  codeTaken: m.refused_code_taken,
  nameTaken: m.refused_name_taken,
  linkSpent: m.refused_link_spent,
  foreignOrigin: m.refused_foreign_origin,
  tooManyRequests: m.refused_too_many,
  relayFailed: m.refused_relay_failed,
};

export const refusalWord = (problem: Refusal): string => REFUSALS[problem]();

/** "now" to "3 days ago", of milliseconds since 1970. */
export function timeAgo(at: number, now: number): string {
  const format = new Intl.RelativeTimeFormat(dateLocale(getLocale(), navigator.languages), { numeric: 'auto' });
  const seconds = Math.round((at - now) / 1_000);
  if (Math.abs(seconds) < 60) return format.format(0, 'second');
  if (Math.abs(seconds) < 3_600) return format.format(Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < 86_400) return format.format(Math.round(seconds / 3_600), 'hour');
  return format.format(Math.round(seconds / 86_400), 'day');
}
