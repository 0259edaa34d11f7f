/**
 * The relay is killed at random moments of one send and started again each time. Afterwards, by the provider
 * stand-in's journal: with a provider that tells repeats each address took effect exactly once; with one that does
 * not, no address has two calls, and unknown is what was in flight at a kill.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryState } from '#domain/delivery';
import { mergeState } from '#domain/delivery';
import { between, createRandom } from '../builders/random.ts';
import { createRelayClient, type RelayClient, type Recipient } from '../builders/relay-client.ts';
import { startRelay, temporaryFolder, type RelayProcess } from '../builders/relay-process.ts';
import { feelPulse, type Pulse } from './pulse.ts';
import { startProviderStandIn, type ProviderStandIn } from './provider-stand-in.ts';
import { judgeIdempotent, judgeUncertain, type Kill } from './relay-kills-verdict.ts';

export interface RelayKillsOptions {
  readonly repeats: 'idempotent' | 'none';
  readonly kills: number;
  readonly messages: number;
  readonly seed: number;
  /** A copy of the tree with a patch applied; this tree where absent. */
  readonly root?: string;
}

export interface RelayKillsReport {
  readonly problems: readonly string[];
  readonly summary: string;
}

/** The stand-in takes this many a second; with its delay of 50 to 200 ms about 30 calls are in flight at any moment. */
const PER_SECOND = 250;
const END_LIMIT_MS = 60_000;
/** A draft's id and version. */
const MESSAGE = 'draft-of-the-proof-1';

export async function proveRelayKills(options: RelayKillsOptions): Promise<RelayKillsReport> {
  const random = createRandom(options.seed);
  const folder = await temporaryFolder('relay-kills');
  const standIn = await startProviderStandIn(options.repeats, { perSecond: PER_SECOND, delayMs: [50, 200] });
  const tree = options.root === undefined ? {} : { root: options.root };
  let relay = await startRelay({ data: folder.path, ...tree });
  const client = createRelayClient(relay.url);
  try {
    await client.claim(relay.claimToken ?? '');
    await client.createChannel(standIn.channel);
    const recipients = recipientsOf(options.messages);
    await client.send({
      id: MESSAGE,
      channel: standIn.channel.code,
      content: standIn.content,
      recipients,
    });

    // A send of n messages takes n / PER_SECOND; the kills are spread over its first 80 %.
    const span = (options.messages / PER_SECOND) * 1_000 * 0.8;
    const kills: Kill[] = [];
    for (let count = 0; count < options.kills; count += 1) {
      const pulse = feelPulse(relay.url);
      await sleep(between(random, 0.3, 1.7) * (span / options.kills));
      kills.push(await killOf(relay, pulse));
      relay = await startRelay({ data: folder.path, ...tree });
      client.moveTo(relay.url);
    }
    const killsInside = await isSending(client);
    const states = await endOf(client);
    return await judge(options, standIn, recipients, kills, states, killsInside);
  } finally {
    await relay.stop().catch(() => undefined);
    await standIn.stop();
    await folder.remove();
  }
}

function recipientsOf(count: number): Recipient[] {
  return Array.from({ length: count }, (_, index) => ({
    contact: index.toString(16).padStart(16, '0'),
    address: `+86138${String(index).padStart(8, '0')}`,
    // A value of its own each, so that a provider which groups equal texts calls once an address.
    variables: { name: `n${String(index)}` },
  }));
}

async function killOf(relay: RelayProcess, pulse: Pulse): Promise<Kill> {
  const dying = relay.kill();
  const by = Date.now();
  await dying;
  pulse.stop();
  return { heard: pulse.heard(), arrivalMs: pulse.slowestMs(), by, gone: Date.now() };
}

async function isSending(client: RelayClient): Promise<boolean> {
  const { figures } = await client.message(MESSAGE);
  return figures.queued > 0;
}

/** The final state by recipient, from the feed alone. */
async function endOf(client: RelayClient): Promise<Map<number, DeliveryState>> {
  const deadline = Date.now() + END_LIMIT_MS;
  for (;;) {
    const message = await client.message(MESSAGE);
    if (message.state === 'sent' || Date.now() > deadline) break;
    await sleep(200);
  }
  const states = new Map<number, DeliveryState>();
  for (const item of await client.feed())
    states.set(item.recipient, mergeState(states.get(item.recipient) ?? 'queued', item.state));
  return states;
}

async function judge(
  options: RelayKillsOptions,
  standIn: ProviderStandIn,
  recipients: readonly Recipient[],
  kills: readonly Kill[],
  states: ReadonlyMap<number, DeliveryState>,
  killsInside: boolean,
): Promise<RelayKillsReport> {
  const calls = await standIn.calls();
  const all = recipients.map((recipient) => recipient.address);
  const addressOf = (index: number) => all[index] ?? '';
  const problems: string[] = [];
  if (!killsInside) problems.push('the last kill fell after the end of the send: the run proves nothing');
  const unended = all.filter((_, index) => (states.get(index) ?? 'queued') === 'queued').length;
  if (unended > 0) problems.push(`${String(unended)} deliveries did not end`);

  if (options.repeats === 'idempotent') {
    problems.push(...judgeIdempotent(await standIn.effects(), all));
    const unknown = [...states.values()].filter((state) => state === 'unknown').length;
    if (unknown > 0) problems.push(`${String(unknown)} ended unknown at a provider that tells repeats`);
    return {
      problems: grouped(problems),
      summary: `${String(kills.length)} kills, ${String(calls.length)} calls, ${String(all.length)} addresses once each`,
    };
  }
  const unknown = new Set([...states].filter(([, state]) => state === 'unknown').map(([index]) => addressOf(index)));
  const verdict = judgeUncertain(calls, kills, unknown, all);
  problems.push(...verdict.problems);
  return {
    problems: grouped(problems),
    summary: [
      `${String(kills.length)} kills, ${String(calls.length)} calls, ${String(verdict.unknown)} unknown:`,
      `${String(verdict.inFlight)} in flight beyond doubt,`,
      `${String(verdict.unread)} of the ${String(verdict.atTheInstant)} answered at the instant of a kill`,
      `(${String(verdict.instantMs)} ms in the median, unread ${String(verdict.beforeMs)} ms before the last sign of life at most),`,
      `${String(verdict.neverLeft)} that had not left`,
    ].join(' '),
  };
}

/** The same sentence a thousand times helps nobody. */
function grouped(problems: readonly string[]): string[] {
  return [...Map.groupBy(problems, (problem) => problem)].map(([problem, some]) =>
    some.length > 1 ? `${problem} (${String(some.length)} times)` : problem,
  );
}
