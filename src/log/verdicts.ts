/** What is decided about entries by other entries: which are left out, and who was erased. Known before rows are folded. */
import { STRICT_FIELDS, type StrictField } from '#domain/contact';
import type { ContactId, EntryId } from '#domain/ids';
import { highHalf, lowHalf } from './contact-id.ts';
import { createErased, type Erased } from './erased.ts';
import { compareEntries } from './stamps.ts';
import type { Entry, ErasureBody, LogTime, UndoBody } from './types.ts';

/** All that was decided: what a device's snapshot keeps of it. */
export interface SavedVerdicts {
  readonly undos: readonly (readonly [of: EntryId, by: Judging, undone: boolean])[];
  readonly erased: readonly ContactId[];
  readonly erasedKeys: readonly (readonly [hash: ContactId, at: LogTime])[];
  readonly refusals: readonly (readonly [hash: ContactId, words: readonly Refusal[]])[];
}
type Judging = Pick<Entry, 'id' | 'device' | 'time'>;

/** Somebody erased had refused; the erasure says it of whoever has the key later. */
export interface Refusal {
  readonly field: StrictField;
  readonly entry: Judging;
}

export interface Verdicts {
  /** Answers whether what is said of the entry changed by it, or was another for a while. */
  readonly addUndo: (entry: Entry, body: UndoBody) => boolean;
  readonly isUndone: (entry: EntryId) => boolean;
  /** As if it had never been, whatever is said of it. */
  readonly leaveOut: (entry: EntryId) => void;
  /** Whether some undo, or undo of that, is later. */
  readonly isBeforeUndo: (entry: Entry) => boolean;
  /** Answers whether it said anything new. */
  readonly addErasure: (entry: Entry, body: ErasureBody) => boolean;
  readonly erased: Erased;
  readonly hasErasures: () => boolean;
  readonly isErased: (contact: ContactId) => boolean;
  /** A key of somebody erased, said before the erasure: by the hash of the key, generation 0. */
  readonly isErasedKey: (hash: ContactId, saidAt: LogTime) => boolean;
  /** By the hash of a key, generation 0. */
  readonly refusals: ReadonlyMap<ContactId, readonly Refusal[]>;
  readonly save: () => SavedVerdicts;
}

export function createVerdicts(saved?: SavedVerdicts): Verdicts {
  const undos = new Map<EntryId, { readonly entry: Judging; readonly undone: boolean }>();
  for (const [of, entry, undone] of saved?.undos ?? []) undos.set(of, { entry, undone });
  let latest = [...undos.values()]
    .map(({ entry }) => entry)
    .sort(compareEntries)
    .at(-1);
  const erased = createErased();
  for (const contact of saved?.erased ?? []) erased.addContact(contact);
  for (const [key, time] of saved?.erasedKeys ?? []) erased.addKey(key, time);
  const refusals = new Map(saved?.refusals);
  let leftOut: EntryId | undefined;
  const isUndone = (id: EntryId) => id === leftOut || (undos.get(id)?.undone ?? false);

  return {
    addUndo(entry, { of, undone }) {
      const before = isUndone(of);
      const standing = undos.get(of);
      const order = standing ? compareEntries(entry, standing.entry) : 1;
      if (order > 0) undos.set(of, { entry, undone });
      if (!latest || compareEntries(entry, latest) > 0) latest = entry;
      return order < 0 || isUndone(of) !== before;
    },
    isUndone,
    leaveOut(id) {
      leftOut = id;
    },
    isBeforeUndo: (entry) => latest !== undefined && compareEntries(entry, latest) < 0,
    addErasure(entry, { contacts, keys, refused = [] }) {
      const isNewWord = ({ key, field }: (typeof refused)[number]) =>
        STRICT_FIELDS.includes(field) &&
        !refusals.get(key)?.some((one) => one.field === field && one.entry.id === entry.id);
      const words = refused.filter(isNewWord);
      const by: Judging = { id: entry.id, device: entry.device, time: entry.time };
      for (const { key, field } of words) refusals.set(key, [...(refusals.get(key) ?? []), { field, entry: by }]);
      const news = [...contacts.map(erased.addContact), ...keys.map((key) => erased.addKey(key, entry.time))];
      return words.length > 0 || news.includes(true);
    },
    erased,
    hasErasures: () => erased.any,
    isErased: (id) => erased.any && erased.has(highHalf(id), lowHalf(id)),
    isErasedKey: (hash, saidAt) => erased.hasKey(highHalf(hash), lowHalf(hash), saidAt),
    refusals,
    save: () => ({
      undos: [...undos].map(([of, { entry, undone }]) => [
        of,
        { id: entry.id, device: entry.device, time: entry.time },
        undone,
      ]),
      erased: erased.contacts(),
      erasedKeys: erased.keys(),
      refusals: [...refusals],
    }),
  };
}
