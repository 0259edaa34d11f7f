/**
 * Tencent SMS as its documents have it (382/55981, 382/43547), written from them alone: it knows nothing of the relay's code.
 * Takes at most so many messages a second and lets the rest wait; keeps a journal of every number's call.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { checkTc3 } from './tc3-check.ts';
import { createQueue, createRandom, onOrder, openJournal, pause, readOptions, ready, shuffled } from './process.ts';

export interface TencentOptions {
  readonly journalFile?: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly sdkAppId: string;
  readonly seed?: number;
  readonly order?: TencentOrder;
}

export interface TencentOrder {
  /** Before an answer: from, to. */
  readonly delayMs?: readonly [number, number];
  readonly perSecond?: number;
  /** By number, or `*` for the whole call: a code of Tencent's. */
  readonly refuse?: Readonly<Record<string, string>>;
  /** How many of ten calls end so, the rest as they should. */
  readonly faults?: {
    readonly half?: number;
    readonly serverError?: number;
    readonly reset?: number;
    readonly garbage?: number;
  };
  /** Posts the reports of all that was taken and not yet reported: in any order, some twice, some failed. */
  readonly report?: { readonly url: string; readonly doubled?: boolean; readonly failedNumbers?: readonly string[] };
  /** Posts reports by itself, so long after each answer. */
  readonly reportTo?: { readonly url: string; readonly afterMs: number };
}

export interface TencentLine {
  /** `gone`: the caller hung up before its answer. `denied`: the signature or a field did not hold. */
  readonly event: 'began' | 'answered' | 'cut' | 'gone' | 'denied' | 'reported';
  readonly call: number;
  readonly address: string;
  /** SessionContext, where there was one. */
  readonly key: string;
  readonly at: number;
  readonly code?: string;
  readonly serial?: string;
  readonly parameters?: readonly string[];
  readonly size?: number;
}

interface Taken {
  readonly serial: string;
  readonly address: string;
}
interface SendSms {
  readonly PhoneNumberSet?: readonly string[];
  readonly SmsSdkAppId?: string;
  readonly TemplateId?: string;
  readonly TemplateParamSet?: readonly string[];
  readonly SignName?: string;
  readonly SessionContext?: string;
}

const options = readOptions<TencentOptions>();
const journal = openJournal<TencentLine>(options.journalFile);
const random = createRandom(options.seed ?? 1);
const waitFor = createQueue();
let order: TencentOrder = options.order ?? {};
let calls = 0;
let serials = 0;
let unreported: Taken[] = [];

onOrder<TencentOrder>(async (next) => {
  order = { ...order, ...next };
  if (next.report !== undefined) await report(next.report, unreported.splice(0));
});

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => void answer(request, response, Buffer.concat(chunks)));
});

async function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
  calls += 1;
  const call = calls;
  const denial = checkTc3(request, body, options, Date.now());
  if (denial !== undefined) {
    journal({ event: 'denied', call, address: '', key: '', code: denial });
    return end(response, { Error: { Code: denial, Message: 'denied' } });
  }
  if (request.headers['x-tc-action'] === 'SendStatusStatistics') return end(response, { SendStatusStatistics: {} });
  const payload = JSON.parse(body.toString('utf8')) as SendSms;
  const fault = faultOf(payload);
  if (fault !== undefined) {
    journal({ event: 'denied', call, address: '', key: payload.SessionContext ?? '', code: fault });
    return end(response, { Error: { Code: fault, Message: 'denied' } });
  }
  await take(call, payload, request, response);
}

/** What Tencent refuses a whole call for. */
function faultOf(payload: SendSms): string | undefined {
  const numbers = payload.PhoneNumberSet ?? [];
  const mainland = numbers.filter((number) => number.startsWith('+86')).length;
  if (numbers.length === 0 || payload.TemplateId === undefined) return 'MissingParameter';
  if (payload.SmsSdkAppId !== options.sdkAppId) return 'UnauthorizedOperation.SmsSdkAppIdVerifyFail';
  if (numbers.length > 200) return 'LimitExceeded.PhoneNumberCountLimit';
  if (mainland > 0 && mainland < numbers.length)
    return 'UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber';
  if (mainland > 0 && !payload.SignName) return 'FailedOperation.SignatureIncorrectOrUnapproved';
  return order.refuse?.['*'];
}

