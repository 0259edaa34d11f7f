/**
 * What contacts may have of user ID, phone and email, or may be without, if other commits were undone than are: by row,
 * of those alone that an undone commit named or that became one with such a one. Who is kin by it is for `kin.ts`.
 */
import { KEY_FIELDS } from '#domain/contact';
import type { FoldState } from './fold-state.ts';
import type { Stamp } from './stamps.ts';

/** An undone commit that names a row; or, with stamp 0, what a row says or has for itself though it is one with others. */
export interface Naming {
  readonly stamp: Stamp;
  readonly isBirth: boolean;
  /** By index into `KEY_FIELDS`. */
  readonly keys: readonly (string | undefined)[];
  /** A list from the last to the first: a million rows may be undone. */
  readonly before: Naming | undefined;
}

export interface MayHave {
  readonly name: (row: number, stamp: Stamp, isBirth: boolean, keys: readonly (string | undefined)[]) => void;
  /** An entry that stands says keys of the row: of interest where it is one with others. */
  readonly hear: (row: number, keys: readonly (string | undefined)[]) => void;
  /** Each of the two has for itself what it has now. */
  readonly join: (one: number, other: number) => void;
  /** Whether it is one with others, and is known for itself. */
  readonly isPart: (row: number) => boolean;
  /** Of the row itself; an emptied key is an empty text. */
  readonly valuesOf: (row: number, key: number) => readonly string[];
  /** Has some value of the key whatever is undone. */
  readonly isSure: (row: number, key: number) => boolean;
  /** Undone commits that name the contact. */
  readonly commitsOn: (row: number) => readonly Naming[];
  /** Of undone commits those that say the value of the contact; 0 for what a part of it has for itself. */
  readonly sayingOf: (row: number, key: number, value: string) => readonly Stamp[];
}

export function createMayHave(state: FoldState): MayHave {
  const last = new Map<number, Naming>();
  /** Rows that are one contact by now, for each of them. */
  const partsOf = new Map<number, readonly number[]>();

  const isPart = (row: number) => partsOf.has(row);
  const standingOf = (row: number, key: number) =>
    isPart(row) ? undefined : state.texts[KEY_FIELDS[key] ?? 'userId'].values[row];

  function add(row: number, stamp: Stamp, isBirth: boolean, keys: readonly (string | undefined)[]): void {
    last.set(row, { stamp, isBirth, keys, before: last.get(row) });
    keys.forEach((value, key) => {
      if (value !== undefined) state.keys.noteLeft(key, row, value);
    });
  }

  function namingsOf(row: number): Naming[] {
    const namings: Naming[] = [];
    for (let one = last.get(row); one; one = one.before) namings.push(one);
    return namings;
  }
  const ofContact = (row: number) => (partsOf.get(row) ?? [row]).flatMap(namingsOf);

  return {
    name: add,
    hear(row, keys) {
      if (isPart(row)) add(row, 0, false, keys);
    },
    join(one, other) {
      const parts = [one, other].flatMap((row) => partsOf.get(row) ?? [row]);
      for (const row of [one, other]) {
        if (!isPart(row)) {
          const keys = KEY_FIELDS.map((_, key) => standingOf(row, key));
          add(row, 0, true, keys);
        }
        partsOf.set(row, parts);
      }
    },
    isPart,
    valuesOf(row, key) {
      const standing = standingOf(row, key);
      const values = namingsOf(row).flatMap(({ keys }) => keys[key] ?? []);
      return standing === undefined ? values : [standing, ...values];
    },
    isSure(row, key) {
      const standing = standingOf(row, key);
      const namings = namingsOf(row);
      if (
        standing === '' ||
        namings.some(({ isBirth, keys }) => keys[key] === '' || (isBirth && keys[key] === undefined))
      )
        return false;
      if (standing !== undefined) return true;
      return (isPart(row) || state.births[row] !== 2) && namings.some(({ keys }) => keys[key] !== undefined);
    },
    commitsOn: (row) => ofContact(row).filter(({ stamp }) => stamp !== 0),
    sayingOf: (row, key, value) =>
      ofContact(row)
        .filter(({ keys }) => keys[key] === value)
        .map(({ stamp }) => stamp),
  };
}
