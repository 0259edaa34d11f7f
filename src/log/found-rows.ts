/** A block of a commit under way in the replay, and whose its rows are, which is found before they are folded. */
import type { Stamp } from './stamps.ts';
import type { CommitBody, Entry, RowColumns } from './types.ts';

export const NO_BIRTH = 0;
export const BIRTH = 1;
/** Its contact had left the key by which it came: it bears the next one of that key. */
export const MOVED_BIRTH = 2;

/** Of one block: whose each row is, -1 where it is nobody's any more; and whether it bears the contact. */
export interface Rows {
  readonly at: Int32Array;
  readonly births: Uint8Array;
}
export const isBirth = (birth: number | undefined) => birth !== NO_BIRTH;
export const createRows = (count: number): Rows => ({ at: new Int32Array(count), births: new Uint8Array(count) });

/** Keys that an undone import said, by row: they stand nowhere, yet its later rows came by them. */
export type OwnKeys = Map<number, (string | undefined)[]>;

export interface Slice {
  readonly entry: Entry;
  readonly body: CommitBody;
  readonly columns: RowColumns;
  /** Of the columns, in the order of `KEY_FIELDS`. */
  readonly keyCells: readonly (readonly (string | undefined)[] | undefined)[];
  readonly stamp: Stamp;
  readonly late: boolean;
  readonly undone: boolean;
  readonly own: OwnKeys;
  /** Which of its rows is under way; `cellAt` and `isOwn` ask of that one. Not a closure each for a million rows. */
  index: number;
  readonly cellAt: (name: string) => string | undefined;
  readonly isOwn: (row: number) => boolean;
}
