/**
 * Possible duplicates (CON-13): listed contacts that share a phone or an email and are not one contact yet. Found in
 * steps, since a million take some seconds; what more than a few share is a line of a shop, not of a person.
 */
import { KEY_FIELDS } from '#domain/contact';
import type { FoldState } from '#log/fold-state';
import { isListed, textAt } from './columns.ts';

/** A phone or email of more contacts than this tells nothing of who they are. */
export const SHARED_BY_FEW = 10;
const ROWS_A_STEP = 20_000;

/** Sets of rows, each row in one of them at most, in the order of their first rows. */
export async function findDuplicates(
  state: FoldState,
  pause: () => Promise<void>,
): Promise<readonly (readonly number[])[]> {
  const sets = new Map<number, number[]>();
  for (let row = 0; row < state.ids.count; row += 1) {
    if (row % ROWS_A_STEP === ROWS_A_STEP - 1) await pause();
    if (!isListed(state, row) || state.joined.has(row)) continue;
    for (const field of ['phone', 'email'] as const) {
      const value = textAt(state, field, row);
      if (value === '') continue;
      const sharing: number[] = [];
      state.keys.forEach(KEY_FIELDS.indexOf(field), value, (other) => {
        if (!state.joined.has(other)) sharing.push(other);
      });
      if (sharing.length < 2 || sharing.length > SHARED_BY_FEW) continue;
      putTogether(sets, sharing);
    }
  }
  return [...new Set(sets.values())].map((rows) => rows.sort((one, other) => one - other));
}

function putTogether(sets: Map<number, number[]>, rows: readonly number[]): void {
  const together = new Set(rows.flatMap((row) => sets.get(row) ?? [row]));
  const set = [...together];
  for (const row of set) sets.set(row, set);
}
