/**
 * What the oracle has heard so far: every cell, word, birth and move that was ever said, of a contact as it was named
 * then. Nothing is summed up; every question goes through all of it (`docs/decisions/0006-the-fold.md`, 3 to 8).
 */
import { BLOCKED, CONSENTS, STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import type { ContactId, EntryId, GroupId } from '#domain/ids';
import { compareEntries } from '#log/stamps';
import type { Entry, MessagedBody } from '#log/types';

/** It may have become part of another contact since. */
export interface Of {
  readonly contact: ContactId;
  readonly entry: Entry;
}
export interface Cell extends Of {
  readonly name: string;
  readonly value: string;
  readonly weak: boolean;
  readonly undone: boolean;
}

export interface Word extends Of {
  readonly field: string;
  readonly word: string;
}

export interface Said extends ReturnType<typeof createSaid> {
  readonly words: Word[];
}

export const STRICT: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  STRICT_FIELDS.map((field) => [field, field === 'blocked' ? BLOCKED : CONSENTS]),
);
const isText = (name: string) => TEXT_FIELDS.some((field) => field === name);
const smallest = (some: readonly ContactId[]) => [...some].sort()[0] as ContactId;
export const inOrder = (one: { readonly entry: Entry }, other: { readonly entry: Entry }) =>
  compareEntries(one.entry, other.entry);

