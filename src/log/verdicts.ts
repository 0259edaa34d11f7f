/** What is decided about entries by other entries: which are left out, and who was erased. Known before rows are folded. */
import type { ContactId, EntryId } from '#domain/ids';
import { compareEntries } from './stamps.ts';
import type { Entry, ErasureBody, LogTime, UndoBody } from './types.ts';

/** All that was decided: what a device's snapshot keeps of it. */
export interface SavedVerdicts {
  readonly undos: readonly (readonly [of: EntryId, by: Judging, undone: boolean])[];
  readonly erased: readonly ContactId[];
  readonly erasedKeys: readonly (readonly [hash: ContactId, at: LogTime])[];
}
type Judging = Pick<Entry, 'id' | 'device' | 'time'>;

export interface Verdicts {
  /** Answers whether what is said of the entry changed by it. */
  readonly addUndo: (entry: Entry, body: UndoBody) => boolean;
  readonly isUndone: (entry: EntryId) => boolean;
  /** Answers whether it said anything new. */
  readonly addErasure: (entry: Entry, body: ErasureBody) => boolean;
  readonly hasErasures: () => boolean;
  readonly isErased: (contact: ContactId) => boolean;
  /** A key of somebody erased, said before the erasure: by the hash of the key, generation 0. */
  readonly isErasedKey: (hash: ContactId, saidAt: LogTime) => boolean;
  readonly save: () => SavedVerdicts;
}

export function createVerdicts(saved?: SavedVerdicts): Verdicts {
  const undos = new Map<EntryId, { readonly entry: Judging; readonly undone: boolean }>();
  for (const [of, entry, undone] of saved?.undos ?? []) undos.set(of, { entry, undone });
  const erased = new Set(saved?.erased);
  const erasedKeys = new Map(saved?.erasedKeys);
  const isUndone = (id: EntryId) => undos.get(id)?.undone ?? false;

  return {
    addUndo(entry, { of, undone }) {
      const before = isUndone(of);
      const standing = undos.get(of);
      if (!standing || compareEntries(entry, standing.entry) > 0) undos.set(of, { entry, undone });
      return isUndone(of) !== before;
    },
    isUndone,
    addErasure(entry, { contacts, keys }) {
      const isNew = (key: ContactId) => entry.time > (erasedKeys.get(key) ?? -1);
      const isNews = contacts.some((contact) => !erased.has(contact)) || keys.some(isNew);
      for (const contact of contacts) erased.add(contact);
      for (const key of keys.filter(isNew)) erasedKeys.set(key, entry.time);
      return isNews;
    },
    hasErasures: () => erased.size > 0 || erasedKeys.size > 0,
    isErased: (contact) => erased.has(contact),
    isErasedKey: (hash, saidAt) => saidAt < (erasedKeys.get(hash) ?? 0),
    save: () => ({
      undos: [...undos].map(([of, { entry, undone }]) => [
        of,
        { id: entry.id, device: entry.device, time: entry.time },
        undone,
      ]),
      erased: [...erased],
      erasedKeys: [...erasedKeys],
    }),
  };
}
