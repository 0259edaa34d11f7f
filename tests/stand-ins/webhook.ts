/**
 * A receiver of HTTP webhooks that checks Standard Webhooks signatures by its own code and tells repeats by `webhook-id`.
 * Its journal lies in memory, one line an id, for thousands of calls a second: GET /journal, GET /figures.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createQueue, createRandom, onOrder, pause, readOptions, ready, shuffled } from './process.ts';

export interface WebhookOptions {
  readonly journalFile?: string;
  /** As entered in the channel: `whsec_…`. */
  readonly secret: string;
  readonly seed?: number;
  readonly order?: WebhookOrder;
}

export interface WebhookOrder {
  readonly delayMs?: readonly [number, number];
  readonly perSecond?: number;
  /** How many of ten calls end so; `lostAfter`: taken, and the connection reset before the answer. */
  readonly faults?: { readonly status?: number; readonly ofTen?: number; readonly lostAfter?: number };
  /** By address: a status to answer. */
  readonly refuse?: Readonly<Record<string, number>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends signed receipts for all that was taken: in any order, some twice. */
  readonly report?: { readonly url: string; readonly doubled?: boolean; readonly failedAddresses?: readonly string[] };
}

export interface WebhookLine {
  /** `webhook-id`, which is the delivery's key. */
  readonly id: string;
  readonly address: string;
  readonly text: string;
  /** Calls with a sound signature; those answered; those whose caller hung up before. */
  calls: number;
  answered: number;
  gone: number;
  /** 1 once taken: a repeat has no effect. */
  effects: number;
  readonly at: number;
}

export interface WebhookFigures {
  readonly calls: number;
  readonly effects: number;
  readonly forged: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

const options = readOptions<WebhookOptions>();
const key = options.secret.startsWith('whsec_')
  ? Buffer.from(options.secret.slice(6), 'base64')
  : Buffer.from(options.secret);
const random = createRandom(options.seed ?? 1);
const waitFor = createQueue();
const lines = new Map<string, WebhookLine>();
const figures = { calls: 0, effects: 0, forged: 0, firstAt: 0, lastAt: 0 };
let order: WebhookOrder = options.order ?? {};

onOrder<WebhookOrder>(async (next) => {
  order = { ...order, ...next };
  if (next.report !== undefined) await report(next.report);
});

const server = createServer((request, response) => {
  if (request.method === 'GET') return look(request, response);
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => take(request, response, body));
});
server.keepAliveTimeout = 60_000;

function look(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(request.url === '/journal' ? [...lines.values()] : figures));
}

function take(request: IncomingMessage, response: ServerResponse, body: string): void {
  figures.lastAt = Date.now();
  if (figures.firstAt === 0) figures.firstAt = figures.lastAt;
  if (!isSound(request, body)) {
    figures.forged += 1;
    response.writeHead(401).end();
    return;
  }
  const { type, data } = JSON.parse(body) as { type: string; data: { key?: string; address?: string; text?: string } };
  if (type !== 'message.send') {
    response.writeHead(204).end();
    return;
  }
  figures.calls += 1;
  const id = String(request.headers['webhook-id']);
  let line = lines.get(id);
  if (line === undefined) {
    const { address = '', text = '' } = data;
    line = { id, address, text, calls: 0, answered: 0, gone: 0, effects: 0, at: figures.lastAt };
    lines.set(id, line);
  }
  line.calls += 1;
  if (data.key !== id) return void response.writeHead(400).end();
  const [least, most] = order.delayMs ?? [0, 0];
  const wait = Math.max(most === 0 ? 0 : least + random() * (most - least), waitFor(1, order.perSecond));
  if (wait === 0) answer(line, request, response);
  else void pause(wait).then(() => answer(line, request, response));
}

function answer(line: WebhookLine, request: IncomingMessage, response: ServerResponse): void {
  const { status = 500, ofTen = 0, lostAfter = 0 } = order.faults ?? {};
  const draw = ofTen + lostAfter === 0 ? 10 : random() * 10;
  const refusal = order.refuse?.[line.address];
  if (refusal !== undefined || draw < ofTen) {
    line.answered += 1;
    response.writeHead(refusal ?? status, order.headers).end();
    return;
  }
  if (line.effects === 0) figures.effects += 1;
  line.effects = 1;
  if (request.socket.destroyed) {
    line.gone += 1;
  } else if (draw < ofTen + lostAfter) {
    line.gone += 1;
    request.socket.resetAndDestroy();
  } else {
    line.answered += 1;
    response.end('{"taken":true}');
  }
}

function isSound(request: IncomingMessage, body: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const expected = Buffer.from(`v1,${sign(String(id), String(timestamp), body)}`);
  const given = Buffer.from(String(signature));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const sign = (id: string, timestamp: string, body: string): string =>
  createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');

async function report(to: NonNullable<WebhookOrder['report']>): Promise<void> {
  const taken = [...lines.values()].filter(({ effects }) => effects === 1);
  const items = taken.map(({ id, address }) =>
    to.failedAddresses?.includes(address)
      ? { key: id, state: 'failed', detail: 'E7' }
      : { key: id, state: 'delivered' },
  );
  const all = shuffled(to.doubled ? [...items, ...items] : items, random);
  for (let from = 0; from < all.length; from += 100) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const body = JSON.stringify({ type: 'receipts', data: all.slice(from, from + 100) });
    const id = `receipts.${from}`;
    const signature = `v1,${sign(id, timestamp, body)}`;
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    await fetch(to.url, { method: 'POST', headers, body });
  }
}

server.listen(0, '127.0.0.1', 1024, () => {
  const address = server.address();
  ready({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
