/** What is done with one contact at once and can be taken back: block, deactivate, delete (CON-7). */
import type { Contact } from '#audience/types';
import type { App, EditDraft } from '#app/types';
import type { Toasts } from '#ui/toasts';
import { m } from '#messages';
import { contactWord, failureWord } from './words.ts';

export const CONTACT_ACTS = ['block', 'unblock', 'activate', 'deactivate', 'delete', 'restore'] as const;
export type ContactAct = (typeof CONTACT_ACTS)[number];

const CELLS: Readonly<Record<ContactAct, EditDraft['cells']>> = {
  block: { blocked: 'yes' },
  unblock: { blocked: 'no' },
  activate: { status: 'active' },
  deactivate: { status: 'inactive' },
  delete: { deleted: 'yes' },
  restore: { deleted: '' },
};

const DONE: Readonly<Record<ContactAct, (inputs: { name: string }) => string>> = {
  block: m.contact_blocked_done,
  unblock: m.contact_unblocked_done,
  activate: m.contact_activated_done,
  deactivate: m.contact_deactivated_done,
  delete: m.contact_deleted_done,
  restore: m.contact_restored,
};

export async function actOn(
  { contacts, device }: Pick<App, 'contacts' | 'device'>,
  toasts: Toasts,
  contact: Contact,
  act: ContactAct,
): Promise<'done' | 'not'> {
  try {
    const draft = { country: device.country, cells: CELLS[act], joins: [], leaves: [] };
    const result = await contacts.change(contact.id, draft);
    if (result.kind === 'gone') toasts.show({ text: m.contact_edit_gone() });
    if (result.kind !== 'changed') return 'not';
    toasts.show({ text: DONE[act]({ name: contactWord(contact) }), undo: result.undo });
    return 'done';
  } catch (error) {
    toasts.show({ text: failureWord(error), kind: 'bad' });
    return 'not';
  }
}
