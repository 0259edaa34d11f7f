/**
 * `npm run simulate -- --seeds N --replicas R --ops M [--first-seed S] [--workers W] [--json FILE]
 * [--shrink-seconds S] [--stop] [--relay memory|http]`: whole lives of several devices, each from its seed. Prints those that failed with the fewest operations that still fail; ends
 * non-zero where any did.
 */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Lived } from './life-worker.ts';
import { simulate } from './simulate.ts';
import { tellFailure } from './shrink.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    replicas: { type: 'string', default: '2' },
    ops: { type: 'string', default: '1000' },
    'first-seed': { type: 'string' },
    workers: { type: 'string', default: '1' },
    json: { type: 'string' },
    /** Ends at the first seed that fails. */
    stop: { type: 'boolean', default: false },
    /** Not the tree as it is, but builds broken on purpose. */
    broken: { type: 'boolean', default: false },
    'shrink-seconds': { type: 'string', default: '120' },
    /** `http`: what the one in memory was asked is asked of the real relay too, and must be answered alike. */
    relay: { type: 'string', default: 'memory' },
  },
});
const [seeds, replicas, ops, workers] = [values.seeds, values.replicas, values.ops, values.workers].map(Number) as [
  number,
  number,
  number,
  number,
];
const firstSeed = Number(values['first-seed'] ?? Math.floor(Math.random() * 1e9));
/** Of each failing seed; told again without an operation takes as long as the life did. */
const shrinkMs = Number(values['shrink-seconds']) * 1_000;
/** More than that nobody reads; the end says most. */
const LINES = 120;
const PROGRESS_MS = 60_000;

const started = performance.now();
const seconds = () => Math.round((performance.now() - started) / 100) / 10;
const figures = { seeds: 0, firstSeed, replicas, ops, entries: 0, foldsAnew: 0, seconds: 0 };
const failures: { readonly seed: number; readonly problems: readonly string[] }[] = [];
let told = started;
let next = 0;

console.log(`seeds ${String(firstSeed)} to ${String(firstSeed + seeds - 1)}: ${String(replicas)} × ${String(ops)}`);
if (values.broken) process.exit((await breakAll()) ? 0 : 1);
if (workers === 1 || values.relay === 'http') while (next < seeds && !isStopped()) note(await live(takeSeed()));
else await Promise.all(Array.from({ length: workers }, liveElsewhere));
report();
for (const { seed } of shrinkMs > 0 ? failures.slice(0, 5) : []) {
  console.log(`seed ${String(seed)}, with the fewest operations found:`);
  const lines = tellFailure({ seed, replicas, ops }, shrinkMs, () => performance.now());
  if (lines.length > LINES) console.log(`  … ${String(lines.length - LINES)} lines`);
  for (const line of lines.slice(-LINES)) console.log(`  ${line}`);
}
process.exit(failures.length === 0 ? 0 : 1);

function isStopped(): boolean {
  return values.stop && failures.length > 0;
}

function takeSeed(): number {
  next += 1;
  return firstSeed + next - 1;
}

async function live(seed: number): Promise<Lived> {
  if (values.relay !== 'http') return { seed, ...simulate({ seed, replicas, ops }) };
  const { simulateWithRealRelay } = await import('./real-relay.ts');
  return { seed, ...(await simulateWithRealRelay({ seed, replicas, ops })) };
}

/** One process after the other seed, until there are no more. */
function liveElsewhere(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'life-worker.ts'));
    const hand = () => {
      if (next < seeds && !isStopped()) child.send({ seed: takeSeed(), replicas, ops });
      else child.disconnect();
    };
    child.on('message', (lived: Lived) => {
      note(lived);
      hand();
    });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a process ended with ${String(code)}`))));
    hand();
  });
}

function note({ seed, problems, entries, foldsAnew }: Lived): void {
  figures.seeds += 1;
  figures.entries += entries;
  figures.foldsAnew += foldsAnew;
  if (problems.length > 0) {
    failures.push({ seed, problems });
    console.log(`✖ seed ${String(seed)}: ${problems.slice(0, 3).join('; ')}`);
  }
  if (performance.now() - told < PROGRESS_MS) return;
  told = performance.now();
  report();
}

/** After every minute too: a run of hours that is cut off has said how far it came. */
function report(): void {
  figures.seconds = seconds();
  const failed = failures.length;
  console.log(
    `${failed === 0 ? '✔' : '✖'} ${String(figures.seeds)} of ${String(seeds)} seeds, ${String(figures.entries)} entries, ` +
      `${String(figures.foldsAnew)} folds anew, ${String(figures.seconds)} s, ${String(failed)} failed`,
  );
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ ...figures, failed, failures }, null, 2)}\n`);
}

/** Whether each mistake is found. */
async function breakAll(): Promise<boolean> {
  const { findBroken, SIMULATED } = await import('./broken.ts');
  let all = true;
  for (const patch of SIMULATED) {
    const { sign, output } = await findBroken(patch, firstSeed, seeds);
    console.log(
      `${sign === undefined ? '✖' : '✔'} broken on purpose, ${patch}: ${sign ?? `nobody noticed\n${output}`}`,
    );
    all &&= sign !== undefined;
  }
  return all;
}
