/**
 * Who of several contacts with one address has it, as a table of rows: a `Map` of a million addresses takes three
 * times as long and six times the memory. Which of two has the address is the caller's to say.
 */
import { hashOfText } from '#log/text-hash';

export interface AddressHolders {
  /** The row that held the address until now and loses it, or that does not get it; -1 where nobody else claims it. */
  readonly claim: (address: string, row: number) => number;
}

/** Slots that are looked at: with half of them free, more are only ever taken by addresses made to have one hash. */
const MOST_LOOKS = 32;

/** `claims`: at most so many; `addressOf` answers what the row claimed; `isBefore`: the one has it, not the other. */
export function createAddressHolders(
  claims: number,
  addressOf: (row: number) => string,
  isBefore: (one: number, other: number) => boolean,
): AddressHolders {
  let room = 2;
  while (room < claims * 2) room *= 2;
  const rows = new Int32Array(room).fill(-1);
  /** Those whose slots were all taken by others. */
  const more = new Map<string, number>();

  /** Where the address is or belongs, -1 where that is in `more`. */
  function slotOf(address: string): number {
    let slot = hashOfText(address) & (room - 1);
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const row = rows[slot] as number;
      if (row < 0 || addressOf(row) === address) return slot;
      slot = (slot + 1) & (room - 1);
    }
    return -1;
  }

  return {
    claim(address, row) {
      const slot = slotOf(address);
      const holder = slot < 0 ? (more.get(address) ?? -1) : (rows[slot] as number);
      if (holder >= 0 && !isBefore(row, holder)) return row;
      if (slot < 0) more.set(address, row);
      else rows[slot] = row;
      return holder;
    },
  };
}
