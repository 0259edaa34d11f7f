/**
 * `npm run prove [-- --short] [--seed N] [--only relay|log|packing|documents|import|upgrade|outbox|erasure|broken]`: the crash proofs with their full counts.
 * Prints every seed; ends non-zero where a promise did not hold, or where a build broken on purpose passed.
 */
import 'fake-indexeddb/auto';
import { parseArgs } from 'node:util';
import { breakTree } from '../broken/broken-tree.ts';
import { LOST_SHARED, proveDocumentKills } from './document-kills.ts';
import { proveErasureInBrowsers } from './erasure-browsers.ts';
import { HELD_OR_BACK, proveErasure } from './erasure.ts';
import { proveImportKills } from './import-kills.ts';
import { proveImportQuota } from './import-quota.ts';
import { proveIntakeKills } from './intake-kills.ts';
import { proveLogKills } from './log-kills.ts';
import { LOST as LOST_ENTRY } from './log-kills-verdict.ts';
import { proveOutboxKills } from './outbox-kills.ts';
import { LOST } from './outbox-kills-verdict.ts';
import { proveRelayKills } from './relay-kills.ts';
import { proveUpgradeKills } from './upgrade-kills.ts';

interface Report {
  readonly problems: readonly string[];
  readonly summary: string;
}

const { values } = parseArgs({
  options: { short: { type: 'boolean' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const short = values.short === true;
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
let failed = 0;
console.log(`seed ${String(seed)}${short ? ', short counts' : ''}`);

const ERASURE_PATCHES = ['erasure-leaves-blocks', 'erasure-spares-pending'] as const;
const relayCounts = short ? { kills: 5, messages: 1_250 } : { kills: 20, messages: 5_000 };
const outboxCounts = short ? { kills: 5, messages: 100 } : { kills: 10, messages: 1_000 };
if (wanted('relay')) {
  await holds('relay killed in mid-send, provider tells repeats', () =>
    proveRelayKills({ repeats: 'idempotent', ...relayCounts, seed }),
  );
  await holds('relay killed in mid-send, provider does not', () =>
    proveRelayKills({ repeats: 'none', ...relayCounts, seed: seed + 1 }),
  );
  await holds('relay killed right after it accepted', () =>
    proveIntakeKills({ kills: short ? 5 : 20, seed: seed + 2 }),
  );
}
if (wanted('log'))
  await holds('relay killed while three clients write, one of them wiped after each acknowledgement', () =>
    proveLogKills({
      ...(short ? { kills: 5, changes: 500 } : { kills: 50, changes: 5_000 }),
      seed: seed + 6,
      withinMs: 10_000,
    }),
  );
if (wanted('packing'))
  await holds('the same, with a relay that packs all the time', () =>
    proveLogKills({
      ...(short ? { kills: 6, changes: 500 } : { kills: 50, changes: 5_000 }),
      seed: seed + 7,
      packing: 'always',
    }),
  );
if (wanted('documents'))
  await holds('relay killed right after it acknowledged a document', () =>
    proveDocumentKills({ kills: short ? 5 : 20, seed: seed + 5 }),
  );
if (wanted('import'))
  await holds('browser killed in mid-import', () =>
    proveImportKills(
      short ? { kills: 5, rows: 100_000, seed: seed + 3 } : { kills: 50, rows: 500_000, seed: seed + 3 },
    ),
  );
// The short run's devices that fill up are tests of the browser (storage-full.spec.ts).
if (wanted('import') && !short)
  await holds('storage full in mid-import', () => proveImportQuota({ devices: 10, seed: seed + 9 }));
if (wanted('upgrade') && !short)
  await holds('browser killed while the database of an older version is made a newer one', () =>
    proveUpgradeKills({ kills: 20, rows: 50_000, seed: seed + 10 }),
  );
if (wanted('outbox'))
  await holds('browser killed while the outbox leaves', () => proveOutboxKills({ ...outboxCounts, seed: seed + 4 }));
if (wanted('erasure')) {
  await holds('devices that were away come back after an erasure', () =>
    proveErasure({ devices: short ? 8 : 100, seed: seed + 6 }),
  );
  await holds('browsers that were away come back, the relay killed while it erases', () =>
    proveErasureInBrowsers({ ...(short ? { kills: 2, imports: 30 } : { kills: 10, imports: 200 }), seed: seed + 8 }),
  );
}
if (wanted('broken')) {
  // The short run has one broken build of each kind.
  for (const patch of ERASURE_PATCHES.slice(0, short ? 1 : ERASURE_PATCHES.length))
    await breaks(patch, HELD_OR_BACK, async (root) => {
      const broken = (await import(`${root}/tests/prove/erasure.ts`)) as { proveErasure: typeof proveErasure };
      return broken.proveErasure({ devices: 6, seed });
    });
  await breaks('answer-before-commit', /accepted/, (root) => proveIntakeKills({ kills: 5, seed, root }));
  await breaks('log-answers-first', LOST_ENTRY, (root) => proveLogKills({ kills: 5, changes: 300, seed, root }));
  // Six kills may all miss the instant that this mistake needs: not for a run that has to be right every time.
  if (!short)
    await breaks('pack-before-bytes', LOST_ENTRY, (root) =>
      proveLogKills({ kills: 6, changes: 400, seed, packing: 'always', limitMs: 15_000, root }),
    );
  await breaks('hub-acks-first', LOST_SHARED, (root) => proveDocumentKills({ kills: 5, seed, root }));
  await breaks('call-before-attempt', /calls|unknown/, (root) =>
    proveRelayKills({ repeats: 'none', kills: 5, messages: 1_250, seed, root }),
  );
  if (!short)
    await breaks(
      'outbox-deletes-first',
      LOST,
      (root) => proveOutboxKills({ kills: 3, messages: 100, seed, root }),
      'built',
    );
}
console.log(failed === 0 ? 'All promises held.' : `${String(failed)} did not hold.`);
process.exit(failed === 0 ? 0 : 1);

function wanted(name: string): boolean {
  return values.only === undefined || values.only === name;
}

async function holds(name: string, prove: () => Promise<Report>): Promise<void> {
  const started = Date.now();
  const { problems, summary } = await prove();
  console.log(
    `${problems.length === 0 ? '✔' : '✖'} ${name} (${((Date.now() - started) / 1_000).toFixed(0)} s): ${summary}`,
  );
  for (const problem of problems) console.log(`    ${problem}`);
  if (problems.length > 0) failed += 1;
}

/** A build broken on purpose must be found out, and by what its mistake does: a proof that stumbles is no proof. */
async function breaks(
  patch: Parameters<typeof breakTree>[0],
  sign: RegExp,
  prove: (root: string) => Promise<Report>,
  app: 'asItIs' | 'built' = 'asItIs',
): Promise<void> {
  const tree = await breakTree(patch, app);
  try {
    const { problems } = await prove(tree.root);
    const found = problems.find((problem) => sign.test(problem));
    const other = problems.length > 0 ? `only noticed: ${problems.join('; ')}` : 'nobody noticed';
    console.log(`${found === undefined ? '✖' : '✔'} broken on purpose, ${patch}: ${found ?? other}`);
    if (found === undefined) failed += 1;
  } finally {
    await tree.remove();
  }
}
