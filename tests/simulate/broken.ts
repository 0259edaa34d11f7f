/**
 * The simulation on builds broken on purpose (`tests/broken`): each must be found within some seeds, or it tests
 * nothing. Small lives collide most, so that few seconds are enough.
 */
import { spawnSync } from 'node:child_process';
import { breakTree, type Patch } from '#tests/broken/broken-tree';

/** What each mistake comes to. Another state than the oracle's says all of them; some are seen by what they break, too. */
const SIGNS = {
  'erased-id-comes-back': /erased|another state/,
  'key-of-another-renames': /another state|were to be new/,
  'part-not-taken-back': /another state|were to be new|loosened|undo of \S+ left/,
  'tie-by-arrival': /another state/,
  'twins-across-user-ids': /another state|were to be new/,
  'undo-keeps-members': /another state|in other groups/,
  'undo-loosens-consent': /words of consent|loosened|another state/,
  'weak-beats-strong': /another state/,
  'words-not-kept': /loosened|looser|another state/,
} as const satisfies Partial<Record<Patch, RegExp>>;
export type SimulatedPatch = keyof typeof SIGNS;
export const SIMULATED = Object.keys(SIGNS) as SimulatedPatch[];

const LIFE = ['--replicas', '2', '--ops', '100', '--shrink-seconds', '0'];

export interface Found {
  /** Undefined where nobody noticed. */
  readonly sign: string | undefined;
  readonly output: string;
}

export async function findBroken(patch: SimulatedPatch, firstSeed: number, seeds: number): Promise<Found> {
  const tree = await breakTree(patch);
  try {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['tests/simulate/run.ts', '--seeds', String(seeds), '--first-seed', String(firstSeed), '--stop', ...LIFE],
      { cwd: tree.root, encoding: 'utf8' },
    );
    const line = stdout.split('\n').find((one) => one.startsWith('✖ seed'));
    return { sign: line && SIGNS[patch].test(line) ? line : undefined, output: stdout + stderr };
  } finally {
    await tree.remove();
  }
}
