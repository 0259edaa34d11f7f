/**
 * Short lives of several devices, others in every run; `FIRST_SEED`, which is printed, asks for the same again. Longer
 * ones are lived by `npm run simulate`.
 */
import { expect, test } from 'vitest';
import { findBroken } from './broken.ts';
import { tellFailure } from './shrink.ts';
import { simulate, type Run } from './simulate.ts';

const firstSeed = Number(process.env['FIRST_SEED'] ?? Date.now() % 1_000_000_000);
const MINUTES_MS = 600_000;
const SHRINK_MS = 30_000;

function live(seeds: number, life: Omit<Run, 'seed'>): void {
  console.log(`FIRST_SEED=${String(firstSeed)}: ${String(seeds)} of ${String(life.replicas)} × ${String(life.ops)}`);
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const { problems } = simulate({ ...life, seed });
    const told = problems.length > 0 ? tellFailure({ ...life, seed }, SHRINK_MS, () => performance.now()) : [];
    expect(problems, `seed ${String(seed)}\n${told.join('\n')}`).toEqual([]);
  }
}

test(
  '[SYN-3] 500 lives of two devices end alike, as a fold from nothing, with nothing lost',
  { timeout: MINUTES_MS },
  () => {
    live(500, { replicas: 2, ops: 40 });
  },
);

test('[SYN-3] a life of five devices ends alike', { timeout: MINUTES_MS }, () => {
  live(1, { replicas: 5, ops: 200 });
});

test.each(['undo-loosens-consent', 'words-not-kept', 'part-not-taken-back'] as const)(
  '[SYN-3] a fold broken on purpose is found: %s',
  { timeout: MINUTES_MS },
  async (patch) => {
    const { sign, output } = await findBroken(patch, firstSeed, 100);
    expect(sign, output).toBeDefined();
  },
);
