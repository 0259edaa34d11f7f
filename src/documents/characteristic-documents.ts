/** Characteristics as they stand in the document: their names. The values are cells of the log. */
import { CHARACTERISTIC_NAME_LENGTH } from '#domain/characteristic';
import type { CharacteristicId } from '#domain/ids';
import type { ContentDocument } from './content-document.ts';
import { createNamedDocuments } from './named-documents.ts';

/** The keyed hash of the normalised name and a generation; see `#log/contact-id`. */
export type CharacteristicIdOf = (normalisedName: string, generation: number) => CharacteristicId;

export type CharacteristicDocuments = ReturnType<typeof createCharacteristicDocuments>;

export function createCharacteristicDocuments(content: ContentDocument, idOf: CharacteristicIdOf, now: () => number) {
  const named = createNamedDocuments<CharacteristicId, object>(
    content,
    {
      ...{ map: 'characteristics', nameLength: CHARACTERISTIC_NAME_LENGTH, idOf, moreFields: [] },
      readMore: () => ({}),
    },
    now,
  );
  return { ...named, create: (name: string) => named.create(name, {}) };
}
