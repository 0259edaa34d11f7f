/** What is decided about entries by other entries: which are left out, and who was erased. Known before rows are folded. */
import { STRICT_FIELDS, type StrictField } from '#domain/contact';
import type { ContactId, EntryId } from '#domain/ids';
import { highHalf, lowHalf } from './contact-id.ts';
import { createErased, type Erased } from './erased.ts';
import { compareEntries, type Place } from './stamps.ts';
import type { Entry, ErasureBody, LogTime, UndoBody } from './types.ts';

/** All that was decided: what a device's snapshot keeps of it. */
export interface SavedVerdicts {
  readonly undos: readonly (readonly [of: EntryId, by: Place, undone: boolean])[];
  readonly erased: readonly ContactId[];
  readonly erasedKeys: readonly (readonly [hash: ContactId, at: LogTime])[];
  readonly refusals: readonly (readonly [hash: ContactId, words: readonly Refusal[]])[];
}

/** Somebody erased had refused; the erasure says it of whoever has the key later. */
export interface Refusal {
  readonly field: StrictField;
  readonly entry: Place;
}

/** Undone by it, or done again. */
export interface Undo extends Pick<UndoBody, 'of' | 'undone'> {
  readonly entry: Place;
}

export interface Verdicts {
  /** Answers whether what is said of the entry changed by it, or was another for a while. */
  readonly addUndo: (entry: Entry, body: UndoBody) => boolean;
  readonly isUndone: (entry: EntryId) => boolean;
  /** What is undone, whatever is known of it by now: a log is looked at as it stood once. */
  readonly lookAt: (undone: ReadonlySet<EntryId> | undefined) => void;
  /** In their order. */
  readonly undos: () => readonly Undo[];
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
  const undos: Undo[] = (saved?.undos ?? []).map(([of, entry, undone]) => ({ of, entry, undone }));
  undos.sort(inOrder);
  const standing = new Map(undos.map((undo) => [undo.of, undo]));
  const latestOf = (of: EntryId) => standing.get(of)?.undone ?? false;
  let lookedAt: ReadonlySet<EntryId> | undefined;
  const erased = createErased();
  for (const contact of saved?.erased ?? []) erased.addContact(contact);
  for (const [key, time] of saved?.erasedKeys ?? []) erased.addKey(key, time);
  const refusals = new Map(saved?.refusals);

  return {
    addUndo(entry, { of, undone }) {
      const undo: Undo = { of, undone, entry: placeOf(entry) };
      const before = latestOf(of);
      const known = standing.get(of);
      const isLater = known === undefined || compareEntries(entry, known.entry) > 0;
      if (isLater) standing.set(of, undo);
      const last = undos.at(-1);
      undos.push(undo);
      if (last && inOrder(last, undo) > 0) undos.sort(inOrder);
      return !isLater || latestOf(of) !== before;
    },
    isUndone: (id) => lookedAt?.has(id) ?? latestOf(id),
    lookAt(undone) {
      lookedAt = undone;
    },
    undos: () => undos,
    isBeforeUndo(entry) {
      const latest = undos.at(-1);
      return latest !== undefined && compareEntries(entry, latest.entry) < 0;
    },
    addErasure(entry, { contacts, keys, refused = [] }) {
      const isNewWord = ({ key, field }: (typeof refused)[number]) =>
        STRICT_FIELDS.includes(field) &&
        !refusals.get(key)?.some((one) => one.field === field && one.entry.id === entry.id);
      const words = refused.filter(isNewWord);
      const by = placeOf(entry);
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
      undos: undos.map(({ of, entry, undone }) => [of, entry, undone]),
      erased: erased.contacts(),
      erasedKeys: erased.keys(),
      refusals: [...refusals],
    }),
  };
}

const placeOf = ({ id, device, time }: Entry): Place => ({ id, device, time });
const inOrder = (one: Undo, other: Undo) => compareEntries(one.entry, other.entry);
