/**
 * The relay is killed at the very moment its "accepted" arrives. What it accepted must be there after the next start,
 * whole, and go out; what it did not accept may be announced again under the same key.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { between, createRandom } from '../builders/random.ts';
import { createRelayClient } from '../builders/relay-client.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';
import { startProviderStandIn } from './provider-stand-in.ts';

export interface IntakeKillsOptions {
  readonly kills: number;
  readonly seed: number;
  readonly root?: string;
}

const RECIPIENTS = 40;

export async function proveIntakeKills({
  kills,
  seed,
  root,
}: IntakeKillsOptions): Promise<{ readonly problems: readonly string[]; readonly summary: string }> {
  const random = createRandom(seed);
  const folder = await temporaryFolder('intake-kills');
  const standIn = await startProviderStandIn('idempotent', { perSecond: 5_000, delayMs: [0, 5] });
  const tree = root === undefined ? {} : { root };
  let relay = await startRelay({ data: folder.path, ...tree });
  const client = createRelayClient(relay.url);
  const problems: string[] = [];
  let accepted = 0;
  try {
    await client.claim(relay.claimToken ?? '');
    await client.createChannel(standIn.channel);
    for (let round = 0; round < kills; round += 1) {
      const id = `draft-${String(round).padStart(6, '0')}-1`;
      const recipients = Array.from({ length: RECIPIENTS }, (_, index) => ({
        contact: (round * RECIPIENTS + index).toString(16).padStart(16, '0'),
        address: `+86138${String(round * RECIPIENTS + index).padStart(8, '0')}`,
        variables: { name: 'n' },
      }));
      const message = { id, channel: standIn.channel.code, content: standIn.content, recipients };
      // Every third time somewhere within the upload, else at the answer itself.
      const within = round % 3 === 2 ? sleep(between(random, 0, 15)).then(() => relay.kill()) : undefined;
      const isAccepted = await client.send(message).then(
        () => true,
        () => false,
      );
      await (within ?? relay.kill());
      relay = await startRelay({ data: folder.path, ...tree });
      client.moveTo(relay.url);
      if (isAccepted) {
        accepted += 1;
        const view = await client.message(id).catch(() => undefined);
        if (view === undefined || view.state === 'receiving')
          problems.push('a message that was accepted is gone after a kill');
        else if (view.recipients !== RECIPIENTS)
          problems.push(`an accepted message has ${String(view.recipients)} of ${String(RECIPIENTS)} recipients`);
      } else await client.send(message);
    }
    const effects = await untilEffects(standIn, kills * RECIPIENTS);
    const doubled = [...effects.values()].filter((count) => count > 1).length;
    if (effects.size !== kills * RECIPIENTS && problems.length === 0)
      problems.push(`${String(effects.size)} of ${String(kills * RECIPIENTS)} addresses were reached`);
    if (doubled > 0) problems.push(`${String(doubled)} addresses were reached twice`);
  } finally {
    await relay.stop().catch(() => undefined);
    await standIn.stop();
    await folder.remove();
  }
  return { problems: [...new Set(problems)], summary: `${String(kills)} kills, ${String(accepted)} at the answer` };
}

async function untilEffects(
  standIn: Awaited<ReturnType<typeof startProviderStandIn>>,
  wanted: number,
): Promise<ReadonlyMap<string, number>> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const effects = await standIn.effects();
    if (effects.size >= wanted || Date.now() > deadline) return effects;
    await sleep(200);
  }
}
