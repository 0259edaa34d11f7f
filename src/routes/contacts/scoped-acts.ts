/** What is done with one contact's addresses and its cells for lines and channels, at once, each with its way back. */
import type { App } from '#app/types';
import type { Contact } from '#audience/types';
import { formatScoped, type Scoped } from '#domain/scope';
import type { CellProblem } from '#import/types';
import { m } from '#messages';
import type { Toasts } from '#ui/toasts';
import { scopedWord } from './scoped-words.ts';
import { contactWord, failureWord } from './words.ts';

const SAID = { add: m.scoped_added, change: m.scoped_changed, remove: m.scoped_removed } as const;

/** A problem: nothing was written, so that what was typed can be mended. */
export async function sayScoped(
  { contacts, device }: Pick<App, 'contacts' | 'device'>,
  toasts: Toasts,
  contact: Contact,
  scoped: Scoped,
  text: string,
  act: keyof typeof SAID,
): Promise<'done' | 'not' | CellProblem> {
  try {
    const result = await contacts.change(contact.id, {
      ...{ country: device.country, cells: {}, joins: [], leaves: [] },
      scoped: { [formatScoped(scoped)]: text },
    });
    if (result.kind === 'problem') return result.problem;
    if (result.kind === 'gone') toasts.show({ text: m.contact_edit_gone() });
    if (result.kind === 'changed')
      toasts.show({ text: SAID[act]({ name: scopedWord(scoped), contact: contactWord(contact) }), undo: result.undo });
    return 'done';
  } catch (error) {
    toasts.show({ text: failureWord(error), kind: 'bad' });
    return 'not';
  }
}
