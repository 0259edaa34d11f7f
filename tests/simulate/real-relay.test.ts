/**
 * A few lives with the real relay, others in every run; `FIRST_SEED`, which is printed, asks for the same again.
 * `npm run simulate -- --relay http` has as many as wanted.
 */
import { expect, test } from 'vitest';
import { simulateWithRealRelay } from './real-relay.ts';

const firstSeed = Number(process.env['FIRST_SEED'] ?? Date.now() % 1_000_000_000);

test('[SYN-3] three lives with the real relay: each answer as the one in memory gave it, and the same state from it', async () => {
  console.log(`FIRST_SEED=${String(firstSeed)}: three with the real relay`);
  for (const seed of [firstSeed, firstSeed + 1, firstSeed + 2]) {
    const { problems } = await simulateWithRealRelay({ seed, replicas: 2, ops: 200 });
    expect(problems, `seed ${String(seed)}`).toEqual([]);
  }
}, 600_000);
