/** A real relay, a real stand-in, one send: receipts arrive, callbacks survive kills, and the log says nothing of it. */
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRelayClient, type RelayClient } from '#tests/builders/relay-client';
import { startRelay, temporaryFolder, type RelayProcess } from '#tests/builders/relay-process';
import { startWebhook, type WebhookStandIn } from '#tests/stand-ins/start';

const SECRET = `whsec_${Buffer.from('canary-secret-of-32-bytes-length').toString('base64')}`;
const METRICS_TOKEN = 'metrics-token-of-this-test';
const RECIPIENTS = 150;
const addressOf = (index: number) => `+4206019${String(index).padStart(5, '0')}`;

let data = '';
let removeFolder: () => Promise<void>;
let relay: RelayProcess;
let standIn: WebhookStandIn;
let client: RelayClient;
const outputs: string[] = [];

const start = async (port = 0) => {
  relay = await startRelay({
    data,
    port,
    env: { FIELDCAST_LOG_LEVEL: 'trace', FIELDCAST_METRICS_TOKEN: METRICS_TOKEN },
  });
};

async function killAndStart(): Promise<void> {
  await relay.kill();
  outputs.push(relay.output());
  await start(Number(new URL(relay.url).port));
}

beforeEach(async () => {
  outputs.length = 0;
  const folder = await temporaryFolder('process-run');
  data = folder.path;
  removeFolder = folder.remove;
  standIn = await startWebhook({ secret: SECRET });
  await start();
  client = createRelayClient(relay.url);
  await client.claim(relay.claimToken ?? '');
});
afterEach(async () => {
  await relay.kill();
  await standIn.stop();
  await removeFolder();
});

async function send(): Promise<string> {
  const settings = { url: standIn.url, addressField: 'phone' };
  const channel = { code: 'hook1', name: 'Hook', platform: 'http-webhook' as const };
  const made = await client.createChannel({ ...channel, settings, credentials: { signingSecret: SECRET } });
  await client.send({
    id: 'draft-of-the-run-1',
    channel: 'hook1',
    content: { kind: 'text', text: 'canary text for {{name|you}}' },
    recipients: Array.from({ length: RECIPIENTS }, (_, index) => ({
      contact: index.toString(16).padStart(16, '0'),
      address: addressOf(index),
      variables: { name: `canary ${index}` },
    })),
  });
  return (made as { callbackUrl: string }).callbackUrl;
}

async function figuresOnce(isSo: (figures: { queued: number; sent: number; delivered: number }) => boolean) {
  for (let tries = 0; tries < 300; tries += 1) {
    const { figures, state } = await client.message('draft-of-the-run-1');
    if (isSo(figures)) return { figures, state };
    await sleep(50);
  }
  throw new Error(`it did not come to that: ${JSON.stringify(await client.message('draft-of-the-run-1'))}`);
}

/** Reports one delivery, signed as Standard Webhooks has it; true once the relay has answered. */
async function report(url: string, key: string): Promise<boolean> {
  const body = JSON.stringify({ type: 'receipts', data: [{ key, state: 'delivered' }] });
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const secret = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', secret).update(`${key}.${timestamp}.${body}`).digest('base64');
  const headers = { 'webhook-id': key, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
  await answer?.text().catch(() => undefined);
  return answer?.ok === true;
}

const metrics = async () =>
  (await fetch(`${relay.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text();

describe('a run', { timeout: 60_000 }, () => {
  it('[MSG-10] ends with every delivery in the feed, callbacks read after kills, and a clean log', async () => {
    const callbackUrl = await send();
    await figuresOnce(({ queued }) => queued === 0);
    const keys = (await standIn.journal()).map(({ id }) => id);
    // Each only until it was answered once: what was answered must not be lost, however soon the kill comes.
    const reporting = (async () => {
      for (const key of keys) while (!(await report(callbackUrl, key))) await sleep(10);
    })();
    for (let kills = 0; kills < 4; kills += 1) {
      await sleep(150);
      await killAndStart();
    }
    await reporting;
    const { figures, state } = await figuresOnce(({ delivered }) => delivered === RECIPIENTS);
    expect([state, figures]).toEqual(['sent', expect.objectContaining({ sent: RECIPIENTS, failed: 0, unknown: 0 })]);

    const feed = await client.feed();
    expect(new Set(feed.map(({ recipient }) => recipient)).size).toBe(RECIPIENTS);
    expect(feed.map(({ cursor }) => cursor)).toEqual(feed.map((_, index) => index + 1));
    const journal = await standIn.journal();
    expect(journal.map(({ calls, effects }) => [calls, effects])).toEqual(journal.map(() => [1, 1]));
    expect(journal.map(({ address }) => address).toSorted()).toEqual(
      Array.from({ length: RECIPIENTS }, (_, index) => addressOf(index)),
    );

    const text = await metrics();
    expect(text).toContain(`fieldcast_deliveries{state="delivered"} ${RECIPIENTS}`);
    expect(text).toContain('fieldcast_callbacks_waiting 0');
    expect(text).toMatch(
      /fieldcast_http_request_seconds_count\{method="GET",route="\/api\/messages\/:id",status="200"\} \d+/,
    );
    await relay.stop();
    outputs.push(relay.output());
    const written = `${outputs.join('')}${text}`.replaceAll(/^(Nobody owns it yet|Fieldcast is at).*$/gm, '');
    expect(written).not.toMatch(/canary|4206019|whsec|__Host/);
    expect(written).not.toContain(new URL(callbackUrl).pathname.split('/').at(-1));
  });

  it('[SYN-9] an upload that is too large hears so, over a real connection', async () => {
    const answer = await client.call('PUT', '/api/messages/draft-of-the-run-1/parts/0', new Uint8Array(20_000_000));
    expect([answer.status, await answer.json()]).toEqual([413, { problem: 'tooLarge' }]);
    expect((await client.call('GET', '/api/session')).status).toBe(200);
  });
});
