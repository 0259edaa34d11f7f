/**
 * A contact as the row of a sheet: an ID column, what the import reads back (tags, what is for a line or a channel,
 * characteristics too), groups and times beside it (IMP-13).
 */
import { characteristicCell } from '#domain/characteristic';
import type { Contact } from '#domain/contact';
import { formatScoped, scopedTexts } from '#domain/scope';
import { joinTags } from '#domain/tag';
import type { ExportColumn, ExportOptions } from './types.ts';
import { EXPORT_WORDS } from './words.ts';

type SheetColumn = Exclude<ExportColumn, 'channel'>;

/** Only in a sheet of the columns shown: the import reads nothing of it back. */
const CHANNEL = 'channel';

export const EXPORT_COLUMNS: readonly SheetColumn[] = [
  ...(['id', 'name', 'phone', 'email', 'userId', 'groups', 'tags', 'smsType', 'status', 'blocked'] as const),
  ...(['consent:sms', 'consent:email', 'consent:webhook'] as const),
  ...(['createdAt', 'changedAt', 'firstContactAt', 'lastContactAt'] as const),
];

export interface Rows {
  readonly headings: readonly string[];
  readonly rowOf: (contact: Contact) => readonly string[];
}

export function createRows(options: ExportOptions): Rows {
  const { columns } = options;
  const headings = headingsOf(options);
  if (!columns) return { headings, rowOf: (contact) => rowOf(contact, options) };
  const all: readonly string[] = [
    ...EXPORT_COLUMNS,
    ...options.scoped.map(formatScoped),
    ...options.characteristics.map(({ id }) => characteristicCell(id)),
    CHANNEL,
  ];
  // The ID column tells whose row it is, whatever else is shown.
  const places = [0, ...columns.map((column) => all.indexOf(column)).filter((place) => place > 0)];
  const { headings: words } = EXPORT_WORDS[options.language];
  const pick = (cells: readonly string[]) => places.map((place) => cells[place] ?? '');
  return {
    headings: pick([...headings, words[CHANNEL]]),
    rowOf: (contact) => pick([...rowOf(contact, options), channelWord(contact, options)]),
  };
}

function channelWord({ lastChannelType }: Contact, { language }: ExportOptions): string {
  return spelt(EXPORT_WORDS[language].channel, lastChannelType);
}

function headingsOf({ language, scoped, characteristics }: ExportOptions): readonly string[] {
  const { headings, scoped: words } = EXPORT_WORDS[language];
  return [
    ...EXPORT_COLUMNS.map((column) => headings[column]),
    ...scoped.map(({ field, scope }) => (scope === '' ? words[field] : `${words[field]}@${scope}`)),
    ...characteristics.map(({ name }) => name),
  ];
}

function rowOf({ cells, ...contact }: Contact, options: ExportOptions): readonly string[] {
  const words = EXPORT_WORDS[options.language];
  const moment = (ms: number | undefined) => (ms === undefined ? '' : options.momentText(ms));
  const texts: Readonly<Record<SheetColumn, string>> = {
    id: contact.id,
    name: cells.name ?? '',
    phone: cells.phone ?? '',
    email: cells.email ?? '',
    userId: cells.userId ?? '',
    groups: contact.groups.flatMap((group) => options.groupName(group) ?? []).join('; '),
    tags: joinTags(contact.tags?.map(({ name }) => name) ?? []),
    smsType: spelt(words.smsType, cells.smsType),
    // What was never said stays empty: brought back, such a cell changes nothing.
    status: spelt(words.status, cells.status),
    blocked: spelt(words.blocked, cells.blocked),
    'consent:sms': spelt(words.consent, cells['consent:sms']),
    'consent:email': spelt(words.consent, cells['consent:email']),
    'consent:webhook': spelt(words.consent, cells['consent:webhook']),
    createdAt: moment(contact.createdAt),
    changedAt: moment(contact.changedAt),
    firstContactAt: moment(contact.firstContactAt),
    lastContactAt: moment(contact.lastContactAt),
  };
  const scoped = new Map(scopedTexts(contact.scoped ?? {}).map((each) => [formatScoped(each), each.text]));
  return [
    ...EXPORT_COLUMNS.map((column) => texts[column]),
    ...options.scoped.map((each) => scoped.get(formatScoped(each)) ?? ''),
    ...options.characteristics.map(({ id }) => contact.characteristics?.[id] ?? ''),
  ];
}

/** A word that this version does not know is left out rather than made into another. */
function spelt(words: Readonly<Record<string, string>>, word: string | undefined): string {
  return word !== undefined && Object.hasOwn(words, word) ? (words[word] ?? '') : '';
}
