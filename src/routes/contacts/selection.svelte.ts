/**
 * Which contacts are selected. By id, so that it survives scrolling, sorting and filtering; a stretch is chosen from
 * the row last touched. Knows nothing of where rows come from.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { Contact } from '#audience/types';
import type { ContactId } from '#domain/ids';

/** "All in this list" stops here: what is selected is handed to the audience id by id. */
export const SELECTION_LIMIT = 10_000;

export interface Selection {
  /** Reactive. */
  readonly size: number;
  /** Reactive. Its contacts as they were when they were chosen. */
  readonly contacts: readonly Contact[];
  readonly ids: readonly ContactId[];
  readonly has: (id: ContactId) => boolean;
  /** The row from which shift reaches. */
  readonly anchor: number | undefined;
  readonly toggle: (contact: Contact, index: number) => void;
  readonly addAll: (contacts: readonly Contact[], lastIndex?: number) => void;
  readonly clear: () => void;
}

export function createSelection(): Selection {
  const chosen = new SvelteMap<ContactId, Contact>();
  let anchor: number | undefined;
  return {
    get size() {
      return chosen.size;
    },
    get contacts() {
      return [...chosen.values()];
    },
    get ids() {
      return [...chosen.keys()];
    },
    has: (id) => chosen.has(id),
    get anchor() {
      return anchor;
    },
    toggle(contact, index) {
      if (!chosen.delete(contact.id)) chosen.set(contact.id, contact);
      anchor = index;
    },
    addAll(contacts, lastIndex) {
      for (const contact of contacts) {
        if (chosen.size >= SELECTION_LIMIT) break;
        chosen.set(contact.id, contact);
      }
      if (lastIndex !== undefined) anchor = lastIndex;
    },
    clear() {
      chosen.clear();
      anchor = undefined;
    },
  };
}
