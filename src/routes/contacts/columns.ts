/**
 * The columns that the table of contacts knows (CON-6): heading, width, order and what stands in a cell. Open: whatever
 * else can be a column is one more object of this shape. Which of them are shown is `table-columns.svelte.ts`'s.
 */
import type { Contact, Sort } from '#audience/types';
import { m } from '#messages';
import { dayToShown, sinceToShown } from './format.ts';
import { phoneToShown } from './phone.ts';
import { channelWord, smsTypeWord } from './words.ts';

export interface ContactColumn {
  /** Kept in layouts, on devices and in views: never changed. */
  readonly id: string;
  readonly heading: string;
  /** The grid's track until somebody draws the column wider: lengths, `minmax` and `fr` only. */
  readonly width: string;
  readonly cell: ColumnCell;
  /** What the list can be sorted by at this column's head. */
  readonly sort?: Sort['by'];
  /** Until columns are chosen it is shown where the table is at least so wide, in px; absent: by choice alone. */
  readonly least?: number;
}

export type ColumnCell =
  | { readonly kind: 'text'; readonly text: (contact: Contact) => string | undefined }
  /** `since`: how long ago; `day`: which day. Milliseconds since 1970; undefined for never. */
  | { readonly kind: 'time'; readonly look: 'since' | 'day'; readonly at: (contact: Contact) => number | undefined }
  | { readonly kind: 'name' | 'groups' | 'status' | 'blocked' };

const text = (of: (contact: Contact) => string | undefined): ColumnCell => ({ kind: 'text', text: of });
const time = (look: 'since' | 'day', at: (contact: Contact) => number | undefined): ColumnCell => ({
  kind: 'time',
  look,
  at,
});

/**
 * In the order in which they are first seen. Whatever cannot be seen at once goes by `least`: the sum of the narrowest
 * tracks up to there, the box and the margins. In the language shown as this is called.
 */
export const ownColumns = (): readonly ContactColumn[] => [
  { id: 'name', heading: m.field_name(), width: 'minmax(9rem, 1.4fr)', cell: { kind: 'name' }, sort: 'name', least: 0 },
  {
    id: 'phone',
    heading: m.field_phone(),
    width: 'minmax(9.5rem, 1fr)',
    cell: text(({ cells }) => cells.phone && phoneToShown(cells.phone)),
    sort: 'phone',
    least: 0,
  },
  {
    id: 'email',
    heading: m.field_email(),
    width: 'minmax(9rem, 1.5fr)',
    cell: text(({ cells }) => cells.email),
    sort: 'email',
    least: 1_180,
  },
  {
    id: 'groups',
    heading: m.contacts_column_groups(),
    width: 'minmax(8rem, 1.1fr)',
    cell: { kind: 'groups' },
    least: 0,
  },
  {
    id: 'channel',
    heading: m.contacts_column_channel(),
    width: '5.5rem',
    cell: text(({ lastChannelType }) => lastChannelType && channelWord(lastChannelType)),
    least: 930,
  },
  {
    id: 'firstContactAt',
    heading: m.contacts_details_first(),
    width: '7rem',
    cell: time('since', ({ firstContactAt }) => firstContactAt),
    least: 1_040,
  },
  {
    id: 'lastContactAt',
    heading: m.contacts_details_last(),
    width: '7rem',
    cell: time('since', ({ lastContactAt }) => lastContactAt),
    sort: 'lastContactAt',
    least: 840,
  },
  { id: 'status', heading: m.field_status(), width: '5.5rem', cell: { kind: 'status' }, least: 730 },
  { id: 'blocked', heading: m.field_blocked(), width: '5.5rem', cell: { kind: 'blocked' }, least: 730 },
  {
    id: 'createdAt',
    heading: m.contacts_column_created(),
    width: '7rem',
    cell: time('day', ({ createdAt }) => createdAt),
    sort: 'createdAt',
    least: 1_300,
  },
  {
    id: 'changedAt',
    heading: m.contacts_details_changed(),
    width: '7rem',
    cell: time('day', ({ changedAt }) => changedAt),
  },
  { id: 'userId', heading: m.field_user_id(), width: 'minmax(7rem, 1fr)', cell: text(({ cells }) => cells.userId) },
  {
    id: 'smsType',
    heading: m.field_sms_type(),
    width: '7.5rem',
    cell: text(({ cells }) => cells.smsType && smsTypeWord(cells.smsType)),
  },
];

/** A cell in one line of text, for cards. State is said there by a badge, and is none. */
export function cellText(
  { cell }: ContactColumn,
  contact: Contact,
  groupNames: readonly string[],
  nowMs: number,
): string | undefined {
  switch (cell.kind) {
    case 'text':
      return cell.text(contact);
    case 'time': {
      const at = cell.at(contact);
      return at === undefined ? undefined : cell.look === 'day' ? dayToShown(at) : sinceToShown(at, nowMs);
    }
    case 'name':
      return contact.cells.name;
    case 'groups':
      return groupNames.join(', ');
    case 'status':
    case 'blocked':
      return undefined;
  }
}
