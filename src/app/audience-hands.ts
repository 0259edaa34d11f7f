/** One contact at a time, as a member's hand adds or changes it; and who was messaged. Whoever calls is alone with the log. */
import type { AudienceView } from '#audience/view';
import type { ContactId, EntryId } from '#domain/ids';
import type { ContactIds } from '#log/contact-id';
import { planAddition, type Change } from './audience-changes.ts';
import { planEdit } from './audience-edits.ts';
import type { AudienceWorker, ChangeResult, ContactEdit, ReadyContact } from './worker-types.ts';

export interface HandsParts {
  readonly view: AudienceView;
  readonly ids: ContactIds;
  /** Durable and folded when it resolves. */
  readonly write: (change: Change, id?: EntryId) => Promise<EntryId>;
}

export function createHands({ view, ids, write }: HandsParts) {
  return {
    async add(contact: ReadyContact): ReturnType<AudienceWorker['addContact']> {
      const addition = planAddition(view, ids, contact);
      if (addition.change) await write(addition.change);
      const found = view.contact(addition.id);
      if (!found) throw new Error('the contact was written but does not stand');
      return { kind: addition.kind, contact: found };
    },

    async change(id: ContactId, edit: ContactEdit): Promise<ChangeResult> {
      const planned = planEdit(view, id, edit);
      if (planned.kind !== 'edit') return planned;
      await write(planned.change);
      return { kind: 'changed', inverse: planned.inverse };
    },

    async messaged(...[message, channelType, blocks]: Parameters<AudienceWorker['addMessaged']>): Promise<void> {
      // Derived, so that two tabs that say it say it once.
      const id = `messaged-${message}` as EntryId;
      await write({ body: { kind: 'messaged', message, channelType, blocks }, blocks: [] }, id);
    },
  };
}
