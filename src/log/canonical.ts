/**
 * A fold's state in one form, whatever the order in which it came: what replicas and tests compare. Row numbers and
 * stamps, which mean something on one device only, are not in it; nor are rows of which nothing stands.
 */
import { STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { DELETED, LISTED, UNDONE } from './born.ts';
import { idFromHalves } from './contact-id.ts';
import type { Fold } from './fold.ts';
import { STRICT_WORDS, type FoldState } from './fold-state.ts';

const BORN: Readonly<Record<number, string>> = { [LISTED]: 'listed', [DELETED]: 'deleted', [UNDONE]: 'undone' };

export function canonicalState(fold: Fold): string {
  const { state } = fold;
  const contacts = Array.from({ length: state.ids.count }, (_, row) => row)
    .filter((row) => !state.joined.has(row))
    .map((row) => canonicalContact(state, row))
    .filter((contact) => contact !== undefined);
  const named = [...state.named.values()].map(({ group }) => group);
  const characteristics = [...state.characteristics.values()].map(({ characteristic }) => characteristic);
  return JSON.stringify({
    contacts: contacts.sort(byId),
    joined: [...state.joined].map(([part, root]) => ({ id: idAt(state, part), root: idAt(state, root) })).sort(byId),
    named: named.sort(byId),
    characteristics: characteristics.sort(byId),
    waiting: [...fold.waiting.keys()].sort(),
    kept: [...fold.kept.keys()].sort(),
  });
}

const byId = (one: { readonly id: string }, other: { readonly id: string }) => (one.id < other.id ? -1 : 1);
const idAt = (state: FoldState, row: number) =>
  idFromHalves<ContactId>(state.ids.highs[row] ?? 0, state.ids.lows[row] ?? 0);

function canonicalContact(state: FoldState, row: number): { readonly id: ContactId } | undefined {
  const timeOf = (stamp: number | undefined) => state.stamps.timeOf(stamp ?? 0);
  const others = [...state.others].flatMap(([name, cells]) => {
    const value = cells.valueAt(row);
    return value === undefined ? [] : [[name, value]];
  });
  const contact = {
    born: BORN[state.born[row] ?? 0] ?? null,
    texts: TEXT_FIELDS.map((field) => state.texts[field].get(row) ?? null),
    stricts: STRICT_FIELDS.map((field) => STRICT_WORDS[field][(state.stricts[field].ranks[row] ?? 0) - 1] ?? null),
    others: others.sort(),
    groups: [...state.members.keys()].filter((group) => state.members.get(group)?.has(row)).sort(),
    times: [state.created, state.changed, state.firstMessaged, state.lastMessaged].map((column) => timeOf(column[row])),
    channelType: state.stamps.channelTypeOf(state.lastMessaged[row] ?? 0) ?? null,
  };
  return JSON.stringify(contact) === NOTHING ? undefined : { id: idAt(state, row), ...contact };
}

/** What a row comes to of which nothing stands. */
const NOTHING = JSON.stringify({
  born: null,
  texts: TEXT_FIELDS.map(() => null),
  stricts: STRICT_FIELDS.map(() => null),
  others: [],
  groups: [],
  times: [0, 0, 0, 0],
  channelType: null,
});
