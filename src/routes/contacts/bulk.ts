/** What is done with several contacts at once, each act one step with its way back (CON-8). */
import type { Contacts } from '#app/types';
import type { BulkAct, BulkResult, Chosen } from '#app/worker-types';

export type BulkDone =
  | { readonly kind: 'done'; readonly count: number; readonly undo: () => Promise<void> }
  | { readonly kind: 'unchanged' };

/** Whoever is done with already counts nothing. Rejects where it is not known any more whom "all" meant. */
export async function actOnAll(
  contacts: Pick<Contacts, 'bulk' | 'change' | 'undo'>,
  chosen: Chosen,
  act: Partial<BulkAct>,
): Promise<BulkDone> {
  const result: BulkResult = await contacts.bulk(chosen, { cells: {}, joins: [], leaves: [], ...act });
  if (result.kind === 'changed') {
    const { contact, inverse } = result;
    return {
      kind: 'done',
      count: 1,
      undo: async () => void (await contacts.change(contact, { country: '', ...inverse })),
    };
  }
  if (result.kind === 'lost') throw new Error('the choice is not known any more');
  if (result.kind !== 'done') return { kind: 'unchanged' };
  return {
    kind: 'done',
    count: result.count,
    undo: async () => {
      for (const entry of result.entries) await contacts.undo(entry);
    },
  };
}
