/**
 * A whole relay without a port: the real store on a real file, the real gate, and providers that keep a journal.
 * The clock stands still until a test moves it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Platform } from '#domain/channel';
import type { ContactId, WorkspaceId } from '#domain/ids';
import { encodeRecipients } from '#log/block';
import type { KnownPerson } from '#relay/audience/types';
import { createLinks } from '#relay/auth/links';
import { createRateLimiter, type RateLimiter } from '#relay/auth/rate-limit';
import { SESSION_COOKIE, SESSION_MS } from '#relay/auth/session-cookie';
import { createToken, hashToken } from '#relay/auth/tokens';
import { createBlocks } from '#relay/blocks/blocks';
import { createFolderBlockFiles } from '#relay/blocks/folder-block-files';
import { createContentState } from '#relay/documents/content-state';
import { createErasures, type ErasuresDeps } from '#relay/erasure/erasures';
import { createEventStreams } from '#relay/http/event-streams';
import { readHello } from '#relay/http/hello';
import { createHttp } from '#relay/http/http';
import { createKeyring } from '#relay/keyring';
import { createLog } from '#relay/log';
import { createMetrics } from '#relay/metrics';
import type { Outgoing, Provider, ProviderKind, TestOutcome } from '#relay/provider';
import { createSite } from '#relay/static';
import { createSqliteStore } from '#relay/store/sqlite';

export const ORIGIN = 'http://localhost:8080';
export const METRICS_TOKEN = 'metrics-token-of-this-test';
const PAGE =
  '<!doctype html><script>document.documentElement.dataset.started = "yes"</script><script src="/a.js"></script>';

export type RelayFixture = Awaited<ReturnType<typeof createRelayFixture>>;

export interface Ask {
  readonly cookie?: string;
  readonly json?: unknown;
  readonly body?: Uint8Array<ArrayBuffer> | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `limiter`: for whoever lives through a year in a second. */
