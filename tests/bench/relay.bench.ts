/**
 * The relay in its own process, a webhook receiver in another: 100,000 recipients taken in, then one signed request
 * each. Intake is from the first byte of the first part to the 202 after the commit; dispatch is by the receiver's clock.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRelayClient } from '../builders/relay-client.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';
import { startWebhook } from '../stand-ins/start.ts';

const RECIPIENTS = 100_000;
const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;

export async function benchRelay(): Promise<Record<string, number>> {
  const folder = await temporaryFolder('bench-relay');
  const standIn = await startWebhook({ secret: SECRET });
  const relay = await startRelay({ data: folder.path, env: { FIELDCAST_LOG_LEVEL: 'warn' } });
  const client = createRelayClient(relay.url);
  try {
    await client.claim(relay.claimToken ?? '');
    await client.createChannel({
      code: 'hook',
      name: 'Webhook',
      platform: 'http-webhook',
      settings: { url: `${standIn.url}/messages`, addressField: 'phone' },
      credentials: { signingSecret: SECRET },
    });
    const recipients = Array.from({ length: RECIPIENTS }, (_, index) => ({
      contact: index.toString(16).padStart(16, '0'),
      address: `+86138${String(index).padStart(8, '0')}`,
      variables: { name: `Name ${String(index)}` },
    }));
    const message = {
      id: 'draft-of-the-bench-1',
      channel: 'hook',
      content: { kind: 'text', text: 'Hello {{name}}' },
      recipients,
    } as const;
    const parts = await client.encode(message);
    const started = performance.now();
    await client.send(message, parts);
    const intakeSeconds = (performance.now() - started) / 1_000;
    const deadline = Date.now() + 120_000;
    while ((await client.message(message.id)).state !== 'sent' && Date.now() < deadline) await sleep(250);
    const figures = await standIn.figures();
    if (figures.effects !== RECIPIENTS || figures.forged > 0)
      throw new Error(`the receiver took ${String(figures.effects)} of ${String(RECIPIENTS)}`);
    return {
      'relay.intake.100k.seconds': intakeSeconds,
      'relay.dispatch.per_second': RECIPIENTS / ((figures.lastAt - figures.firstAt) / 1_000),
      'relay.rss_mb': peakMegabytes(relay.pid),
    };
  } finally {
    await relay.stop();
    await standIn.stop();
    await folder.remove();
  }
}

/** The kernel's high-water mark of resident memory. */
function peakMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1_024;
}
