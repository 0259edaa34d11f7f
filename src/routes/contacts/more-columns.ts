/**
 * Columns of the table that a workspace has by itself (CON-6): tags, what its contacts have for lines and channels, and
 * its characteristics. Shown by choice alone.
 */
import type { Contacts } from '#app/types';
import { characteristicCell, type Characteristic } from '#domain/characteristic';
import type { Contact } from '#domain/contact';
import { formatScoped, scopedTexts, type Scoped } from '#domain/scope';
import { joinTags } from '#domain/tag';
import { m } from '#messages';
import type { ContactColumn } from './columns.ts';
import { phoneToShown } from './phone.ts';
import { scopedWord } from './scoped-words.ts';

export type ColumnsOf = (characteristics: readonly Characteristic[]) => readonly ContactColumn[];

/** At once without what is for lines and channels, and with it once all contacts are here to be asked. */
export async function readMoreColumns(
  contacts: Pick<Contacts, 'scoped'>,
  onColumns: (columnsOf: ColumnsOf) => void,
): Promise<void> {
  onColumns((characteristics) => moreColumns(characteristics, []));
  const scoped = await contacts.scoped().catch(() => []);
  if (scoped.length > 0) onColumns((characteristics) => moreColumns(characteristics, scoped));
}

/** A deleted characteristic's column keeps its place in layouts and is passed over. */
const moreColumns = (
  characteristics: readonly Characteristic[],
  scoped: readonly Scoped[],
): readonly ContactColumn[] => [
  {
    id: 'tags',
    heading: m.contacts_tags(),
    width: 'minmax(7rem, 1fr)',
    cell: { kind: 'text', text: ({ tags }) => tags && joinTags(tags.map(({ name }) => name)) },
  },
  ...scoped.map((each): ContactColumn => ({
    id: formatScoped(each),
    heading: scopedWord(each),
    width: 'minmax(7rem, 1fr)',
    cell: { kind: 'text', text: (contact) => scopedText(contact, each) },
  })),
  ...characteristics.map(({ id, name }): ContactColumn => ({
    id: characteristicCell(id),
    heading: name,
    width: 'minmax(6rem, 1fr)',
    cell: { kind: 'text', text: (contact) => contact.characteristics?.[id] },
  })),
];

function scopedText({ scoped }: Contact, { field, scope }: Scoped): string | undefined {
  if (!scoped) return undefined;
  const text = scopedTexts(scoped).find((each) => each.field === field && each.scope === scope)?.text;
  return text !== undefined && field === 'phone' ? phoneToShown(text) : text;
}
