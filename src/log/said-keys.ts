/**
 * Every user ID, phone and email that a log ever said of a contact, by row, whatever became of it: what stands is in the
 * fold's columns, this is for erasing. Filled by the fold where it is told to; a value a row costs eight bytes.
 */
import { KEY_FIELDS } from '#domain/contact';

export interface SaidKeys {
  /** `key` is an index into `KEY_FIELDS`. */
  readonly note: (row: number, key: number, value: string) => void;
  readonly of: (row: number, key: number) => Iterable<string>;
}

export function createSaidKeys(): SaidKeys {
  const first = KEY_FIELDS.map((): (string | undefined)[] => []);
  const more = KEY_FIELDS.map(() => new Map<number, Set<string>>());
  return {
    note(row, key, value) {
      const column = first[key];
      const others = more[key];
      if (!column || !others || value === '') return;
      // Never written beyond its end: an array with a wide gap becomes a hash table, ten times the size.
      while (column.length <= row) column.push(undefined);
      const known = column[row];
      if (known === undefined) column[row] = value;
      else if (known !== value) others.set(row, (others.get(row) ?? new Set()).add(value));
    },
    of: (row, key) => {
      const value = first[key]?.[row];
      return value === undefined ? [] : [value, ...(more[key]?.get(row) ?? [])];
    },
  };
}
