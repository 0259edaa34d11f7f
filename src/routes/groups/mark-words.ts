/** What is wrong with the conditions of a dynamic group, in words. */
import type { FilterMark } from '#domain/dynamic-group';
import { m } from '#messages';

export const markWord: Readonly<Record<FilterMark, () => string>> = {
  unknown: m.views_mark_unknown,
  groupGone: m.views_mark_group,
  circle: m.dynamic_mark_circle,
  empty: m.dynamic_mark_empty,
};
