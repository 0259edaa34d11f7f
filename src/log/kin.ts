/**
 * Who is kin for consent and blocked (`docs/decisions/0006-the-fold.md`, 9): contacts that are two, and may have been one
 * but for what is undone. Found while all is folded anew; afterwards the fold knows by a flag a row whom it touches, and
 * says that it is stale. Costs a question a birth where a commit is undone, and nothing where none is.
 */
import { KEY_FIELDS, STRICT_FIELDS } from '#domain/contact';
import { LISTED } from './born.ts';
import { DELETED_CELL } from './contacts.ts';
import { rootOf, type FoldState } from './fold-state.ts';
import { createMayHave, type MayHave } from './may-have.ts';
import type { Stamp } from './stamps.ts';
import type { Naming } from './who.ts';

/** Of `FoldState.kin`, from the weaker: an undone commit named the contact, or kin of it; it has words of others. */
const UNSURE = 1;
export const HAS_KIN = 2;

export interface Kin extends Pick<MayHave, 'hear'> {
  /** Whether an undone commit named anybody yet. */
  readonly any: boolean;
  /**
   * An undone commit names the row, by itself or as the part `named` of it, and perhaps bears it; `keys`: what it says of
   * each of `KEY_FIELDS`.
   */
  readonly name: (
    row: number,
    named: number,
    stamp: Stamp,
    isBirth: boolean,
    keys: readonly (string | undefined)[],
  ) => void;
  /** The two become one contact; they are two yet. */
  readonly join: (one: number, other: number) => void;
  /** The row was born, all that its entry says of keys is said: whoever could be the same person is kin. */
  readonly born: (row: number, stamp: Stamp) => void;
  /**
   * A row came by its key, to `named` or, where that contact has left the key, to the next of it. `hasLeft`: whether it
   * has, by what stands.
   */
  readonly come: (
    naming: Pick<Naming, 'key' | 'keyValue'>,
    stamp: Stamp,
    named: number,
    hasLeft: (row: number) => boolean,
    nextOf: () => number,
  ) => void;
  /** Whether a row of an entry may change who is kin, or what kin have: of one that comes when all is found out. */
  readonly isTouched: (
    naming: Naming,
    row: number,
    isByKey: boolean,
    cellAt: (name: string) => string | undefined,
  ) => boolean;
  /** Rows of contacts that are kin, each list once; for the end. */
  readonly families: () => readonly (readonly number[])[];
}

/** One value of one key by which somebody who was born is looked up. */
interface Question {
  readonly row: number;
  readonly key: number;
  readonly value: string;
}

