/**
 * A saved view (CON-6): a list of contacts under a name, with its filter, order and columns. All of it is text, as it
 * is kept on the device or in the team's document; what is not understood comes through unharmed.
 */
import type { ViewId } from './ids.ts';

export const VIEW_NAME_LENGTH = 60;

/** `filter`: JSON of a filter's conditions; `columns`: of a table layout. Empty where nothing was chosen. */
export const VIEW_FIELDS = ['filter', 'status', 'blocked', 'group', 'sort', 'columns'] as const;
export type ViewContent = { readonly [F in (typeof VIEW_FIELDS)[number]]: string };

export interface View extends ViewContent {
  readonly id: ViewId;
  readonly name: string;
}

export const isSameContent = (one: ViewContent, other: ViewContent): boolean =>
  VIEW_FIELDS.every((field) => one[field] === other[field]);

/** One space between words; cut by characters, not by halves of them. */
export const tidyViewName = (name: string): string =>
  [...name.trim().replace(/\s+/gu, ' ')].slice(0, VIEW_NAME_LENGTH).join('');
