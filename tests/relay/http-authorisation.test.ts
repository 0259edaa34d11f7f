/**
 * The authorisation matrix: every row of the route table, tried by every kind of actor. What each must hear is written
 * down here by hand; a route without its row fails.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { ROUTES } from '#relay/http/routes';
import { SESSION_MS } from '#relay/auth/session-cookie';
import { createToken } from '#relay/auth/tokens';
import {
  METRICS_TOKEN,
  NO_CHANNELS,
  WEBHOOK,
  claimOf,
  createRelayFixture,
  messageOf,
  recipientsOf,
  sha256,
  type Ask,
  type RelayFixture,
} from './http-fixture.ts';

const ACTORS = ['nobody', 'expired', 'forged', 'owner', 'foreignOwner', 'foreignOrigin'] as const;
type Actor = (typeof ACTORS)[number];
/** A status, or the word of a problem. */
type Hears = number | string;

const ERASURE = {
  ...{ id: 'erased-before', device: 'a-relay', time: 1, format: 1 },
  body: { kind: 'erasure', contacts: ['0'.repeat(16)], keys: [] },
};
const MEMBERS_ONLY = { nobody: 'signedOut', expired: 'signedOut', forged: 'signedOut', foreignOrigin: 'foreignOrigin' };
const OPEN = { nobody: 200, expired: 200, forged: 200, owner: 200, foreignOwner: 200 };

const EXPECTED: Readonly<Record<string, Readonly<Record<Actor, Hears>>>> = {
  'GET /api/session': { ...OPEN, foreignOrigin: 'foreignOrigin' },
  // The relay is claimed: no link opens it again, whoever asks.
  'POST /api/claim': {
    nobody: 'linkSpent',
    expired: 'linkSpent',
    forged: 'linkSpent',
    owner: 'linkSpent',
    foreignOwner: 'linkSpent',
    foreignOrigin: 'foreignOrigin',
  },
  'POST /api/sign-in': {
    nobody: 'linkSpent',
    expired: 'linkSpent',
    forged: 'linkSpent',
    owner: 'linkSpent',
    foreignOwner: 'linkSpent',
    foreignOrigin: 'foreignOrigin',
  },
  'POST /api/sign-out': { ...OPEN, foreignOrigin: 'foreignOrigin' },
  'POST /api/links': { ...MEMBERS_ONLY, owner: 201, foreignOwner: 201 },
  'GET /api/channels': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 200 },
  'POST /api/channels': { ...MEMBERS_ONLY, owner: 201, foreignOwner: 201 },
  'PATCH /api/channels/:code': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 'notFound' },
  'DELETE /api/channels/:code': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 'notFound' },
  'POST /api/channels/:code/test': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 'notFound' },
  'POST /api/messages': { ...MEMBERS_ONLY, owner: 201, foreignOwner: 'channelGone' },
  'PUT /api/messages/:id/parts/:index': { ...MEMBERS_ONLY, owner: 201, foreignOwner: 'notFound' },
  'POST /api/messages/:id/complete': { ...MEMBERS_ONLY, owner: 'partsMissing', foreignOwner: 'notFound' },
  'GET /api/messages': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 200 },
  'GET /api/messages/:id': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 'notFound' },
  'GET /api/receipts': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 200 },
  'GET /api/events': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 200 },
  'POST /api/log': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 200 },
  'GET /api/log': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 200 },
  'POST /api/log/entries': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 200 },
  'POST /api/erasures': { ...MEMBERS_ONLY, owner: 202, foreignOwner: 202 },
  'POST /api/erasures/again': { ...MEMBERS_ONLY, owner: 202, foreignOwner: 202 },
  'POST /api/blocks/missing': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 200 },
  // A block of the owner's lies there under this id; another workspace's of the same id is another block.
  'PUT /api/blocks/:id': { ...MEMBERS_ONLY, owner: 'blockTaken', foreignOwner: 201 },
  'GET /api/blocks/:id': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 'notFound' },
  'GET /api/uploads': { ...MEMBERS_ONLY, owner: 200, foreignOwner: 200 },
  // Providers come from anywhere; the address itself is the secret.
  'POST /callbacks/:secret': { ...OPEN, foreignOrigin: 200 },
  'GET /healthz': { ...OPEN, foreignOrigin: 200 },
  'GET /metrics': {
    nobody: 'signedOut',
    expired: 'signedOut',
    forged: 'signedOut',
    owner: 200,
    foreignOwner: 200,
    foreignOrigin: 200,
  },
};

let relay: RelayFixture;
afterEach(() => relay.close());

/** A relay with an owner, a channel, and a message whose one part has not come. */
async function setUp() {
  relay = await createRelayFixture();
  const owner = await relay.claim();
  const part = await recipientsOf(['+420601000001']);
  const message = messageOf('existing-message', [part]);
  const headers = { 'idempotency-key': message.id };
  const channel = await relay.ask('POST', '/api/channels', { cookie: owner, json: WEBHOOK });
  await relay.ask('POST', '/api/messages', { cookie: owner, json: message, headers });
  const block = { body: 'a block', headers: { 'x-block-hash': sha256('a block') } };
  await relay.ask('PUT', '/api/blocks/existing-message?entry=an-entry', { cookie: owner, ...block });
  const { callbackUrl } = (await channel.json()) as { callbackUrl: string };
  return { owner, part, secret: callbackUrl.split('/').at(-1) ?? '' };
}

