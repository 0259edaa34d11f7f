/** Rows that count for nothing, since they name somebody who was erased (`docs/decisions/0006-the-fold.md`, 1). */
import { KEY_FIELDS, type KeyField } from '#domain/contact';
import type { ContactIds } from './contact-id.ts';
import type { Erased } from './erased.ts';
import type { FoldState } from './fold-state.ts';
import type { Entry } from './types.ts';
import type { Naming } from './who.ts';

export interface ErasedRows {
  /** `row`: as it is named. */
  readonly has: (naming: Naming, row: number, entry: Entry, cellAt: (name: string) => string | undefined) => boolean;
  /** A merge loses the keys of somebody erased, and says the rest. */
  readonly hasCell: (name: string, value: string, entry: Entry) => boolean;
}

const KEYS: ReadonlySet<string> = new Set(KEY_FIELDS);

export function createErasedRows(state: FoldState, ids: ContactIds, erased: Erased): ErasedRows {
  function hasKey(key: number, value: string | undefined, { time }: Entry): boolean {
    if (value === undefined || value === '') return false;
    ids.hash(key, value, 0);
    return erased.hasKey(ids.high, ids.low, time);
  }

  return {
    has(naming, row, entry, cellAt) {
      if (!erased.any) return false;
      if (erased.has(state.ids.highs[row] as number, state.ids.lows[row] as number)) return true;
      if (entry.time >= erased.latest) return false;
      // A birth's key stands in its cells too, and is hashed once.
      const isSaidAgain = cellAt(KEY_FIELDS[naming.key] ?? 'userId') === naming.keyValue;
      if (!isSaidAgain && hasKey(naming.key, naming.keyValue, entry)) return true;
      for (let key = 0; key < KEY_FIELDS.length; key += 1)
        if (hasKey(key, cellAt(KEY_FIELDS[key] ?? 'userId'), entry)) return true;
      return false;
    },
    hasCell: (name, value, entry) =>
      erased.any && KEYS.has(name) && hasKey(KEY_FIELDS.indexOf(name as KeyField), value, entry),
  };
}
