import { describe, expect, test } from 'vitest';
import type { HttpRequest, HttpResult, Outgoing, ProviderConfig, SendOutcome } from '#relay/provider';
import { httpWebhook } from '#relay/providers/http-webhook';
import { signWebhook, webhookKey } from '#relay/providers/standard-webhooks';
import { providerContract } from '#tests/contracts/provider';
import { startWebhook } from '#tests/stand-ins/start';
import { FREE_PORT } from './free-port.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const configFor = (url: string, signingSecret = secret): ProviderConfig => ({
  settings: { url, addressField: 'phone' },
  credentials: { signingSecret },
});

providerContract(httpWebhook, async () => {
  const standIn = await startWebhook({ secret });
  const refused: Record<string, number> = {};
  return {
    config: configFor(`${standIn.url}/hook?team=1`),
    wrongCredentials: configFor(`${standIn.url}/hook`, 'whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
    unreachable: configFor(`http://127.0.0.1:${FREE_PORT}/hook`),
    outgoing: (index, text) => ({
      key: `m.${index}`,
      address: `+8613812${100_000 + index}`,
      content: { kind: 'text', text },
    }),
    behave: (behaviour) => standIn.tell({ faults: behaviour === 'losing' ? { lostAfter: 10 } : {} }),
    refuse: (address) => standIn.tell({ refuse: Object.assign(refused, { [address]: 422 }) }),
    taken: async () => (await standIn.journal()).flatMap((line) => Array.from({ length: line.calls }, () => line)),
    stop: standIn.stop,
  };
});

const outgoing: Outgoing = { key: 'm.1', address: '+8613812345678', content: { kind: 'text', text: 'hello' } };

async function outcomeOf(result: HttpResult): Promise<SendOutcome | undefined> {
  const provider = httpWebhook.create(configFor('https://example.com/'), {
    http: () => Promise.resolve(result),
    now: () => 0,
  });
  return (await provider.send([outgoing]))[0];
}
const answer = (status: number, body = '', headers: Record<string, string> = {}): HttpResult => ({
  kind: 'answer',
  status,
  headers,
  body,
});

describe('what an answer means', () => {
  const table: readonly (readonly [string, HttpResult, SendOutcome])[] = [
    ['200', answer(200), { kind: 'accepted' }],
    ['204', answer(204), { kind: 'accepted' }],
    ['an id', answer(202, '{"id":"abc-1"}'), { kind: 'accepted', providerId: 'abc-1' }],
    ['a number as id', answer(202, '{"id":17}'), { kind: 'accepted', providerId: '17' }],
    ['an id that is none', answer(202, '{"id":{"a":1}}'), { kind: 'accepted' }],
    ['an endless id', answer(202, JSON.stringify({ id: 'x'.repeat(201) })), { kind: 'accepted' }],
    ['garbage after 200', answer(200, '{"id":'), { kind: 'accepted' }],
    ['301', answer(301), { kind: 'refused', stage: 'refused', reason: 'refusedOther', detail: '301' }],
    ['400', answer(400), { kind: 'refused', stage: 'refused', reason: 'refusedOther', detail: '400' }],
    ['401', answer(401), { kind: 'unavailable', scope: 'channel', detail: '401' }],
    ['403', answer(403), { kind: 'unavailable', scope: 'channel', detail: '403' }],
    ['408', answer(408), { kind: 'unavailable', scope: 'delivery', detail: '408' }],
    ['410', answer(410), { kind: 'refused', stage: 'refused', reason: 'refusedOther', detail: '410' }],
    ['429', answer(429), { kind: 'unavailable', scope: 'channel', detail: '429' }],
    [
      '429, seconds',
      answer(429, '', { 'retry-after': '7' }),
      { kind: 'unavailable', scope: 'channel', detail: '429', retryAfterMs: 7_000 },
    ],
    [
      '429, a date',
      answer(429, '', { 'retry-after': 'Thu, 01 Jan 1970 00:00:30 GMT' }),
      { kind: 'unavailable', scope: 'channel', detail: '429', retryAfterMs: 30_000 },
    ],
    [
      '429, nonsense',
      answer(429, '', { 'retry-after': 'soon' }),
      { kind: 'unavailable', scope: 'channel', detail: '429' },
    ],
    [
      '429, a year',
      answer(429, '', { 'retry-after': '31536000' }),
      { kind: 'unavailable', scope: 'channel', detail: '429', retryAfterMs: 3_600_000 },
    ],
    ['500', answer(500), { kind: 'unavailable', scope: 'delivery', detail: '500' }],
    [
      '503',
      answer(503, '', { 'retry-after': '1' }),
      { kind: 'unavailable', scope: 'delivery', detail: '503', retryAfterMs: 1_000 },
    ],
    [
      'not sent',
      { kind: 'notSent', code: 'ECONNREFUSED' },
      { kind: 'unavailable', scope: 'channel', detail: 'ECONNREFUSED' },
    ],
    ['lost', { kind: 'lost', code: 'ECONNRESET' }, { kind: 'unknown', detail: 'ECONNRESET' }],
  ];
  test.each(table)('[MSG-7] %s', async (_name, result, outcome) => {
    expect(await outcomeOf(result)).toEqual(outcome);
  });
});

test('[CHA-3] all tries of one delivery bear the same webhook-id, and each its own time and signature', async () => {
  const requests: HttpRequest[] = [];
  let now = 1_700_000_000_000;
  const http = (request: HttpRequest): Promise<HttpResult> => {
    requests.push(request);
    return Promise.resolve(answer(200));
  };
  const provider = httpWebhook.create(configFor('https://example.com/'), { http, now: () => now });
  await provider.send([outgoing]);
  now += 60_000;
  await provider.send([outgoing]);
  const [first, second] = requests;
  expect(first?.headers['webhook-id']).toBe('m.1');
  expect(second?.headers['webhook-id']).toBe('m.1');
  expect(Number(second?.headers['webhook-timestamp']) - Number(first?.headers['webhook-timestamp'])).toBe(60);
  expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature']);
  expect(JSON.parse(first?.body ?? '')).toEqual({
    type: 'message.send',
    timestamp: '2023-11-14T22:13:20.000Z',
    data: { key: 'm.1', address: '+8613812345678', text: 'hello' },
  });
});

describe('receipts called back', () => {
  const receivedAt = 1_700_000_000_000;
  const read = (
    payload: unknown,
    signedWith = secret,
    at = receivedAt,
  ): ReturnType<NonNullable<typeof httpWebhook.readCallback>> | undefined => {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const seconds = Math.floor(at / 1000);
    const headers = {
      'webhook-id': 'r.1',
      'webhook-timestamp': String(seconds),
      'webhook-signature': signWebhook(webhookKey(signedWith), 'r.1', seconds, body),
    };
    return httpWebhook.readCallback?.(
      { headers, body: Buffer.from(body), receivedAt },
      configFor('https://example.com/'),
    );
  };

  test('[STA-2] become reports by our own key', () => {
    const data = [
      { key: 'm.1', state: 'delivered' },
      { key: 'm.2', state: 'failed', detail: 'E-17' },
      { key: 'm.3', state: 'clicked' },
      { key: 'm.4', state: 'failed', detail: 'Mr Smith at +8613812345678 is away' },
      { key: 'm.5', state: 'failed', detail: '86-138-1234-5678' },
    ];
    expect(read({ type: 'receipts', data })).toEqual({
      kind: 'reports',
      reports: [
        { by: { key: 'm.1' }, state: 'delivered', at: receivedAt },
        {
          by: { key: 'm.2' },
          state: 'failed',
          stage: 'undelivered',
          reason: 'refusedOther',
          detail: 'E-17',
          at: receivedAt,
        },
        { by: { key: 'm.3' }, state: 'clicked', at: receivedAt },
        { by: { key: 'm.4' }, state: 'failed', stage: 'undelivered', reason: 'refusedOther', at: receivedAt },
        { by: { key: 'm.5' }, state: 'failed', stage: 'undelivered', reason: 'refusedOther', at: receivedAt },
      ],
    });
  });

  test('[CHA-2] signed by another, or too old, are forged', () => {
    expect(read({ type: 'receipts', data: [] }, 'another secret')).toEqual({ kind: 'forged' });
    expect(read({ type: 'receipts', data: [] }, secret, receivedAt - 301_000)).toEqual({ kind: 'forged' });
  });

  test('[CHA-2] of another form are malformed, whole: nothing of them counts', () => {
    expect(read('{')).toEqual({ kind: 'malformed' });
    expect(read({ type: 'other', data: [] })).toEqual({ kind: 'malformed' });
    const data = [
      { key: 'm.1', state: 'delivered' },
      { key: 'm.2', state: 'queued' },
    ];
    expect(read({ type: 'receipts', data })).toEqual({ kind: 'malformed' });
  });

  test('[CHA-2] a channel without a secret takes none', () => {
    const body = '{"type":"receipts","data":[]}';
    const headers = {
      'webhook-id': 'r.1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': signWebhook(webhookKey(''), 'r.1', 1_700_000_000, body),
    };
    const callback = { headers, body: Buffer.from(body), receivedAt };
    expect(httpWebhook.readCallback?.(callback, configFor('https://example.com/', ''))).toEqual({ kind: 'forged' });
  });
});
