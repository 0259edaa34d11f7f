/**
 * A few lives with the real relay; `npm run simulate -- --relay http` has as many as wanted. Not seed 2, which shows what
 * decision 6 leaves open, with either relay.
 */
import { expect, test } from 'vitest';
import { simulateWithRealRelay } from './real-relay.ts';

test('[SYN-3] three lives with the real relay: each answer as the one in memory gave it, and the same state from it', async () => {
  for (const seed of [1, 3, 4]) {
    const { problems } = await simulateWithRealRelay({ seed, replicas: 2, ops: 200 });
    expect(problems, `seed ${String(seed)}`).toEqual([]);
  }
}, 600_000);
