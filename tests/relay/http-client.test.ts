/** The app's own client (`#sync/relay-client`) against the relay's real routes: what one asks, the other answers. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelCode, MessageId } from '#domain/ids';
import { messageRequest, type ChannelRequest } from '#protocol/api';
import { createRelayClient, type RelayClient } from '#sync/relay-client';
import * as v from 'valibot';
import {
  ORIGIN,
  NO_CHANNELS,
  WEBHOOK,
  claimOf,
  createRelayFixture,
  messageOf,
  recipientsOf,
  type RelayFixture,
} from './http-fixture.ts';

let relay: RelayFixture;
let client: RelayClient;
beforeEach(async () => {
  relay = await createRelayFixture();
  client = createRelayClient({ fetch: browserFetch() });
});
afterEach(() => relay.close());

/** As the browser does it: its own origin, and the cookie jar. */
function browserFetch(): typeof fetch {
  let cookie = '';
  return async (path, init) => {
    const headers = new Headers(init?.headers);
    headers.set('sec-fetch-site', 'same-origin');
    headers.set('cookie', cookie);
    const answer = await relay.app.request(`${ORIGIN}${path as string}`, { ...init, headers });
    const set = answer.headers.get('set-cookie');
    if (set !== null) cookie = set.split(';')[0] ?? '';
    return answer;
  };
}

const answered = (value: unknown) => ({ kind: 'answer', value });
const channel = WEBHOOK as unknown as ChannelRequest;
const code = WEBHOOK.code as ChannelCode;

async function claim(): Promise<void> {
  await client.claim(claimOf((await relay.links.createClaim(relay.clock.now)) ?? ''));
}

describe('the app’s client', () => {
  it('[SYN-7] claims, asks who it is, signs out', async () => {
    expect(await client.session()).toEqual(answered({ protocol: 1, claimed: false }));
    await claim();
    expect(await client.session()).toMatchObject(answered({ claimed: true, actor: { name: 'Ada', role: 'owner' } }));
    expect(await client.signIn('guess-guess-guess')).toEqual({ kind: 'problem', problem: 'linkSpent' });
    expect(await client.signOut()).toEqual(answered({ protocol: 1, claimed: true }));
    expect(await client.channels()).toEqual({ kind: 'problem', problem: 'signedOut' });
  });

  it('[CHA-2] makes, changes, tests and removes a channel', async () => {
    await claim();
    expect(await client.createChannel(channel)).toMatchObject(answered({ code, type: 'webhook' }));
    expect(await client.createChannel(channel)).toEqual({ kind: 'problem', problem: 'codeTaken' });
    expect(await client.changeChannel(code, { name: 'Renamed' })).toMatchObject(answered({ name: 'Renamed' }));
    expect(await client.testChannel(code)).toEqual(answered({ kind: 'works' }));
    expect(await client.testChannel(code, '+420601000001')).toEqual(answered({ kind: 'works' }));
    expect(await client.removeChannel(code)).toMatchObject({ kind: 'answer' });
    expect(await client.channels()).toEqual(answered(NO_CHANNELS));
  });

  it('[MSG-7] sends a message, as often as it must', async () => {
    await claim();
    await client.createChannel(channel);
    const part = await recipientsOf(['+420601000001', '+420601000002']);
    const id = 'draft-one-1' as MessageId;
    const request = v.parse(messageRequest, messageOf(id, [part]));
    expect(await client.complete(id)).toEqual({ kind: 'problem', problem: 'notFound' });
    for (let tries = 0; tries < 2; tries += 1) {
      expect(await client.intake(request)).toEqual(answered({ state: 'receiving', missingParts: [0] }));
    }
    for (let tries = 0; tries < 2; tries += 1) {
      expect(await client.putPart(id, 0, part.bytes)).toMatchObject({ kind: 'answer' });
      expect(await client.complete(id)).toEqual(answered({ state: 'accepted', recipients: 2 }));
    }
    expect(await client.message(id)).toMatchObject(answered({ state: 'queued', recipients: 2 }));
    expect(await client.feed(0)).toEqual(answered({ items: [], cursor: 0 }));
  });
});
