/**
 * The relay works out whom a message reaches, of 1,000,000 contacts with 100,000 changes by hand: from the question to
 * the last recipient handed over, its process's start and end in it. Memory is the kernel's high-water mark of that
 * process.
 */
import { readFileSync } from 'node:fs';
import { createAudience } from '#relay/audience/audience';
import { createLog } from '#relay/log';
import { openAudienceRelay } from '../builders/audience-relay.ts';
import { group } from '../builders/entries.ts';
import { buildLargeLog } from '../builders/large-log.ts';
import { WORKSPACE } from '../builders/store-rows.ts';
import { median } from './median.ts';

const CONTACTS = 1_000_000;
const CHANGES = 100_000;
const ROUNDS = 3;

export async function benchResolve(): Promise<Record<string, number>> {
  const relay = await openAudienceRelay();
  try {
    const fair = group('Fair');
    const { entries, blocks } = await buildLargeLog({ contacts: CONTACTS, changes: CHANGES, seed: 1, group: fair });
    await relay.append(entries, blocks);
    const audience = createAudience({ ...relay, log: createLog('silent', { write: () => undefined }) });
    const seconds: number[] = [];
    const megabytes: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const watched = watchChild();
      const started = performance.now();
      let recipients = 0;
      const answer = await audience.resolve(
        WORKSPACE,
        {
          audience: { groups: [fair] },
          channel: { type: 'sms', settings: {} },
          content: { kind: 'text', text: 'Hello {{name|you}}' },
          existingGroups: [fair],
        },
        async ({ rows }) => {
          recipients += rows;
        },
      );
      seconds.push((performance.now() - started) / 1_000);
      megabytes.push(watched.end());
      if (answer.kind !== 'answered' || answer.value.funnel.effective !== recipients || recipients < CONTACTS * 0.85)
        throw new Error(`${answer.kind}: ${String(recipients)} recipients`);
    }
    return { 'resolve.1m.seconds': median(seconds), 'resolve.1m.rss_mb': median(megabytes) };
  } finally {
    await relay.remove();
  }
}

/** The high-water mark of the one process that this one starts meanwhile. */
function watchChild(): { readonly end: () => number } {
  let most = 0;
  const timer = setInterval(() => {
    const self = String(process.pid);
    const [child] = readFileSync(`/proc/${self}/task/${self}/children`, 'utf8').trim().split(' ');
    if (child) most = Math.max(most, highWater(child));
  }, 20);
  return {
    end() {
      clearInterval(timer);
      return most;
    },
  };
}

function highWater(pid: string): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    // Gone between the two looks.
    return 0;
  }
}
