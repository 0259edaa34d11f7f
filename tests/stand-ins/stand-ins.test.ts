import { connect } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import type { HttpRequest, Outgoing } from '#relay/provider';
import { createProviderDeps } from '#relay/providers/deps';
import { httpWebhook } from '#relay/providers/http-webhook';
import { tencentSms } from '#relay/providers/tencent-sms';
import { startTencent, startWebhook } from './start.ts';

// A stand-in gives the verdict in other tests, so it has to notice what it is there to notice.
const keys = { secretId: 'AKIDexampleexample', secretKey: 'keyexamplekeyexample', sdkAppId: '1400006666' };
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const sms = (address: string): Outgoing => ({
  key: `m.${address.slice(1)}`,
  address,
  content: { kind: 'sms-template', templateId: '1', parameters: ['x'] },
});
const deps = createProviderDeps({ allowNetworks: ['127.0.0.1'], now: Date.now });
const tencent = await startTencent(keys);
const webhook = await startWebhook({ secret });
afterAll(async () => {
  await deps.close();
  await tencent.stop();
  await webhook.stop();
});
const tencentConfig = {
  settings: { sdkAppId: keys.sdkAppId, signName: 's', region: 'ap-guangzhou', endpoint: tencent.url },
  credentials: keys,
};
const webhookConfig = { settings: { url: `${webhook.url}/` }, credentials: { signingSecret: secret } };

const eventsOf = async (number: string): Promise<string[]> =>
  (await tencent.journal()).filter(({ address }) => address === number).map(({ event }) => event);

/** A provider whose sound requests are spoiled on their way. */
const spoiledBy = (spoil: (request: HttpRequest) => HttpRequest): typeof deps => ({
  ...deps,
  http: (request) => deps.http(spoil(request)),
});

test.each<[string, (request: HttpRequest) => HttpRequest]>([
  ['another body', (request) => ({ ...request, body: request.body.replace('"x"', '"y"') })],
  [
    'another action',
    (request) => ({ ...request, headers: { ...request.headers, 'x-tc-action': 'SendStatusStatistics' } }),
  ],
  ['another type', (request) => ({ ...request, headers: { ...request.headers, 'content-type': 'application/json' } })],
  ['another version', (request) => ({ ...request, headers: { ...request.headers, 'x-tc-version': '2019-07-11' } })],
  ['another time', (request) => ({ ...request, headers: { ...request.headers, 'x-tc-timestamp': '1700000000' } })],
])('[CHA-3] the stand-in for Tencent takes no call with %s than was signed', async (_name, spoil) => {
  const provider = tencentSms.create(tencentConfig, spoiledBy(spoil));
  const [outcome] = await provider.send([sms('+8613700000001')]);
  expect(outcome?.kind).toBe('unavailable');
  expect((await tencent.journal()).at(-1)?.event).toBe('denied');
});

test('[MSG-7] it takes so many a second and lets the rest wait, refusing nobody', async () => {
  await tencent.tell({ perSecond: 200 });
  const started = performance.now();
  const batch = Array.from({ length: 100 }, (_, i) => sms(`+8613700000${100 + i}`));
  const provider = tencentSms.create(tencentConfig, deps);
  const outcomes = (await Promise.all(batch.map((one) => provider.send([one])))).flat();
  await tencent.tell({ perSecond: 1e9 });
  expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
  expect(performance.now() - started).toBeGreaterThan(400);
});

test('[MSG-7] its journal tells a caller that was gone before its answer', async () => {
  await tencent.tell({ delayMs: [200, 200] });
  const mortal = createProviderDeps({ allowNetworks: ['127.0.0.1'], now: Date.now });
  const sending = tencentSms.create(tencentConfig, mortal).send([sms('+8613700000999')]);
  await expect.poll(() => eventsOf('+8613700000999')).toEqual(['began']);
  await mortal.close();
  const [outcome] = await sending;
  await tencent.tell({ delayMs: [0, 0] });
  expect(outcome?.kind).toBe('unknown');
  await expect.poll(() => eventsOf('+8613700000999')).toEqual(['began', 'gone']);
});

test('[MSG-7] the stand-in for webhooks tells repeats: two calls, one effect', async () => {
  const provider = httpWebhook.create(webhookConfig, deps);
  const outgoing: Outgoing = { key: 'm.1', address: '+8613700000001', content: { kind: 'text', text: 'x' } };
  await webhook.tell({ faults: { lostAfter: 10 } });
  expect(await provider.send([outgoing])).toMatchObject([{ kind: 'unknown' }]);
  await webhook.tell({ faults: {} });
  expect(await provider.send([outgoing])).toMatchObject([{ kind: 'accepted' }]);
  expect(await webhook.journal()).toMatchObject([{ id: 'm.1', calls: 2, effects: 1, gone: 1, answered: 1 }]);
  const spoiled = spoiledBy((request) => ({ ...request, body: request.body.replace('"x"', '"y"') }));
  expect(await httpWebhook.create(webhookConfig, spoiled).send([outgoing])).toMatchObject([{ kind: 'unavailable' }]);
  expect(await webhook.figures()).toMatchObject({ calls: 2, effects: 1, forged: 1 });
});

test('[MSG-7] a stand-in ends with its starter, and not before', async () => {
  const standIn = await startWebhook({ secret });
  await standIn.stop();
  const code = await new Promise<string | undefined>((fulfil) => {
    connect(standIn.port, '127.0.0.1').on('error', (error: NodeJS.ErrnoException) => fulfil(error.code));
  });
  expect(code).toBe('ECONNREFUSED');
});
