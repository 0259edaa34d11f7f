/**
 * Who was erased (DESIGN, Contacts 7): ids that have no rows any more, and hashes of keys that count for nothing where
 * they were said before the erasure. By halves, since every row of a log is held against it.
 */
import type { ContactId } from '#domain/ids';
import { highHalf, idFromHalves, lowHalf } from './contact-id.ts';
import { createIdTable, type IdTable } from './id-table.ts';
import type { LogTime } from './types.ts';

export interface Erased {
  /** Whether there was ever an erasure; nothing needs to be asked before. */
  readonly any: boolean;
  /** Answers whether that is news. */
  readonly addContact: (id: ContactId) => boolean;
  /** By the hash of the key, generation 0. */
  readonly addKey: (hash: ContactId, erasedAt: LogTime) => boolean;
  readonly has: (high: number, low: number) => boolean;
  /** When the last key was erased: what is said from then on, names none too early. */
  readonly latest: LogTime;
  readonly knowsKey: (high: number, low: number) => boolean;
  /** A key of somebody erased, said before the erasure. */
  readonly hasKey: (high: number, low: number, saidAt: LogTime) => boolean;
  readonly contacts: () => readonly ContactId[];
  readonly keys: () => readonly (readonly [hash: ContactId, erasedAt: LogTime])[];
}

export function createErased(): Erased {
  const contacts = createIdTable(FEW);
  const keys = createIdTable(FEW);
  /** Of the latest erasure of each key. */
  const times: LogTime[] = [];
  let latest: LogTime = 0;
  /** Asked for every row of a log. */
  let any = false;

  return {
    get any() {
      return any;
    },
    addContact(id) {
      any = true;
      const { count } = contacts;
      return contacts.findOrAdd(highHalf(id), lowHalf(id)) === count;
    },
    addKey(hash, erasedAt) {
      any = true;
      const at = keys.findOrAdd(highHalf(hash), lowHalf(hash));
      if (erasedAt <= (times[at] ?? -1)) return false;
      times[at] = erasedAt;
      latest = Math.max(latest, erasedAt);
      return true;
    },
    get latest() {
      return latest;
    },
    has: (high, low) => contacts.find(high, low) >= 0,
    knowsKey: (high, low) => keys.find(high, low) >= 0,
    hasKey(high, low, saidAt) {
      const at = keys.find(high, low);
      return at >= 0 && saidAt < (times[at] ?? 0);
    },
    contacts: () => idsOf(contacts),
    keys: () => idsOf(keys).map((hash, at) => [hash, times[at] ?? 0]),
  };
}

/** Most workspaces erase few or nobody. */
const FEW = 16;

const idsOf = ({ count, highs, lows }: IdTable): ContactId[] =>
  Array.from({ length: count }, (_, at) => idFromHalves<ContactId>(highs[at] as number, lows[at] as number));
