/** Who somebody is by the whole log, for erasing: all his ids, all his keys, and the words that hold afterwards. Pure. */
import { idAt, rowOfContact, strictAt } from '#audience/columns';
import { KEY_FIELDS, STRICT_FIELDS, type StrictField } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import type { ContactIds } from '#log/contact-id';
import { rootOf, type FoldState } from '#log/fold-state';
import type { SaidKeys } from '#log/said-keys';
import type { KnownPerson } from './types.ts';

/** `said`: of a fold of the whole log. */
export function knownPersons(
  state: FoldState,
  ids: ContactIds,
  said: SaidKeys,
  asked: readonly ContactId[],
): readonly KnownPerson[] {
  const askedByRoot = new Map<number, ContactId[]>();
  const unknown: KnownPerson[] = [];
  for (const id of new Set(asked)) {
    const row = rowOfContact(state, id);
    if (row < 0) unknown.push({ contacts: [id], keys: [], refusing: {} });
    else askedByRoot.set(rootOf(state, row), []);
  }
  const rowsByRoot = new Map([...askedByRoot.keys()].map((root) => [root, [root]]));
  for (const [part, root] of state.joined) rowsByRoot.get(root)?.push(part);

  const valuesByRoot = new Map([...rowsByRoot].map(([root, rows]) => [root, valuesOf(state, said, root, rows)]));
  const holders = holdersOf(state, [...valuesByRoot.values()]);
  const known = [...rowsByRoot].map(([root, rows]): KnownPerson => {
    const keys = (valuesByRoot.get(root) ?? []).flatMap((values, key) =>
      [...values]
        .filter((value) => !(holders[key]?.get(value) ?? NOBODY).some((holder) => holder !== root))
        .map((value) => ids.idOf(KEY_FIELDS[key] ?? 'userId', value, 0)),
    );
    return { contacts: rows.map((row) => idAt(state, row)), keys, refusing: refusingWords(state, root) };
  });
  return [...known, ...unknown];
}

const NOBODY: readonly number[] = [];

/** By key field: what was ever said of any of these rows, and what stands. */
function valuesOf(state: FoldState, said: SaidKeys, root: number, rows: readonly number[]): readonly Set<string>[] {
  return KEY_FIELDS.map((field, key) => {
    const values = new Set(rows.flatMap((row) => [...said.of(row, key)]));
    const standing = state.texts[field].get(root);
    if (standing !== undefined && standing !== '') values.add(standing);
    return values;
  });
}

/** Who holds each of these values now, whether listed or in the bin; by key field. One look at every contact. */
function holdersOf(
  state: FoldState,
  all: readonly (readonly Set<string>[])[],
): readonly ReadonlyMap<string, readonly number[]>[] {
  return KEY_FIELDS.map((field, key) => {
    const holders = new Map<string, number[]>();
    for (const values of all) for (const value of values[key] ?? []) holders.set(value, []);
    const column = state.texts[field];
    for (let row = 0; row < state.ids.count; row += 1) {
      const value = column.get(row);
      if (value !== undefined) holders.get(value)?.push(row);
    }
    return holders;
  });
}

function refusingWords(state: FoldState, row: number): KnownPerson['refusing'] {
  const words: { [F in StrictField]?: string } = {};
  for (const field of STRICT_FIELDS) {
    const word = strictAt(state, field, row);
    if (word === 'refused' || word === 'yes') words[field] = word;
  }
  return words;
}