export async function createRelayFixture(limiter: RateLimiter = createRateLimiter()) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcast-http-'));
  const databasePath = join(folder, 'relay.sqlite');
  const clock = { now: Date.UTC(2026, 0, 15, 9) };
  const now = () => clock.now;
  const store = createSqliteStore(databasePath);
  const blocks = createBlocks({ store, files: createFolderBlockFiles(join(folder, 'blocks')) });
  const keyring = createKeyring([randomBytes(32)]);
  const logLines: string[] = [];
  const log = createLog('trace', { write: (line) => logLines.push(line) });
  const metrics = createMetrics(store, { process: 'left' });
  const contentState = createContentState(store.documents);
  const streams = createEventStreams({
    ...{ store, metrics, now, pingMs: 200 },
    hello: (actor) => readHello({ store, contentState, publicUrl: () => ORIGIN }, actor),
  });
  const links = createLinks(store, folder);
  const journal = createJournal();
  const calls = { queued: 0, callbacks: 0, changed: [] as string[] };
  /** What the audience process would say of an id; unsaid, it is a person by itself. */
  const people = new Map<ContactId, KnownPerson>();
  const audience: ErasuresDeps['audience'] = {
    persons: async (workspace, ids) => ({
      ...{ kind: 'answered', upTo: await store.lastPosition(workspace), waiting: 0 },
      value: ids.map((id) => people.get(id) ?? { contacts: [id], keys: [id], refusing: {} }),
    }),
    binned: () => Promise.resolve({ kind: 'answered', value: [], upTo: 0, waiting: 0 }),
  };
  const erasures = createErasures({ store, blocks, audience, log, now, onErased: streams.raise });
  const app = createHttp({
    store,
    blocks,
    erasures,
    keyring,
    providers: journal.providers,
    providerDeps: { http: () => Promise.resolve({ kind: 'notSent', code: 'TEST' }), now },
    links,
    limiter,
    streams,
    metrics,
    log,
    site: await createSite(builtSite(folder)),
    now,
    publicUrl: () => ORIGIN,
    retentionDays: 60,
    metricsToken: METRICS_TOKEN,
    onMessageQueued: () => (calls.queued += 1),
    onCallbackStored: () => (calls.callbacks += 1),
    onChannelChanged: (_workspace, code) => calls.changed.push(code),
  });

  /** As the app asks: with its own origin, unless a test says otherwise. */
  async function ask(method: string, path: string, { cookie, json, body, headers }: Ask = {}): Promise<Response> {
    return app.request(`${ORIGIN}${path}`, {
      method,
      headers: { origin: ORIGIN, ...(cookie !== undefined && { cookie: `${SESSION_COOKIE}=${cookie}` }), ...headers },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(body !== undefined && { body }),
    });
  }

  async function claim(): Promise<string> {
    const token = await links.createClaim(clock.now);
    const answer = await ask('POST', '/api/claim', { json: claimOf(token ?? '') });
    return cookieOf(answer) ?? '';
  }

  /** An owner of a workspace that no route can make yet, written straight into the tables. */
  function addForeignOwner(): string {
    const token = createToken();
    const database = new Sqlite(databasePath);
    const workspace = 'foreignWorkspace';
    database.prepare('INSERT INTO workspaces VALUES (?, ?, ?, ?)').run(workspace, 'Other', 'saltsalt', clock.now);
    database.prepare('INSERT INTO members VALUES (?, ?, ?, ?)').run('foreignMember', workspace, 'Other', 'owner');
    database
      .prepare('INSERT INTO sessions (token_hash, member, workspace, created_at, expires_at) VALUES (?, ?, ?, ?, ?)')
      .run(hashToken(token), 'foreignMember', workspace, clock.now, clock.now + SESSION_MS);
    database.close();
    return token;
  }

  return {
    folder,
    clock,
    store,
    blocks,
    erasures,
    people,
    keyring,
    links,
    log,
    logLines,
    metrics,
    streams,
    journal,
    calls,
    app,
    ask,
    claim,
    addForeignOwner,
    async close() {
      streams.closeAll();
      await erasures.settled();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The value of the session cookie that an answer sets. */
export function cookieOf(answer: Response): string | undefined {
  return new RegExp(`${SESSION_COOKIE}=([^;]+)`).exec(answer.headers.get('set-cookie') ?? '')?.[1];
}

export function claimOf(token: string) {
  const workspace = { id: 'workspaceOne' as WorkspaceId, name: 'Field team', salt: 'c2FsdHNhbHQ' };
  return { token, workspace, memberName: 'Ada' };
}

/** As the route answers where there are none; the revision is the hash of an empty list. */
export const NO_CHANNELS = { channels: [], revision: 'T1PNoYwrqgw' };

export const WEBHOOK = {
  code: 'hook1',
  name: 'Webhook',
  platform: 'http-webhook',
  settings: { url: 'https://example.com/in', addressField: 'phone' },
  credentials: { signingSecret: 'whsec_canary-secret' },
};

export async function recipientsOf(addresses: readonly string[]) {
  const contacts = addresses.map((_, index) => index.toString(16).padStart(16, '0') as ContactId);
  const count = addresses.length;
  return encodeRecipients({ kind: 'recipients', count, contacts, addresses, variables: {} });
}

export function messageOf(id: string, parts: readonly { hash: string; rows: number }[], text = 'Hello') {
  const effective = parts.reduce((sum, { rows }) => sum + rows, 0);
  return {
    id,
    channel: WEBHOOK.code,
    content: { kind: 'text', text },
    priority: 'medium',
    planned: effective,
    effective,
    parts: parts.map(({ hash, rows }) => ({ hash, count: rows })),
  };
}

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

function builtSite(folder: string): string {
  const site = join(folder, 'build');
  const files = {
    'index.html': PAGE,
    'service-worker.js': 'self;',
    '_app/immutable/chunk.js': `export const text = '${'x'.repeat(5_000)}';`,
    'manifest.webmanifest': '{}',
    '.stamp': 'not served',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(site, name, '..'), { recursive: true });
    writeFileSync(join(site, name), text);
  }
  return site;
}

/** Providers that note what they were asked to send, and answer what a test wants. */
function createJournal() {
  const sent: Outgoing[] = [];
  const state: { tested: TestOutcome; opened: number; closed: number } = {
    tested: { kind: 'works' },
    opened: 0,
    closed: 0,
  };
  const provider: Provider = {
    batchSize: 1,
    concurrency: 1,
    groupKey: () => '',
    send(batch) {
      sent.push(...batch);
      return Promise.resolve(batch.map(() => ({ kind: 'accepted' }) as const));
    },
    test: () => Promise.resolve(state.tested),
    close() {
      state.closed += 1;
      return Promise.resolve();
    },
  };
  const kindOf = (platform: Platform): ProviderKind => ({
    platform,
    repeats: 'idempotent',
    create() {
      state.opened += 1;
      return { ...provider };
    },
    ...(platform !== 'smtp' && {
      answerCallback: () => ({ status: 200, body: '{"ok":true}' }),
      readCallback({ body }) {
        const text = Buffer.from(body).toString();
        if (text === 'throws') throw new Error('unexpected bytes');
        if (text === 'forged' || text === 'malformed') return { kind: text };
        return { kind: 'reports', reports: [{ by: { key: text }, state: 'delivered', at: Date.UTC(2026, 0, 15) }] };
      },
    }),
  });
  const providers = {
    smtp: kindOf('smtp'),
    'tencent-sms': kindOf('tencent-sms'),
    'http-webhook': kindOf('http-webhook'),
  };
  return { sent, state, providers };
}
