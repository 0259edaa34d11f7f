/**
 * Tencent Cloud SMS, API 3.0: SendSms of 2021-01-11, TC3 signature, status callbacks (its documents 382/55981 and 382/43547).
 * Up to 200 numbers with equal parameters share a call; Tencent cannot tell a repeated call from a first one.
 */
import * as v from 'valibot';
import type {
  HttpResult,
  OnLeaving,
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
import { tc3Authorization } from './tc3.ts';
import { holdsChannel, outcomeOfCode, reasonOfStatus } from './tencent-codes.ts';

const NUMBERS_PER_CALL = 200;
const SESSION_CONTEXT_BYTES = 511;

const Failure = v.object({ Response: v.object({ Error: v.object({ Code: v.string() }) }) });
const Status = v.object({
  PhoneNumber: v.optional(v.string(), ''),
  SerialNo: v.optional(v.string(), ''),
  Code: v.string(),
});
const Sent = v.object({ Response: v.object({ SendStatusSet: v.array(Status) }) });
type Status = v.InferOutput<typeof Status>;
const Callback = v.array(
  v.object({
    sid: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
    report_status: v.string(),
    errmsg: v.optional(v.string(), ''),
    user_receive_time: v.optional(v.string(), ''),
  }),
);

export const tencentSms: ProviderKind = {
  platform: 'tencent-sms',
  repeats: 'none',
  create: createTencentSms,
  answerCallback: () => ({ status: 200, body: '{"result":0,"errmsg":"OK"}' }),
  // Tencent signs nothing: that the callback came in is all there is, by the secret in its address.
  readCallback(callback) {
    const items = v.safeParse(Callback, parseJson(Buffer.from(callback.body).toString('utf8')));
    if (!items.success) return { kind: 'malformed' };
    return { kind: 'reports', reports: items.output.map((item) => toReport(item, callback.receivedAt)) };
  },
};

function createTencentSms(config: ProviderConfig, deps: ProviderDeps): Provider {
  const endpoint = URL.parse(config.settings['endpoint'] ?? '');
  const host = endpoint?.host ?? '';

  function call(action: string, payload: object, onLeaving?: OnLeaving): Promise<HttpResult> {
    const body = JSON.stringify(payload);
    const timestamp = Math.floor(deps.now() / 1000);
    const contentType = 'application/json; charset=utf-8';
    const authorization = tc3Authorization({
      secretId: config.credentials['secretId'] ?? '',
      secretKey: config.credentials['secretKey'] ?? '',
      service: 'sms',
      timestamp,
      signedHeaders: { 'content-type': contentType, host, 'x-tc-action': action.toLowerCase() },
      body,
    });
    const headers = {
      host,
      'content-type': contentType,
      authorization,
      'x-tc-action': action,
      'x-tc-version': '2021-01-11',
      'x-tc-region': config.settings['region'] ?? '',
      'x-tc-timestamp': String(timestamp),
    };
    return deps.http({ method: 'POST', url: `${endpoint?.origin ?? ''}/`, headers, body, onLeaving });
  }

  async function sendCall(call_: readonly Outgoing[], onLeaving?: OnLeaving): Promise<readonly SendOutcome[]> {
    const [first] = call_;
    if (first === undefined || first.content.kind !== 'sms-template') return call_.map(() => wrongKind);
    const { templateId, parameters } = first.content;
    const signName = config.settings['signName'] ?? '';
    const result = await call(
      'SendSms',
      {
        PhoneNumberSet: call_.map((outgoing) => outgoing.address),
        SmsSdkAppId: config.settings['sdkAppId'] ?? '',
        TemplateId: templateId,
        ...(signName === '' ? {} : { SignName: signName }),
        ...(parameters.length === 0 ? {} : { TemplateParamSet: parameters }),
        ...(call_.length === 1 && first.key.length <= SESSION_CONTEXT_BYTES ? { SessionContext: first.key } : {}),
      },
      onLeaving,
    );
    return toOutcomes(result, call_);
  }

  return {
    batchSize: NUMBERS_PER_CALL,
    concurrency: 20,
    groupKey,
    tellsLeaving: true,
    async send(batch, onLeaving) {
      const outcomes = new Map<Outgoing, SendOutcome>();
      const calls = toCalls(batch.filter((outgoing) => !isSpoiled(outgoing, outcomes)));
      const answers = await Promise.all(calls.map((numbers) => sendCall(numbers, onLeaving)));
      calls.forEach((numbers, at) =>
        numbers.forEach((one, i) => outcomes.set(one, answers[at]?.[i] ?? { kind: 'unknown' })),
      );
      return batch.map((outgoing) => outcomes.get(outgoing) ?? { kind: 'unknown' });
    },
    // A question about today's figures: it needs the same keys and the same application, and sends nothing.
    async test() {
      const day = new Date(deps.now() + BEIJING_AHEAD_MS).toISOString().slice(0, 10).replaceAll('-', '');
      const question = { BeginTime: `${day}00`, EndTime: `${day}23`, SmsSdkAppId: config.settings['sdkAppId'] ?? '' };
      return toTestOutcome(await call('SendStatusStatistics', { ...question, Limit: 0, Offset: 0 }));
    },
    close: () => Promise.resolve(),
  };
}

const wrongKind: SendOutcome = { kind: 'refused', stage: 'refused', reason: 'contentRefused', detail: 'kind' };

/** Tencent takes no call that mixes mainland numbers with others, and one set of parameters a call. */
function groupKey({ address, content }: Outgoing): string {
  if (content.kind !== 'sms-template') return '';
  return JSON.stringify([address.startsWith('+86'), content.templateId, ...content.parameters]);
}

/** Settles what needs no call. */
function isSpoiled(outgoing: Outgoing, outcomes: Map<Outgoing, SendOutcome>): boolean {
  if (outgoing.content.kind !== 'sms-template') outcomes.set(outgoing, wrongKind);
  else if (!/^\+[1-9]\d{5,14}$/.test(outgoing.address)) {
    outcomes.set(outgoing, { kind: 'refused', stage: 'invalidTarget', reason: 'addressInvalid' });
  }
  return outcomes.has(outgoing);
}

/** By group and size; a number that comes twice goes into a call of its own, or its answers could not be told apart. */
function toCalls(batch: readonly Outgoing[]): Outgoing[][] {
  const open = new Map<string, Outgoing[]>();
  const calls: Outgoing[][] = [];
  for (const outgoing of batch) {
    const key = groupKey(outgoing);
    const current = open.get(key);
    if (current && current.length < NUMBERS_PER_CALL && !current.some(({ address }) => address === outgoing.address)) {
      current.push(outgoing);
    } else {
      const started = [outgoing];
      open.set(key, started);
      calls.push(started);
    }
  }
  return calls;
}

function toOutcomes(result: HttpResult, call: readonly Outgoing[]): readonly SendOutcome[] {
  const same = (outcome: SendOutcome): readonly SendOutcome[] => call.map(() => outcome);
  if (result.kind === 'notSent') return same({ kind: 'unavailable', scope: 'channel', detail: result.code });
  if (result.kind === 'lost') return same({ kind: 'unknown', detail: result.code });
  const answer = parseJson(result.body);
  const failure = v.safeParse(Failure, answer);
  if (failure.success) return same(outcomeOfCode(failure.output.Response.Error.Code));
  const sent = v.safeParse(Sent, answer);
  if (result.status === 200 && sent.success) {
    const statuses = sent.output.Response.SendStatusSet;
    return call.map((outgoing, position) => toOutcome(statusOf(outgoing, position, statuses)));
  }
  // Not Tencent's own words: a proxy or a wrong address answered. Below 500 it passed nothing on.
  const detail = `HTTP.${result.status}`;
  const passedNothing = result.status >= 300 && result.status < 500 && result.status !== 408;
  return same(passedNothing ? { kind: 'unavailable', scope: 'channel', detail } : { kind: 'unknown', detail });
}

/** By position and number; where the order was changed, by the number if it is named once. */
function statusOf(outgoing: Outgoing, position: number, statuses: readonly Status[]): Status | undefined {
  const number = bareNumber(outgoing.address);
  const there = statuses[position];
  if (there !== undefined && bareNumber(there.PhoneNumber) === number) return there;
  const named = statuses.filter((status) => bareNumber(status.PhoneNumber) === number);
  return named.length === 1 ? named[0] : undefined;
}

function toOutcome(status: Status | undefined): SendOutcome {
  if (status === undefined) return { kind: 'unknown', detail: 'unmentioned' };
  if (status.Code.toLowerCase() === 'ok') return { kind: 'accepted', ...toProviderId(status.SerialNo) };
  return outcomeOfCode(status.Code);
}

/** Digits with country code; mainland numbers come back with `+86`, `0086`, `86` or nothing before their 11 digits. */
function bareNumber(number: string): string {
  const digits = number.replace(/\D/g, '').replace(/^00/, '');
  return /^1\d{10}$/.test(digits) && !number.startsWith('+') ? `86${digits}` : digits;
}

function toTestOutcome(result: HttpResult): TestOutcome {
  if (result.kind !== 'answer') return { kind: 'fails', reason: 'providerUnavailable', detail: result.code };
  const answer = parseJson(result.body);
  const failure = v.safeParse(Failure, answer);
  if (failure.success) {
    const code = failure.output.Response.Error.Code;
    const reason = holdsChannel(code) ? 'credentialsRefused' : 'refusedOther';
    return { kind: 'fails', reason, ...toDetail(code) };
  }
  const isTencent = v.safeParse(v.object({ Response: v.object({}) }), answer).success;
  if (result.status === 200 && isTencent) return { kind: 'works' };
  return { kind: 'fails', reason: 'providerUnavailable', detail: `HTTP.${result.status}` };
}

const BEIJING_AHEAD_MS = 8 * 3_600_000;

function toReport(item: v.InferOutput<typeof Callback>[number], receivedAt: number): Report {
  const at = beijingTime(item.user_receive_time) ?? receivedAt;
  const by = { providerId: item.sid };
  if (item.report_status === 'SUCCESS') return { by, state: 'delivered', at };
  return {
    by,
    state: 'failed',
    stage: 'undelivered',
    reason: reasonOfStatus(item.errmsg),
    ...toDetail(item.errmsg),
    at,
  };
}

/** `2015-10-17 08:03:04` on a clock in Beijing, which keeps no summer time. */
function beijingTime(text: string): number | undefined {
  const at = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(' ', 'T')}+08:00`) : NaN;
  return Number.isNaN(at) ? undefined : at;
}