/** A request that would succeed for whoever may. */
function requestFor(route: string, { part, secret }: Awaited<ReturnType<typeof setUp>>): { path: string; ask: Ask } {
  const path = (route.split(' ')[1] ?? '')
    .replace(':code', WEBHOOK.code)
    .replace(':id', 'existing-message')
    .replace(':index', '0')
    .replace(':secret', secret);
  const message = messageOf('another-message', [part]);
  const asks: Record<string, Ask> = {
    'POST /api/claim': { json: claimOf(createToken()) },
    'POST /api/sign-in': { json: { token: createToken() } },
    'POST /api/channels': { json: { ...WEBHOOK, code: 'other', name: 'Other' } },
    'PATCH /api/channels/:code': { json: { name: 'Renamed' } },
    'POST /api/messages': { json: message, headers: { 'idempotency-key': message.id } },
    'PUT /api/messages/:id/parts/:index': { body: part.bytes, headers: { 'x-part-hash': part.hash } },
    'POST /api/log': { json: { device: 'a-device', cursor: 0, entries: [{}] } },
    'POST /api/log/entries': { json: { ids: ['existing-entry'] } },
    'POST /api/erasures': { json: { contacts: ['0'.repeat(16)] }, headers: { 'idempotency-key': 'key-of-this-test' } },
    'POST /api/erasures/again': { json: { entries: [ERASURE] } },
    'POST /api/blocks/missing': { json: { ids: ['existing-message'] } },
    'PUT /api/blocks/:id': { body: 'another block', headers: { 'x-block-hash': sha256('another block') } },
    'POST /callbacks/:secret': { body: 'a.report' },
  };
  return { path, ask: asks[route] ?? {} };
}

async function askAs(actor: Actor, route: string): Promise<Response> {
  const setting = await setUp();
  const { path, ask } = requestFor(route, setting);
  const cookies: Record<Actor, string | undefined> = {
    nobody: undefined,
    expired: setting.owner,
    forged: createToken(),
    owner: setting.owner,
    foreignOwner: actor === 'foreignOwner' ? relay.addForeignOwner() : undefined,
    foreignOrigin: setting.owner,
  };
  if (actor === 'expired') relay.clock.now += SESSION_MS + 1;
  const cookie = cookies[actor];
  const foreign = actor === 'foreignOrigin' ? { origin: 'https://elsewhere.example' } : {};
  return relay.ask(route.split(' ')[0] ?? '', path, {
    ...ask,
    ...(cookie !== undefined && { cookie }),
    headers: { ...ask.headers, ...foreign },
  });
}

async function heard(answer: Response): Promise<Hears> {
  if (answer.ok) return answer.status;
  const { problem } = (await answer.json()) as { problem?: string };
  return problem ?? answer.status;
}

const names = ROUTES.map((route) => `${route.method} ${route.path}`);

describe('authorisation', () => {
  it('[SYN-7] every route has a row in the matrix, and every row a route', async () => {
    relay = await createRelayFixture();
    expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it('[SYN-7] no route exists outside the table', async () => {
    relay = await createRelayFixture();
    const served = relay.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`);
    expect(served.toSorted()).toEqual(names.toSorted());
  });

  for (const name of names) {
    for (const actor of ACTORS) {
      it(`[SYN-7] ${name} as ${actor}`, async () => {
        expect(await heard(await askAs(actor, name))).toBe(EXPECTED[name]?.[actor]);
      });
    }
  }

  it('[SYN-7] the metrics token opens the figures, another does not', async () => {
    relay = await createRelayFixture();
    const withToken = (token: string) =>
      relay.ask('GET', '/metrics', { headers: { authorization: `Bearer ${token}` } });
    expect((await withToken(METRICS_TOKEN)).status).toBe(200);
    expect((await withToken('another-token-of-this-test')).status).toBe(401);
    expect((await withToken('')).status).toBe(401);
  });

  it('[SYN-7] lists of another workspace hold nothing of this one', async () => {
    await setUp();
    const cookie = relay.addForeignOwner();
    const channels = await relay.ask('GET', '/api/channels', { cookie });
    const messages = await relay.ask('GET', '/api/messages', { cookie });
    const uploads = await relay.ask('GET', '/api/uploads', { cookie });
    const json = { ids: ['existing-message'] };
    const missing = await relay.ask('POST', '/api/blocks/missing', { cookie, json });
    expect(await uploads.json()).toEqual({ uploads: [] });
    expect(await missing.json()).toEqual({ missing: ['existing-message'] });
    expect(await channels.json()).toEqual(NO_CHANNELS);
    expect(await messages.json()).toEqual({ messages: [] });
  });
});
