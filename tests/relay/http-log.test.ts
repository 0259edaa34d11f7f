/** A run with a canary in every place where personal data or a secret can stand: none gets into the log or a metric. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCallbackWorker } from '#relay/callbacks';
import { createLog, errorFields, type LogFields } from '#relay/log';
import {
  claimOf,
  cookieOf,
  createRelayFixture,
  messageOf,
  recipientsOf,
  WEBHOOK,
  type RelayFixture,
} from './http-fixture.ts';

let relay: RelayFixture;
beforeEach(async () => {
  relay = await createRelayFixture();
});
afterEach(() => relay.close());

const CANARY = 'canary';
const PHONE = '+420601987654';

describe('log', () => {
  it('[MSG-10] of a whole run with canaries everywhere holds none of them', async () => {
    const token = (await relay.links.createClaim(relay.clock.now)) ?? '';
    const json = { ...claimOf(token), memberName: `${CANARY} name` };
    const cookie = cookieOf(await relay.ask('POST', '/api/claim', { json })) ?? '';
    const channel = { ...WEBHOOK, settings: { ...WEBHOOK.settings, url: `https://example.com/${CANARY}` } };
    const made = await relay.ask('POST', '/api/channels', { cookie, json: channel });
    const secret = ((await made.json()) as { callbackUrl: string }).callbackUrl.split('/').at(-1) ?? '';
    const part = await recipientsOf([PHONE, `${CANARY}@example.com`]);
    const message = messageOf('draft-one-1', [part], `${CANARY} text`);
    await relay.ask('POST', '/api/messages', { cookie, json: message, headers: { 'idempotency-key': 'draft-one-1' } });
    await relay.ask('PUT', '/api/messages/draft-one-1/parts/0', { cookie, body: part.bytes });
    await relay.ask('POST', '/api/messages/draft-one-1/complete', { cookie });
    await relay.ask('POST', '/api/channels/hook1/test', { cookie, json: { address: PHONE } });
    for (const body of [CANARY, 'forged', 'throws']) {
      await relay.app.request(`/callbacks/${secret}?${CANARY}`, { method: 'POST', body });
    }
    await relay.ask('GET', `/api/${CANARY}?${CANARY}=${CANARY}`, { cookie, headers: { 'user-agent': CANARY } });
    await relay.ask('GET', `/contacts/${CANARY}`, { headers: { accept: 'text/html' } });
    await relay.ask('POST', '/api/sign-in', { json: { token: `${CANARY}-token` } });
    await relay.ask(CANARY.toUpperCase(), '/api/session', {});
    const { store, keyring, metrics, log, clock, journal } = relay;
    const deps = { store, keyring, metrics, log, providers: journal.providers, now: () => clock.now };
    const worker = startCallbackWorker({ ...deps, onReceipts: () => {} });
    while ((await store.counts()).callbacks > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await worker.stop();
    const { body: figures } = await relay.metrics.text();

    const written = relay.logLines.join('');
    expect(relay.logLines.length).toBeGreaterThan(12);
    for (const secretThing of [CANARY, PHONE, PHONE.slice(1), token, cookie, secret, part.hash, 'whsec']) {
      expect(written.toLowerCase()).not.toContain(secretThing.toLowerCase());
      expect(figures.toLowerCase()).not.toContain(secretThing.toLowerCase());
    }
  });

  it('[MSG-10] an error is written by its kind, code and place, never by its message', async () => {
    await relay.store.close();
    await relay.ask('GET', '/api/session');
    const line = JSON.parse(relay.logLines.find((text) => text.includes('requestFailed')) ?? '{}') as LogFields;
    expect(line.error?.name).toBe('TypeError');
    expect(line.error?.stack[0]).toMatch(/^at /);
    const thrown = Object.assign(new RangeError(`${CANARY}\n    at the ${CANARY} office`), { code: `${CANARY} code` });
    expect(JSON.stringify(errorFields(new RangeError(CANARY)))).not.toContain(CANARY);
    expect(errorFields(thrown)).not.toHaveProperty('code');
    expect(JSON.stringify(errorFields(thrown))).not.toContain(CANARY);
    expect(errorFields(CANARY)).toEqual({ name: 'string', stack: [] });
    relay = await createRelayFixture();
  });

  it('[MSG-10] what is not in the list of fields is left out', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => lines.push(line) });
    log.info({ event: 'request', status: 200, address: PHONE, path: `/api/${CANARY}` } as LogFields);
    log.debug({ event: 'request' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({ level: 30, time: expect.any(String), event: 'request', status: 200 });
  });
});