export function createKin(state: FoldState): Kin {
  const may = createMayHave(state);
  const familyOf = new Map<number, readonly number[]>();
  let any = state.kin.some((flag) => flag !== 0);

  const membersOf = (row: number): readonly number[] => familyOf.get(row) ?? [row];
  const isUnsure = (row: number) => state.kin[row] !== 0;
  const isInBin = (row: number) => state.others.get(DELETED_CELL)?.get(row)?.value === 'yes';

  function flag(row: number): void {
    if (!isUnsure(row)) state.kin[row] = UNSURE;
  }

  function link(one: number, other: number): void {
    const [ours, theirs] = [membersOf(one), membersOf(other)];
    if (ours.includes(other)) return;
    const family = [...ours, ...theirs];
    for (const row of family) {
      familyOf.set(row, family);
      flag(row);
    }
  }

  /** Of the contact or any of its kin. */
  const valuesOf = (row: number, key: number) =>
    [...new Set(membersOf(row).flatMap((one) => may.valuesOf(one, key)))].sort();
  const hasAny = (row: number, key: number) => valuesOf(row, key).some((value) => value !== '');

  function isBornElsewhere(row: number, stamp: Stamp): boolean {
    if (state.births[row] === 2 && state.created[row] !== stamp) return true;
    return may.commitsOn(row).some((by) => by.isBirth && by.stamp !== stamp);
  }

  /** Those with whom it may have been one by this key, since a stronger one that both have would have told. */
  function candidatesOf({ row, key, value }: Question, stamp: Stamp): number[] {
    const found = new Set<number>();
    const holders = membersOf(row).filter((one) => may.valuesOf(one, key).includes(value));
    const isTold = (other: number) =>
      holders.every((holder) =>
        isStronger(key, (each) => may.isSure(other, each) && (may.isSure(row, each) || may.isSure(holder, each))),
      );
    state.keys.forEachEver(key, value, (other) => {
      if (membersOf(row).includes(other) || !may.valuesOf(other, key).includes(value)) return;
      const root = rootOf(state, other);
      const isThere = isUnsure(other) || state.born[root] === LISTED;
      if (isThere && isBornElsewhere(root, stamp) && !isTold(other)) found.add(root);
    });
    return [...found];
  }

  /** Whether the one has the value as well whenever the other has it: then it tells nobody from another. */
  function isAlwaysWith(one: number, other: number, { row, key, value }: Question): boolean {
    if (isStronger(key, (each) => hasAny(row, each) && hasAny(one, each))) return false;
    if (!isUnsure(one)) return true;
    const { values, stamps } = state.texts[KEY_FIELDS[key] ?? 'userId'];
    const isOfOneEntry = stamps[one] === stamps[other] && state.created[one] === state.created[other];
    // Whom somebody else may turn out to be has more than he says himself.
    if (membersOf(one).length > 1 || may.valuesOf(one, key).some((each) => each !== value) || isInBin(one))
      return false;
    if (values[other] === value && !isOfOneEntry) return false;
    const commits = may.sayingOf(other, key, value);
    const own = may.commitsOn(one);
    const saying = may.sayingOf(one, key, value);
    return (
      commits.every((stamp) => saying.includes(stamp) && own.some((by) => by.isBirth && by.stamp === stamp)) &&
      own.every(({ stamp }) => commits.includes(stamp))
    );
  }

  function linkBy(question: Question, stamp: Stamp): void {
    const candidates = candidatesOf(question, stamp);
    if (!isUnsure(question.row) && !candidates.some(isUnsure)) return;
    const isShared = (other: number) => candidates.some((one) => one !== other && isAlwaysWith(one, other, question));
    for (const other of candidates.filter((each) => !isShared(each))) link(question.row, other);
  }

  return {
    get any() {
      return any;
    },
    hear: may.hear,
    name(row, named, stamp, isBirth, keys) {
      any = true;
      const part = may.isPart(named) ? named : row;
      flag(row);
      flag(part);
      may.name(part, stamp, isBirth, keys);
    },
    join(one, other) {
      if (one === other || (!isUnsure(one) && !isUnsure(other))) return;
      may.join(one, other);
      link(one, other);
    },
    born(row, stamp) {
      for (let key = 0; key < KEY_FIELDS.length; key += 1)
        for (const value of valuesOf(row, key)) if (value !== '') linkBy({ row, key, value }, stamp);
    },
    come({ key, keyValue }, stamp, named, hasLeft, nextOf) {
      const found: number[] = [];
      for (let row = named; ; row = nextOf()) {
        const isLeft = hasLeft(row);
        const mayDiffer =
          isUnsure(row) &&
          isBornElsewhere(row, stamp) &&
          valuesOf(row, key).some((value) => (value === keyValue) === isLeft);
        if (!isLeft || mayDiffer) found.push(row);
        if (!isLeft && !mayDiffer) break;
      }
      for (const row of found) link(found[0] as number, row);
    },
    isTouched({ key, keyValue }, row, isByKey, cellAt) {
      if (state.kin[row] === HAS_KIN && STRICT_FIELDS.some((field) => cellAt(field) !== undefined)) return true;
      const values = KEY_FIELDS.map((field) => cellAt(field));
      if (isUnsure(row) && values.some((value) => value !== undefined)) return true;
      if (!isByKey) return false;
      let isTouched = false;
      const look = (at: number, value: string | undefined) => {
        if (value !== undefined && value !== '')
          state.keys.forEachEver(at, value, (other) => {
            isTouched ||= isUnsure(other);
          });
      };
      values.forEach((value, at) => {
        look(at, value);
      });
      look(key, keyValue);
      return isTouched;
    },
    families() {
      const families = [...new Set(familyOf.values())]
        .map((family) => [...new Set(family.map((row) => rootOf(state, row)))])
        .filter((roots) => roots.length > 1);
      for (const row of families.flat()) state.kin[row] = HAS_KIN;
      return families;
    },
  };
}

function isStronger(key: number, is: (stronger: number) => boolean): boolean {
  for (let stronger = 0; stronger < key; stronger += 1) if (is(stronger)) return true;
  return false;
}