async function take(call: number, payload: SendSms, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const numbers = payload.PhoneNumberSet ?? [];
  const key = payload.SessionContext ?? '';
  const parameters = payload.TemplateParamSet ?? [];
  for (const address of numbers) journal({ event: 'began', call, address, key, parameters, size: numbers.length });
  const [least, most] = order.delayMs ?? [0, 0];
  const draw = random() * 10;
  const wait = Math.max(least + random() * (most - least), waitFor(numbers.length, order.perSecond));
  if (wait > 0) await pause(wait);

  const statuses = numbers.map((address) => statusOf(address, key));
  const taken = statuses.filter(({ Code }) => Code === 'Ok');
  const sent = taken.map(({ SerialNo, PhoneNumber }) => ({ serial: SerialNo, address: PhoneNumber }));
  unreported.push(...sent);
  const { half = 0, serverError = 0, reset = 0, garbage = 0 } = order.faults ?? {};
  const say = (event: 'answered' | 'cut' | 'gone', of: typeof statuses): void => {
    for (const one of of) journal({ event, call, address: one.PhoneNumber, key, code: one.Code, serial: one.SerialNo });
  };
  if (request.socket.destroyed) return say('gone', statuses);
  if (draw < reset) {
    say('cut', statuses);
    request.socket.resetAndDestroy();
  } else if (draw < reset + serverError) {
    say('cut', statuses);
    response.writeHead(500).end('Internal Server Error');
  } else if (draw < reset + serverError + garbage) {
    say('cut', statuses);
    response.writeHead(200).end('{"Response":{"SendStatusSet":');
  } else if (draw < reset + serverError + garbage + half) {
    const half_ = statuses.slice(0, Math.floor(statuses.length / 2));
    say('answered', half_);
    say('cut', statuses.slice(half_.length));
    end(response, { SendStatusSet: half_ });
  } else {
    say('answered', statuses);
    end(response, { SendStatusSet: statuses });
  }
  const { reportTo } = order;
  if (reportTo === undefined) return;
  await pause(reportTo.afterMs);
  unreported = unreported.filter((one) => !sent.includes(one));
  await report({ url: reportTo.url }, sent);
}

function statusOf(
  address: string,
  key: string,
): { SerialNo: string; PhoneNumber: string; Code: string; [more: string]: unknown } {
  const code = order.refuse?.[address];
  serials += code === undefined ? 1 : 0;
  const serial = code === undefined ? `5000:${Date.now()}${String(serials).padStart(8, '0')}` : '';
  const more = { Fee: 1, SessionContext: key, Message: code ?? `sent to ${address}`, IsoCode: 'CN' };
  return { SerialNo: serial, PhoneNumber: address, Code: code ?? 'Ok', ...more };
}

function end(response: ServerResponse, content: object): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ Response: { ...content, RequestId: 'stand-in' } }));
}

async function report(to: NonNullable<TencentOrder['report']>, taken: readonly Taken[]): Promise<void> {
  const reports = taken.map(({ serial, address }) => {
    const isFailed = to.failedNumbers?.includes(address) ?? false;
    return {
      user_receive_time: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
      nationcode: '86',
      mobile: address.slice(3),
      report_status: isFailed ? 'FAIL' : 'SUCCESS',
      errmsg: isFailed ? 'MK:0001' : 'DELIVRD',
      description: 'a text of the carrier',
      sid: serial,
    };
  });
  const all = shuffled(to.doubled ? [...reports, ...reports] : reports, random);
  for (let from = 0; from < all.length; from += 50) {
    const headers = { 'content-type': 'application/json' };
    await post(to.url, { method: 'POST', headers, body: JSON.stringify(all.slice(from, from + 50)) });
  }
  for (const { serial, address } of taken) journal({ event: 'reported', call: 0, address, key: '', serial });
}

/** Tries for a while, as a provider does while the relay is being started again. */
async function post(url: string, request: RequestInit): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const response = await fetch(url, request).catch(() => undefined);
    if (response?.ok && (await response.text()) === '{"result":0,"errmsg":"OK"}') return;
    await pause(100);
  }
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  ready({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
