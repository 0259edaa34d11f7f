/**
 * Whose row is it, at the time of its entry (DESIGN, Contacts 4)? Read while entries are folded in their order: then
 * the columns are what they were when the row was written, and what was written elsewhere meanwhile.
 */
import { KEY_FIELDS } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { highHalf, lowHalf, type ContactIds } from './contact-id.ts';
import { rootOf, rowOfId, type FoldState } from './fold-state.ts';
import type { Stamp } from './stamps.ts';

/** How a row names its contact; `key` is an index into `KEY_FIELDS`. */
export interface Naming {
  readonly key: number;
  readonly keyValue: string;
  readonly generation: number;
  readonly id: ContactId | undefined;
}

export interface Who {
  /** As the row says, whatever became of that contact's key. */
  readonly rowOf: (naming: Naming) => number;
  /**
   * The contact that the row came to by its key. Where that contact's key was another by then, the key is somebody
   * else's: the next generation, born by this row, and the answer is `~row`. No object a row of a million. `named`: what
   * `rowOf` answered. `isOwn`: the entry itself said something of the row's key, though it stands nowhere.
   */
  readonly holderOf: (naming: Naming, named: number, stamp: Stamp, isOwn: (row: number) => boolean) => number;
  /** The one contact that was born elsewhere and is the same person; -1 where none is, or several could be. */
  readonly twinOf: (row: number, stamp: Stamp) => number;
}

export function createWho(state: FoldState, ids: ContactIds): Who {
  function rowOf({ key, keyValue, generation, id }: Naming): number {
    if (id !== undefined) return rowOfId(state, highHalf(id), lowHalf(id));
    ids.hash(key, keyValue, generation);
    return rowOfId(state, ids.high, ids.low);
  }

  const isErased = (row: number) =>
    state.erased.any && state.erased.has(state.ids.highs[row] as number, state.ids.lows[row] as number);
  const valueAt = (row: number, key: number) => state.texts[KEY_FIELDS[key] ?? 'userId'].get(row) ?? '';

  /** What an undone import said does not count; what this entry itself wrote was not yet said when the row came. */
  function hasLeft(row: number, key: number, keyValue: string, stamp: Stamp): boolean {
    const column = state.texts[KEY_FIELDS[key] ?? 'userId'];
    const standing = column.stamps[row] as Stamp;
    return standing !== 0 && standing !== stamp && column.get(row) !== keyValue && !state.stamps.isUndone(standing);
  }

  function twinIn(row: number, key: number, stamp: Stamp): number[] {
    const value = valueAt(row, key);
    const found: number[] = [];
    if (value === '') return found;
    const { stamps } = state.texts[KEY_FIELDS[key] ?? 'userId'];
    state.keys.forEach(key, value, (other) => {
      if (other === row || found.includes(other)) return;
      // Two people of one file are two, also where it only says the key of one; kept by a hand alone, nobody has a birth.
      if (state.births[other] !== 2 || state.created[other] === stamp || stamps[other] === stamp) return;
      for (let stronger = 0; stronger < key; stronger += 1)
        if (valueAt(row, stronger) !== '' && valueAt(other, stronger) !== '') return;
      found.push(other);
    });
    return found;
  }

  function generationsOf(naming: Naming): () => number {
    let generation = naming.id === undefined ? naming.generation : -1;
    return () => {
      let next: number;
      do {
        generation += 1;
        next = rowOf({ ...naming, generation, id: undefined });
      } while (isErased(next));
      return rootOf(state, next);
    };
  }

  return {
    rowOf,
    holderOf(naming, named, stamp, isOwn) {
      let row = rootOf(state, named);
      if (!hasLeft(row, naming.key, naming.keyValue, stamp)) return row;
      const isElsewhere = (row: number) => !isOwn(row) && hasLeft(row, naming.key, naming.keyValue, stamp);
      if (!isElsewhere(row)) return row;
      const nextOf = generationsOf(naming);
      do row = nextOf();
      while (isElsewhere(row));
      return ~row;
    },
    twinOf(row, stamp) {
      for (let key = 0; key < KEY_FIELDS.length; key += 1) {
        const [twin, ...others] = twinIn(row, key, stamp);
        if (twin !== undefined) return others.length > 0 ? -1 : twin;
      }
      return -1;
    },
  };
}
