/**
 * Starts a stand-in in a process of its own, so that killing the relay or the test leaves its journal whole.
 * Options go in by argument, orders by message; the verdict of a test comes from the journal alone.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SmtpLine, SmtpOptions, SmtpOrder } from './smtp.ts';
import type { TencentLine, TencentOptions, TencentOrder } from './tencent.ts';
import type { WebhookFigures, WebhookLine, WebhookOptions, WebhookOrder } from './webhook.ts';

export interface StandIn<Order, Line> {
  readonly port: number;
  /** `http://127.0.0.1:…`, or `smtp://…` */
  readonly url: string;
  /** PEM, where it offers TLS. */
  readonly certificate: string | undefined;
  readonly pid: number;
  /** Changes how it behaves; resolves when the order is carried out. */
  readonly tell: (order: Order) => Promise<void>;
  readonly journal: () => Promise<readonly Line[]>;
  readonly stop: () => Promise<void>;
}

export const startSmtp = (options: SmtpOptions = {}): Promise<StandIn<SmtpOrder, SmtpLine>> =>
  start('smtp', 'smtp', options);

export const startTencent = (options: TencentOptions): Promise<StandIn<TencentOrder, TencentLine>> =>
  start('tencent', 'http', options);

export type WebhookStandIn = StandIn<WebhookOrder, WebhookLine> & { readonly figures: () => Promise<WebhookFigures> };

/** Keeps its journal in memory, for speed; asked for over HTTP. */
export async function startWebhook(options: WebhookOptions): Promise<WebhookStandIn> {
  const standIn = await start<WebhookOrder, WebhookLine>('webhook', 'http', options);
  const ask = async (path: string): Promise<unknown> => (await fetch(standIn.url + path)).json();
  return {
    ...standIn,
    journal: async () => (await ask('/journal')) as readonly WebhookLine[],
    figures: async () => (await ask('/figures')) as WebhookFigures,
  };
}

async function start<Order, Line>(name: string, scheme: string, options: object): Promise<StandIn<Order, Line>> {
  const journalFile = join(mkdtempSync(join(tmpdir(), `fieldcast-${name}-`)), 'journal.jsonl');
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, JSON.stringify({ journalFile, ...options })], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((fulfil) => child.once('exit', () => fulfil()));
  const first = await new Promise<string>((fulfil, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) fulfil(text.slice(0, text.indexOf('\n')));
    });
    child.once('exit', (code) => reject(new Error(`The stand-in ${name} ended at its start (${code})`)));
  });
  const { port, certificate } = JSON.parse(first) as { port: number; certificate?: string };

  let orders = 0;
  const waiting = new Map<number, () => void>();
  child.on('message', (message) => {
    const { done } = message as { done: number };
    waiting.get(done)?.();
    waiting.delete(done);
  });
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    certificate,
    pid: child.pid ?? 0,
    tell: (order) =>
      new Promise<void>((fulfil) => {
        orders += 1;
        waiting.set(orders, fulfil);
        child.send({ id: orders, order });
      }),
    journal: () => Promise.resolve(readLines<Line>(journalFile)),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function readLines<Line>(file: string): readonly Line[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}
