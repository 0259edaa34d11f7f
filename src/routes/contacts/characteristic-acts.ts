/** What is done with one contact's characteristics and tags, at once, each with its way back. */
import type { App, EditDraft } from '#app/types';
import type { Contact } from '#audience/types';
import { characteristicCell, type Characteristic } from '#domain/characteristic';
import { normaliseName } from '#domain/name';
import { splitTags, TAG_LENGTH, type Tag } from '#domain/tag';
import { m } from '#messages';
import type { Toasts } from '#ui/toasts';
import { contactWord, failureWord } from './words.ts';

type Parts = Pick<App, 'contacts' | 'device'>;

export function setCharacteristic(
  parts: Parts,
  toasts: Toasts,
  contact: Contact,
  { id, name }: Characteristic,
  value: string,
): Promise<void> {
  const cells = { [characteristicCell(id)]: value };
  return change(parts, toasts, contact, { cells }, m.characteristic_changed({ name, contact: contactWord(contact) }));
}

/** `tooLong`: nothing is added, so that what was typed can be mended. */
export async function addTags(
  parts: Parts,
  toasts: Toasts,
  contact: Contact,
  typed: string,
): Promise<'done' | 'tooLong'> {
  const has = new Set(contact.tags?.map(({ name }) => normaliseName(name)));
  const tags = splitTags(typed).filter((tag) => !has.has(normaliseName(tag)));
  if (tags.some((tag) => [...tag].length > TAG_LENGTH)) return 'tooLong';
  const said = m.tag_added({ tag: tags.join(', '), contact: contactWord(contact) });
  if (tags.length > 0) await change(parts, toasts, contact, { tags: { add: tags, remove: [] } }, said);
  return 'done';
}

export const removeTag = (parts: Parts, toasts: Toasts, contact: Contact, { id, name }: Tag): Promise<void> =>
  change(
    parts,
    toasts,
    contact,
    { tags: { add: [], remove: [id] } },
    m.tag_removed({ tag: name, contact: contactWord(contact) }),
  );

async function change(
  { contacts, device }: Parts,
  toasts: Toasts,
  contact: Contact,
  draft: Partial<EditDraft>,
  said: string,
): Promise<void> {
  try {
    const result = await contacts.change(contact.id, {
      ...{ country: device.country, cells: {}, joins: [], leaves: [] },
      ...draft,
    });
    if (result.kind === 'gone') toasts.show({ text: m.contact_edit_gone() });
    if (result.kind === 'changed') toasts.show({ text: said, undo: result.undo });
  } catch (error) {
    toasts.show({ text: failureWord(error), kind: 'bad' });
  }
}
