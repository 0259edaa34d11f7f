/** What a list of contacts holds: when it may say that this is all, and what it lets go. */
import { describe, expect, it } from 'vitest';
import type { Contact } from '#audience/types';
import { CHUNK_ROWS, holdAnswer, isGrowing, NOTHING_HELD, rowIn, type Chunk } from '#routes/contacts/held-rows';

const chunk = (number: number, extent: Chunk['extent'], name = ''): Chunk => ({
  number,
  extent,
  contacts: Array.from({ length: CHUNK_ROWS }, (_, at) => ({ name: `${name}${String(at)}` }) as unknown as Contact),
});
const TOP = { first: 0, last: 20 };

describe('the rows of a contact list', () => {
  it('[CON-5] before the first answer the list is growing', () => {
    expect(isGrowing(NOTHING_HELD, TOP)).toBe(true);
  });

  it('[CON-5] a total from before the last contacts were loaded is not called whole', () => {
    const early = holdAnswer(NOTHING_HELD, 'all', 64_000, chunk(0, 'loading'));
    expect(isGrowing(early, TOP)).toBe(true);
    const whole = holdAnswer(early, 'all', 100_000, chunk(0, 'loaded'));
    expect(isGrowing(whole, TOP)).toBe(false);
    expect(whole.total).toBe(100_000);
  });

  it('[CON-5] each row in sight counts, those out of sight do not', () => {
    const early = holdAnswer(NOTHING_HELD, 'all', 64_000, chunk(1, 'loading'));
    const mixed = holdAnswer(early, 'all', 100_000, chunk(0, 'loaded'));
    expect(isGrowing(mixed, { first: CHUNK_ROWS - 10, last: CHUNK_ROWS + 10 })).toBe(true);
    expect(isGrowing(mixed, TOP)).toBe(false);
  });

  it('[CON-5] a newer answer to the same query replaces its rows, another query begins anew', () => {
    const one = holdAnswer(NOTHING_HELD, 'all', 200, chunk(0, 'loaded', 'one '));
    const both = holdAnswer(one, 'all', 200, chunk(1, 'loaded', 'two '));
    const newer = holdAnswer(both, 'all', 200, chunk(0, 'loaded', 'new '));
    expect(rowIn(newer, 3)).toMatchObject({ name: 'new 3' });
    expect(rowIn(newer, CHUNK_ROWS + 3)).toMatchObject({ name: 'two 3' });
    const found = holdAnswer(newer, 'found', 50, chunk(0, 'loaded', 'found '));
    expect(rowIn(found, CHUNK_ROWS + 3)).toBeUndefined();
  });

  it('[CON-5] what was looked at longest ago is let go', () => {
    let held = NOTHING_HELD;
    for (let number = 0; number < 40; number += 1) held = holdAnswer(held, 'all', 10_000, chunk(number, 'loaded'));
    expect(held.chunks.length).toBeLessThan(20);
    expect(rowIn(held, 0)).toBeUndefined();
    expect(rowIn(held, 39 * CHUNK_ROWS)).toBeDefined();
  });
});
