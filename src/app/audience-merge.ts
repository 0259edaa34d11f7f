/** Contacts that are one person, put together (CON-13): which sets may be, and the entries that say so. */
import { contactAt, isListed, rowOfContact, textAt } from '#audience/columns';
import { findDuplicates } from '#audience/duplicates';
import type { AudienceView } from '#audience/view';
import { TEXT_FIELDS } from '#domain/contact';
import type { ContactId, EntryId } from '#domain/ids';
import { rootOf } from '#log/fold-state';
import type { MergeBody } from '#log/types';
import type { DuplicatesWindow, MergeChoices, MergeResult } from './worker-types.ts';

export interface MergeParts {
  readonly view: AudienceView;
  readonly write: (body: MergeBody) => Promise<EntryId>;
  readonly pause: () => Promise<void>;
}

export type AudienceMerging = ReturnType<typeof createMerging>;

export function createMerging({ view, write, pause }: MergeParts) {
  const { state } = view;
  let known: { readonly version: number; readonly sets: ReturnType<typeof findDuplicates> } | undefined;

  async function duplicates(offset: number, limit: number): Promise<DuplicatesWindow> {
    const version = view.version();
    // Asked again while it is looked for, it is not looked for again.
    if (known?.version !== version) known = { version, sets: findDuplicates(state, pause) };
    const sets = await known.sets;
    return {
      total: sets.length,
      sets: sets
        .slice(offset, offset + limit)
        .map((rows) => rows.map((row) => contactAt(state, row, view.groups.of(row)))),
    };
  }

  /** One entry a contact that is put to the first; cut off in between, the rest stays a possible duplicate. */
  async function merge(contacts: readonly ContactId[], choices: MergeChoices): Promise<MergeResult> {
    const rows = contacts.map((id) => rowOfContact(state, id));
    const roots = [...new Set(rows.map((row) => rootOf(state, row)))];
    // Somebody else was faster, or one of them is gone.
    const isAsShown = roots.length === contacts.length && roots.every((row) => row >= 0 && isListed(state, row));
    if (roots.length < 2 || !isAsShown) return { kind: 'changed' };
    const cells = chosenCells(roots, choices);
    const [first, ...others] = contacts;
    const entries: EntryId[] = [];
    for (const [at, other] of others.entries()) {
      const body = { kind: 'merge', contacts: [first as ContactId, other] } as const;
      entries.push(await write({ ...body, cells: at === others.length - 1 ? cells : {} }));
    }
    return { kind: 'merged', entries };
  }

  /** What one of them has; anything else was not there to be chosen. */
  function chosenCells(rows: readonly number[], choices: MergeChoices): MergeBody['cells'] {
    return Object.fromEntries(
      TEXT_FIELDS.flatMap((field) => {
        const chosen = choices[field];
        const values = new Set(rows.map((row) => textAt(state, field, row)));
        return chosen !== undefined && values.size > 1 && values.has(chosen) ? [[field, chosen]] : [];
      }),
    );
  }

  return { duplicates, merge };
}
