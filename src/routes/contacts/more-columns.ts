/** Columns of the table that a workspace has by itself: tags, and its characteristics (CON-6). Shown by choice alone. */
import { characteristicCell, type Characteristic } from '#domain/characteristic';
import { joinTags } from '#domain/tag';
import { m } from '#messages';
import type { ContactColumn } from './columns.ts';

/** A deleted characteristic's column keeps its place in layouts and is passed over. */
export const moreColumns = (characteristics: readonly Characteristic[]): readonly ContactColumn[] => [
  {
    id: 'tags',
    heading: m.contacts_tags(),
    width: 'minmax(7rem, 1fr)',
    cell: { kind: 'text', text: ({ tags }) => tags && joinTags(tags.map(({ name }) => name)) },
  },
  ...characteristics.map(({ id, name }): ContactColumn => ({
    id: characteristicCell(id),
    heading: name,
    width: 'minmax(6rem, 1fr)',
    cell: { kind: 'text', text: (contact) => contact.characteristics?.[id] },
  })),
];
