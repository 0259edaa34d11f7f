/**
 * HTTP webhook: one signed POST a message to an address of one's own (Standard Webhooks), and receipts called back,
 * signed the same way. `webhook-id` is the delivery's key over all tries, so the receiver tells repeats.
 *
 *     POST {"type":"message.send","timestamp":"2026-01-31T08:00:00.000Z","data":{"key":"…","address":"…","text":"…"}}
 *     back {"type":"receipts","data":[{"key":"…","state":"delivered"|"failed"|"clicked","detail":"…"}]}
 */
import * as v from 'valibot';
import type {
  HttpResult,
  Outgoing,
  Provider,
  ProviderConfig,
  ProviderDeps,
  ProviderKind,
  Report,
  SendOutcome,
  TestOutcome,
} from '#relay/provider';
import { parseJson, toDetail, toProviderId } from './detail.ts';
import { signWebhook, verifyWebhook, webhookKey } from './standard-webhooks.ts';

const Answer = v.object({ id: v.union([v.string(), v.number()]) });
const Receipts = v.object({
  type: v.literal('receipts'),
  data: v.array(
    v.object({
      key: v.pipe(v.string(), v.regex(/^[A-Za-z0-9.]{1,200}$/)),
      state: v.picklist(['delivered', 'failed', 'clicked']),
      detail: v.optional(v.string()),
    }),
  ),
});

export const httpWebhook: ProviderKind = {
  platform: 'http-webhook',
  repeats: 'idempotent',
  create: createHttpWebhook,
  answerCallback: () => ({ status: 200, body: '{}' }),
  readCallback(callback, config) {
    const secret = config.credentials['signingSecret'] ?? '';
    if (secret === '') return { kind: 'forged' };
    const key = webhookKey(secret);
    if (!verifyWebhook(key, callback.headers, callback.body, callback.receivedAt)) return { kind: 'forged' };
    const receipts = v.safeParse(Receipts, parseJson(Buffer.from(callback.body).toString('utf8')));
    if (!receipts.success) return { kind: 'malformed' };
    return { kind: 'reports', reports: receipts.output.data.map((item) => toReport(item, callback.receivedAt)) };
  },
};

function createHttpWebhook(config: ProviderConfig, deps: ProviderDeps): Provider {
  const url = config.settings['url'] ?? '';
  const key = webhookKey(config.credentials['signingSecret'] ?? '');

  function post(id: string, type: string, data: object): Promise<HttpResult> {
    const now = deps.now();
    const seconds = Math.floor(now / 1000);
    const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data });
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Fieldcast',
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signWebhook(key, id, seconds, body),
    };
    return deps.http({ method: 'POST', url, headers, body });
  }

  async function sendOne(outgoing: Outgoing): Promise<SendOutcome> {
    const { content, address } = outgoing;
    if (content.kind !== 'text') return { kind: 'refused', stage: 'refused', reason: 'contentRefused', detail: 'kind' };
    const result = await post(outgoing.key, 'message.send', { key: outgoing.key, address, text: content.text });
    return toOutcome(result, deps.now());
  }

  return {
    batchSize: 1,
    concurrency: 128,
    groupKey: () => '',
    send: (batch) => Promise.all(batch.map(sendOne)),
    test: async () => toTestOutcome(await post(`test.${deps.now()}`, 'channel.test', {})),
    close: () => Promise.resolve(),
  };
}

/** What an answer says of the message. 5xx may have been taken all the same: a repeat does no harm here. */
function toOutcome(result: HttpResult, now: number): SendOutcome {
  if (result.kind === 'notSent') return { kind: 'unavailable', scope: 'channel', detail: result.code };
  if (result.kind === 'lost') return { kind: 'unknown', detail: result.code };
  const { status } = result;
  if (status < 300) return { kind: 'accepted', ...providerIdIn(result.body) };
  const detail = String(status);
  if (status === 429) return { kind: 'unavailable', scope: 'channel', detail, ...retryAfter(result.headers, now) };
  // A wrong secret fails every message alike: the channel waits until it is mended.
  if (status === 401 || status === 403) return { kind: 'unavailable', scope: 'channel', detail };
  if (status === 408 || status === 425) return { kind: 'unavailable', scope: 'delivery', detail };
  if (status >= 500) return { kind: 'unavailable', scope: 'delivery', detail, ...retryAfter(result.headers, now) };
  return { kind: 'refused', stage: 'refused', reason: 'refusedOther', detail };
}

function toTestOutcome(result: HttpResult): TestOutcome {
  if (result.kind !== 'answer') return { kind: 'fails', reason: 'providerUnavailable', detail: result.code };
  if (result.status < 300) return { kind: 'works' };
  const isCredentials = result.status === 401 || result.status === 403;
  return {
    kind: 'fails',
    reason: isCredentials ? 'credentialsRefused' : 'providerUnavailable',
    detail: String(result.status),
  };
}

function toReport(item: v.InferOutput<typeof Receipts>['data'][number], at: number): Report {
  const { state } = item;
  const failure = state === 'failed' ? ({ stage: 'undelivered', reason: 'refusedOther' } as const) : {};
  return { by: { key: item.key }, state, ...failure, ...toDetail(item.detail), at };
}

/** Seconds or an HTTP date; at most an hour, since the header is only a wish. */
function retryAfter(headers: Readonly<Record<string, string>>, now: number): { retryAfterMs?: number } {
  const wish = headers['retry-after'];
  if (wish === undefined) return {};
  const ms = /^\d+$/.test(wish) ? Number(wish) * 1000 : Date.parse(wish) - now;
  return Number.isFinite(ms) ? { retryAfterMs: Math.min(Math.max(ms, 0), 3_600_000) } : {};
}

function providerIdIn(body: string): { readonly providerId?: string } {
  if (!body.startsWith('{')) return {};
  const answer = v.safeParse(Answer, parseJson(body));
  return answer.success ? toProviderId(answer.output.id) : {};
}
