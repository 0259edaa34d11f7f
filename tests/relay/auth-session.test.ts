/** Claiming, signing in and out, and how long that lasts. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLAIM_LINK_MS, DEVICE_LINK_MS, SIGN_IN_LINK_MS, dropSignInLink } from '#relay/auth/links';
import { SESSION_MS } from '#relay/auth/session-cookie';
import { hashToken } from '#relay/auth/tokens';
import { claimOf, cookieOf, createRelayFixture, type RelayFixture } from './http-fixture.ts';

let relay: RelayFixture;
beforeEach(async () => {
  relay = await createRelayFixture();
});
afterEach(() => relay.close());

const session = async (cookie?: string) =>
  (await relay.ask('GET', '/api/session', cookie === undefined ? {} : { cookie })).json();
const signIn = (token: string) => relay.ask('POST', '/api/sign-in', { json: { token } });
const isSignedIn = async (cookie: string) => (await relay.ask('GET', '/api/channels', { cookie })).status === 200;

describe('claim', () => {
  it('[SYN-7] makes the workspace and its owner, and signs in', async () => {
    expect(await session()).toEqual({ protocol: 1, claimed: false });
    const cookie = await relay.claim();
    const actor = {
      member: expect.stringMatching(/^[\w-]{22}$/),
      name: 'Ada',
      role: 'owner',
      workspace: 'workspaceOne',
      workspaceName: 'Field team',
      salt: 'c2FsdHNhbHQ',
    };
    expect(await session(cookie)).toEqual({ protocol: 1, claimed: true, actor });
    expect(await session()).toEqual({ protocol: 1, claimed: true });
  });

  it('[SYN-7] works once, with whichever link', async () => {
    const first = (await relay.links.createClaim(relay.clock.now)) ?? '';
    const second = (await relay.links.createClaim(relay.clock.now)) ?? '';
    expect((await relay.ask('POST', '/api/claim', { json: claimOf(first) })).status).toBe(200);
    for (const token of [first, second]) {
      const again = await relay.ask('POST', '/api/claim', { json: claimOf(token) });
      expect([again.status, await again.json()]).toEqual([410, { problem: 'linkSpent' }]);
    }
    expect(await relay.links.createClaim(relay.clock.now)).toBeUndefined();
  });

  it('[SYN-7] of ten at once with one link one succeeds', async () => {
    const token = (await relay.links.createClaim(relay.clock.now)) ?? '';
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => relay.ask('POST', '/api/claim', { json: claimOf(token) })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('[SYN-7] a link ends after 72 hours', async () => {
    const token = (await relay.links.createClaim(relay.clock.now)) ?? '';
    relay.clock.now += CLAIM_LINK_MS + 1;
    expect((await relay.ask('POST', '/api/claim', { json: claimOf(token) })).status).toBe(410);
  });

  it('[SYN-7] guesses end after ten a minute, from an address', async () => {
    const answers = [];
    for (let i = 0; i < 12; i += 1) answers.push((await signIn('guess-guess-guess')).status);
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 410), 429, 429]);
    relay.clock.now += 60_000;
    expect((await signIn('guess-guess-guess')).status).toBe(410);
  });
});

describe('session', () => {
  it('[SYN-7] the token stands nowhere in the store, only its hash', async () => {
    const cookie = await relay.claim();
    expect(await relay.store.session(hashToken(cookie), relay.clock.now)).toBeDefined();
    expect(JSON.stringify(await relay.store.session(hashToken(cookie), relay.clock.now))).not.toContain(cookie);
  });

  it('[SYN-7] lasts 30 days from the last day of use', async () => {
    const cookie = await relay.claim();
    for (let day = 0; day < 60; day += 20) {
      relay.clock.now += 20 * 24 * 3_600_000;
      const answer = await relay.ask('GET', '/api/channels', { cookie });
      expect([answer.status, cookieOf(answer)]).toEqual([200, cookie]);
    }
    relay.clock.now += SESSION_MS + 1;
    expect(await isSignedIn(cookie)).toBe(false);
  });

  it('[SYN-7] is renewed once a day, not with each request', async () => {
    const cookie = await relay.claim();
    expect(cookieOf(await relay.ask('GET', '/api/channels', { cookie }))).toBeUndefined();
    relay.clock.now += 25 * 3_600_000;
    expect(cookieOf(await relay.ask('GET', '/api/channels', { cookie }))).toBe(cookie);
    expect(cookieOf(await relay.ask('GET', '/api/channels', { cookie }))).toBeUndefined();
  });

  it('[SYN-7] signing out ends it at the relay and in the browser', async () => {
    const cookie = await relay.claim();
    const answer = await relay.ask('POST', '/api/sign-out', { cookie });
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-fieldcast=; Max-Age=0; Path=\/; Secure/);
    expect(await isSignedIn(cookie)).toBe(false);
  });
});

describe('owner link', () => {
  it('[SYN-7] dropped into the data folder signs in, once', async () => {
    const old = await relay.claim();
    const token = dropSignInLink(relay.folder, relay.clock.now);
    const answer = await signIn(token);
    const cookie = cookieOf(answer) ?? '';
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ actor: { name: 'Ada', workspace: 'workspaceOne' } });
    expect(await isSignedIn(cookie)).toBe(true);
    expect(await isSignedIn(old)).toBe(true);
    expect((await signIn(token)).status).toBe(410);
    expect(readdirSync(join(relay.folder, 'links'))).toEqual([]);
  });

  it('[SYN-7] the folder never holds the token itself', () => {
    const token = dropSignInLink(relay.folder, relay.clock.now);
    expect(readdirSync(join(relay.folder, 'links')).join()).not.toContain(token);
  });

  it('[SYN-7] ends after an hour', async () => {
    await relay.claim();
    const token = dropSignInLink(relay.folder, relay.clock.now);
    relay.clock.now += SIGN_IN_LINK_MS + 1;
    expect((await signIn(token)).status).toBe(410);
  });

  it('[SYN-7] lets nobody in while the relay has no owner', async () => {
    expect((await signIn(dropSignInLink(relay.folder, relay.clock.now))).status).toBe(410);
  });

  it('[SYN-7] a sign-in takes the place of the session that asked for it', async () => {
    const old = await relay.claim();
    const token = dropSignInLink(relay.folder, relay.clock.now);
    await relay.ask('POST', '/api/sign-in', { cookie: old, json: { token } });
    expect(await isSignedIn(old)).toBe(false);
  });
});

describe('link for another device', () => {
  const link = async (cookie: string) => {
    const answer = await relay.ask('POST', '/api/links', { cookie });
    return (await answer.json()) as { token: string; expiresAt: number };
  };

  it('[SYN-7] signs the same member in, once, beside the session that made it', async () => {
    const first = await relay.claim();
    const { token, expiresAt } = await link(first);
    expect(expiresAt).toBe(relay.clock.now + DEVICE_LINK_MS);
    const answer = await signIn(token);
    const second = cookieOf(answer) ?? '';
    expect(await answer.json()).toEqual(await session(first));
    expect([await isSignedIn(first), await isSignedIn(second)]).toEqual([true, true]);
    expect((await signIn(token)).status).toBe(410);
  });

  it('[SYN-7] lets in who made it, whatever other workspaces the relay holds', async () => {
    await relay.claim();
    const foreign = relay.addForeignOwner();
    const { token } = await link(foreign);
    const actor = { member: 'foreignMember', workspace: 'foreignWorkspace', workspaceName: 'Other', salt: 'saltsalt' };
    expect(await (await signIn(token)).json()).toMatchObject({ actor });
  });

  it('[SYN-7] ends after a quarter of an hour, and claims nothing', async () => {
    const cookie = await relay.claim();
    const { token } = await link(cookie);
    expect((await relay.ask('POST', '/api/claim', { json: claimOf(token) })).status).toBe(410);
    relay.clock.now += DEVICE_LINK_MS;
    expect((await signIn(token)).status).toBe(410);
  });
});
