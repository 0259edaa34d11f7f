/**
 * Which contacts are selected. By id, so that it survives scrolling, sorting and filtering; a stretch is chosen from
 * the row last touched. All that match are chosen by the audience, which knows them all; here stand those who are not.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Contact } from '#audience/types';
import type { Choice, Chosen } from '#app/worker-types';
import type { ContactId } from '#domain/ids';

/** A stretch stops here: what is selected one by one is handed to the audience id by id. */
export const SELECTION_LIMIT = 10_000;

export interface Selection {
  /** Reactive. */
  readonly size: number;
  /** Reactive. All that matched when it was asked for, but for some. */
  readonly isAll: boolean;
  /** Reactive. Of those selected one by one, as they were then; of all that match none. */
  readonly contacts: readonly Contact[];
  readonly chosen: Chosen;
  readonly has: (id: ContactId) => boolean;
  /** The row from which shift reaches. */
  readonly anchor: number | undefined;
  readonly toggle: (contact: Contact, index: number) => void;
  readonly addAll: (contacts: readonly Contact[], lastIndex?: number) => void;
  readonly choose: (choice: Choice) => void;
  readonly clear: () => void;
}

export function createSelection(): Selection {
  const picked = new SvelteMap<ContactId, Contact>();
  const without = new SvelteSet<ContactId>();
  let choice = $state.raw<Choice | undefined>(undefined);
  let anchor: number | undefined;

  function clear(): void {
    picked.clear();
    without.clear();
    choice = undefined;
    anchor = undefined;
  }

  return {
    get size() {
      return choice ? Math.max(0, choice.count - without.size) : picked.size;
    },
    get isAll() {
      return choice !== undefined;
    },
    get contacts() {
      return [...picked.values()];
    },
    get chosen() {
      return choice ? { choice: choice.choice, without: [...without] } : { contacts: [...picked.keys()] };
    },
    has: (id) => (choice ? !without.has(id) : picked.has(id)),
    get anchor() {
      return anchor;
    },
    toggle(contact, index) {
      if (choice) {
        if (!without.delete(contact.id)) without.add(contact.id);
      } else if (!picked.delete(contact.id)) picked.set(contact.id, contact);
      anchor = index;
    },
    addAll(contacts, lastIndex) {
      for (const contact of contacts) {
        if (choice) without.delete(contact.id);
        else if (picked.size < SELECTION_LIMIT) picked.set(contact.id, contact);
      }
      if (lastIndex !== undefined) anchor = lastIndex;
    },
    choose(next) {
      clear();
      choice = next;
    },
    clear,
  };
}
