/** Who is kin, the slow way (`docs/decisions/0006-the-fold.md`, 9): every question goes through all that was heard. */
import { KEY_FIELDS, type KeyField } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import type { Entry, Row } from '#log/types';
import { ids } from '#tests/builders/entries';
import type { Cell, Of, Said } from './oracle-said.ts';

/** Said of a key by an undone commit; without an entry: what a part had when it became one with another. */
interface May {
  readonly contact: ContactId;
  readonly entry?: Entry;
  readonly name: string;
  readonly value: string;
}

export function createOracleKin(said: Said) {
  const { rootOf, partsOf } = said;
  /** By undone commits. */
  const named: Of[] = [];
  const births: Of[] = [];
  const may: May[] = [];
  const lacking: { readonly contact: ContactId; readonly name: string }[] = [];
  let families: ContactId[][] = [];
  /** Of which it is known what each said for itself. */
  const joint = new Set<ContactId>();

  const familyOf = (id: ContactId) => families.find((family) => partsOf(id).some((part) => family.includes(part)));
  const membersOf = (id: ContactId) => familyOf(id) ?? [rootOf(id)];
  const of = (id: ContactId) => [...new Set(membersOf(id).map(rootOf))];
  const isUnsure = (id: ContactId) => familyOf(id) !== undefined || said.of(named, id).length > 0;
  const isListed = (id: ContactId) => said.bornAs(id) === 'listed';
  const isBorn = (id: ContactId) => said.isBorn(id);

  function link(one: ContactId, other: ContactId): void {
    if (one === other) return;
    const [ours, theirs] = [familyOf(one) ?? [one], familyOf(other) ?? [other]];
    families = [
      ...families.filter((family) => family !== ours && family !== theirs),
      [...new Set([...ours, ...theirs])],
    ];
  }

  const isOneOfMore = (part: ContactId) => joint.has(part);
  const standingOf = (part: ContactId, name: string) =>
    isOneOfMore(part) ? undefined : said.cell(rootOf(part), name)?.value;

  /** Of the part itself. */
  function ownOf(part: ContactId, name: string): string[] {
    const standing = standingOf(part, name);
    const own = may.filter((each) => each.contact === part && each.name === name).map(({ value }) => value);
    return standing === undefined ? own : [standing, ...own];
  }
  const valuesOf = (id: ContactId, name: string) =>
    [...new Set(membersOf(id).flatMap((part) => ownOf(part, name)))].sort();
  const mayHave = (id: ContactId, name: string) => valuesOf(id, name).some((value) => value !== '');

  function isSureToHave(part: ContactId, name: string): boolean {
    const own = ownOf(part, name);
    if (own.length === 0 || own.includes('')) return false;
    if (lacking.some((one) => one.name === name && one.contact === part)) return false;
    return isOneOfMore(part) || !isBorn(part) || standingOf(part, name) !== undefined;
  }

  const isBornElsewhere = (id: ContactId, entry: Entry) =>
    said.of(said.births, id).some((birth) => birth.entry !== entry) ||
    said.of(births, id).some((birth) => birth.entry !== entry);

  /** Whether the one has the key, too, whenever the other is there. */
  function isAlwaysWith(one: ContactId, other: ContactId, born: ContactId, key: KeyField, value: string): boolean {
    const stronger = KEY_FIELDS.slice(0, KEY_FIELDS.indexOf(key));
    if (stronger.some((name) => mayHave(born, name) && mayHave(one, name))) return false;
    if (!isUnsure(one)) return true;
    const [ours, theirs] = [said.cell(one, key), said.cell(other, key)];
    if (familyOf(one) !== undefined || valuesOf(one, key).some((each) => each !== value)) return false;
    const bornBy = (id: ContactId) => said.of(said.births, id)[0]?.entry;
    if (theirs?.value === value && (ours?.entry !== theirs.entry || bornBy(one) !== bornBy(other))) return false;
    if (said.valueOf(one, 'deleted') === 'yes') return false;
    const saying = (id: ContactId) =>
      may
        .filter((each) => partsOf(id).includes(each.contact) && each.name === key && each.value === value)
        .map(({ entry }) => entry);
    const commits = saying(other);
    const isBirth = (commit: Entry | undefined) => said.of(births, one).some(({ entry }) => entry === commit);
    return (
      commits.every((commit) => isBirth(commit) && saying(one).includes(commit)) &&
      said.of(named, one).every(({ entry }) => commits.includes(entry))
    );
  }

  function everybody(): ContactId[] {
    const all = [said.births, births, named].flat().map(({ contact }) => rootOf(contact));
    return [...new Set(all)];
  }

  return {
    of,

    /** An undone commit names the contact. */
    name(by: ContactId, entry: Entry, isBirth: boolean, keys: readonly Cell[]): void {
      const contact = isOneOfMore(by) ? by : rootOf(by);
      named.push({ contact, entry });
      if (isBirth) births.push({ contact, entry });
      for (const { name, value } of keys) may.push({ contact, entry, name, value });
      if (!isBirth) return;
      for (const key of KEY_FIELDS) if (!keys.some(({ name }) => name === key)) lacking.push({ contact, name: key });
    },

    /** Two roots become one. */
    joined(one: ContactId, other: ContactId): void {
      if (one === other || (!isUnsure(one) && !isUnsure(other))) return;
      for (const contact of [one, other].filter((each) => !isOneOfMore(each)))
        for (const name of KEY_FIELDS) {
          const value = said.cell(contact, name)?.value;
          if (value === undefined) lacking.push({ contact, name });
          else may.push({ contact, name, value });
        }
      joint.add(one).add(other);
      link(one, other);
    },

    /** An entry that stands says keys of a part. */
    hear(contact: ContactId, keys: readonly Cell[]): void {
      if (!isOneOfMore(contact)) return;
      for (const { name, value } of keys) may.push({ contact, name, value });
    },

    born(contact: ContactId, entry: Entry): void {
      const born = rootOf(contact);
      for (const [at, key] of KEY_FIELDS.entries()) {
        for (const value of valuesOf(born, key).filter((each) => each !== '')) {
          const stronger = KEY_FIELDS.slice(0, at);
          const holders = membersOf(born).filter((part) => ownOf(part, key).includes(value));
          const isTold = (part: ContactId) =>
            holders.every((holder) =>
              stronger.some(
                (name) => isSureToHave(part, name) && (isSureToHave(born, name) || isSureToHave(holder, name)),
              ),
            );
          const found = everybody().filter(
            (other) =>
              !of(born).includes(other) &&
              (isUnsure(other) || isListed(other)) &&
              isBornElsewhere(other, entry) &&
              (isUnsure(other) ? partsOf(other) : [other]).some(
                (part) => ownOf(part, key).includes(value) && !isTold(part),
              ),
          );
          if (!isUnsure(born) && !found.some(isUnsure)) continue;
          const isShared = (other: ContactId) =>
            found.some((one) => one !== other && isAlwaysWith(one, other, born, key, value));
          for (const other of found.filter((each) => !isShared(each))) link(born, other);
        }
      }
    },

    /** A row comes by its key to this contact or, where it has left the key, to the next of it. */
    come(
      { id, key, keyValue, generation }: Row,
      contact: ContactId,
      entry: Entry,
      isErased: (id: ContactId) => boolean,
      hasLeft: (id: ContactId) => boolean,
    ): void {
      const found: ContactId[] = [];
      let next = id === undefined ? generation + 1 : 0;
      let one = contact;
      for (;;) {
        const isLeft = hasLeft(one);
        const isBornBefore = isUnsure(one) && isBornElsewhere(one, entry);
        const mayDiffer = isBornBefore && valuesOf(one, key).some((value) => (value === keyValue) === isLeft);
        if (!isLeft || mayDiffer) found.push(one);
        if (!isLeft && !mayDiffer) break;
        while (isErased(ids.idOf(key, keyValue, next))) next += 1;
        one = rootOf(ids.idOf(key, keyValue, next));
        next += 1;
      }
      for (const each of found) link(found[0] as ContactId, each);
    },
  };
}