export function createSaid() {
  const cells: Cell[] = [];
  const words: Word[] = [];
  const replaced: (Of & { readonly field: string; readonly entries: readonly EntryId[] })[] = [];
  const births: (Of & { readonly undone: boolean })[] = [];
  /** By an entry that stands. */
  const named: Of[] = [];
  const byHand: Of[] = [];
  const messages: Of[] = [];
  const moves: (Of & { readonly group: GroupId; readonly joined: boolean })[] = [];
  let people: ContactId[][] = [];

  const personOf = new Map<ContactId, readonly ContactId[]>();
  const byContact = createByContact([cells, births, named, byHand, messages, moves]);

  const partsOf = (id: ContactId) => personOf.get(id) ?? [id];
  const rootOf = (id: ContactId) => smallest(partsOf(id));
  const of = <One extends Of>(some: readonly One[], id: ContactId): readonly One[] => {
    const parts = partsOf(id);
    const known = byContact(some);
    if (!known) return some.filter(({ contact }) => parts.includes(contact)).sort(inOrder);
    if (parts.length === 1) return known.get(id) ?? [];
    return parts.flatMap((part) => known.get(part) ?? []).sort(inOrder);
  };

  function join(one: ContactId, other: ContactId): void {
    const both = [...new Set([...partsOf(one), ...partsOf(other)])];
    people = [...people.filter((parts) => !both.some((id) => parts.includes(id))), both];
    for (const id of both) personOf.set(id, both);
  }

  /** 3: of strong values the latest stands, else of the weak ones the earliest; 6: undone ones where no other is. */
  function cell(id: ContactId, name: string): Cell | undefined {
    const all = of(cells, id).filter((one) => one.name === name);
    if (all.length < 2) return all[0];
    const some = all.some(({ undone }) => !undone) ? all.filter(({ undone }) => !undone) : all;
    const best = some.findLast(({ weak }) => !weak) ?? some[0];
    // Of what one entry said of one contact the later or, if weak, the first; 5: of two contacts the greater text.
    const own = some.filter(({ entry, weak }) => entry === best?.entry && weak === best.weak);
    return [...new Set(own.map(({ contact }) => contact))]
      .flatMap((contact) => own.filter((one) => one.contact === contact).at(best?.weak === true ? 0 : -1) ?? [])
      .sort((one, other) => (one.value > other.value ? -1 : 1))[0];
  }
  const valueOf = (id: ContactId, name: string) => cell(id, name)?.value ?? '';

  /** 4: words that nobody has replaced. */
  function standing(id: ContactId): Word[] {
    const isGone = ({ entry, field }: Word) =>
      of(replaced, id).some((each) => each.field === field && each.entries.includes(entry.id));
    return of(words, id).filter((word) => !isGone(word));
  }
  function strictest(id: ContactId, field: string): string | null {
    const said = standing(id).filter((one) => one.field === field);
    return STRICT[field]?.findLast((word) => said.some((one) => one.word === word)) ?? null;
  }

  /** 9: what stands of each stands for good, and so does what stood of him `before`. */
  function keep(before: Said): void {
    const own = [...new Set(words.map(({ contact }) => rootOf(contact)))].flatMap(standing);
    const kept = before
      .everybody()
      .flatMap((contact) => before.standing(contact).map((word) => ({ ...word, contact })));
    const told = new Map(
      [...own, ...kept].map((one) => [`${one.contact} ${one.entry.id} ${one.field} ${one.word}`, one]),
    );
    words.splice(0, words.length, ...told.values());
    replaced.length = 0;
  }

  const birthsOf = (id: ContactId) => {
    const standing = of(births, id).filter(({ undone }) => !undone);
    return standing.length > 0 ? standing : of(births, id);
  };
  const isBorn = (id: ContactId) => birthsOf(id).some(({ undone }) => !undone);
  function bornAs(id: ContactId): string | null {
    if (birthsOf(id).length === 0) return null;
    if (!isBorn(id) && of(byHand, id).length === 0 && of(messages, id).length === 0) return 'undone';
    return valueOf(id, 'deleted') === 'yes' ? 'deleted' : 'listed';
  }

  /** 7: of joining and leaving the later, at the same instant joining. */
  function isIn(id: ContactId, group: GroupId): boolean {
    const all = of(moves, id).filter((move) => move.group === group);
    const time = all.at(-1)?.entry.time;
    return all.some((move) => move.joined && move.entry.time === time);
  }

  /** As `canonicalState` has it. */
  function contactOf(id: ContactId) {
    const others = [...new Set(of(cells, id).map(({ name }) => name))].filter((name) => !isText(name));
    const sent = of(messages, id);
    const times = [birthsOf(id)[0], of(named, id).at(-1), sent[0], sent.at(-1)];
    return {
      id,
      born: bornAs(id),
      texts: TEXT_FIELDS.map((field) => cell(id, field)?.value ?? null),
      stricts: STRICT_FIELDS.map((field) => strictest(id, field)),
      others: others.map((name) => [name, valueOf(id, name)]).sort(),
      groups: [...new Set(of(moves, id).map(({ group }) => group))].filter((group) => isIn(id, group)).sort(),
      times: times.map((one) => one?.entry.time ?? 0),
      channelType: (sent.at(-1)?.entry.body as MessagedBody | undefined)?.channelType ?? null,
    };
  }

  return {
    cells,
    words,
    replaced,
    births,
    named,
    byHand,
    messages,
    moves,
    partsOf,
    rootOf,
    of,
    join,
    cell,
    valueOf,
    isBorn,
    bornAs,
    contactOf,
    standing,
    keep,
    /** Of whom there are words, with those who are one with them. */
    everybody: () => [...new Set([...words.map(({ contact }) => contact), ...people.flat()])],
    /** Of whom anything was ever said. */
    contacts: () =>
      [...new Set([cells, words, births, named, messages, moves].flat().map(({ contact }) => rootOf(contact)))].sort(),
    joined: () =>
      people
        .flatMap((parts) => parts.map((id) => ({ id, root: smallest(parts) })))
        .filter(({ id, root }) => id !== root),
  };
}

/**
 * What these lists say of each contact, in order. They only grow, so that what is in them is looked through once: every
 * question asks for all of it. Undefined of any other list.
 */
function createByContact(growing: readonly (readonly Of[])[]) {
  const found = new Map(growing.map((some) => [some, { known: 0, byContact: new Map<ContactId, Of[]>() }]));

  return <One extends Of>(some: readonly One[]): ReadonlyMap<ContactId, readonly One[]> | undefined => {
    const one = found.get(some);
    if (!one) return undefined;
    for (; one.known < some.length; one.known += 1) {
      const said = some[one.known] as One;
      const list = one.byContact.get(said.contact);
      if (!list) one.byContact.set(said.contact, [said]);
      else list.splice(list.findLastIndex((each) => inOrder(each, said) <= 0) + 1, 0, said);
    }
    return one.byContact as ReadonlyMap<ContactId, readonly Of[]> as ReadonlyMap<ContactId, readonly One[]>;
  };
}
