/** What only a browser decides: that it keeps the cookie on http://localhost, and what the policy lets a page do. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSION_COOKIE } from '#relay/auth/session-cookie';
import { listen, type Listening } from '#relay/http/listen';
import { openBrowser, type BrowserOnProfile } from '#tests/builders/browser';
import { claimOf, createRelayFixture, NO_CHANNELS, type RelayFixture } from './http-fixture.ts';

let relay: RelayFixture;
let listening: Listening;
let browser: BrowserOnProfile;
let here = '';
beforeAll(async () => {
  relay = await createRelayFixture();
  listening = await listen({ port: 0, host: '127.0.0.1', tls: undefined, fetch: relay.app.fetch });
  here = `http://localhost:${listening.port}`;
  browser = await openBrowser(join(relay.folder, 'profile'));
});
afterAll(async () => {
  await browser.close();
  relay.streams.closeAll();
  await listening.close(500);
  await relay.close();
});

/** Asks as the page does; the answer's status and body. */
const ask = (path: string, method = 'GET', json?: unknown) =>
  browser.page.evaluate(
    async ([url, verb, body]) => {
      const init = { method: verb ?? 'GET', ...(body !== undefined && { body }) };
      const answer = await fetch(url ?? '', init);
      return { status: answer.status, body: (await answer.json()) as unknown };
    },
    [path, method, json === undefined ? undefined : JSON.stringify(json)] as const,
  );

/** A page of somebody else on this machine. */
async function foreignPage(run: (page: string) => Promise<void>): Promise<void> {
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<p>'),
  ).listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await run(`http://localhost:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('in Chromium', () => {
  it('[SYN-7] the session’s cookie is kept on http://localhost, sent, and hidden from scripts', async () => {
    await browser.page.goto(here);
    const token = (await relay.links.createClaim(relay.clock.now)) ?? '';
    expect(await ask('/api/claim', 'POST', claimOf(token))).toMatchObject({ status: 200 });
    expect(await ask('/api/channels')).toEqual({ status: 200, body: NO_CHANNELS });
    expect(await browser.page.evaluate(() => document.cookie)).toBe('');
    const [cookie] = await browser.context.cookies();
    expect(cookie).toMatchObject({ name: SESSION_COOKIE, secure: true, httpOnly: true, sameSite: 'Strict', path: '/' });
  });

  it('[SYN-7] also under 127.0.0.1, as a session of its own', async () => {
    await browser.page.goto(`http://127.0.0.1:${listening.port}/`);
    expect(await ask('/api/channels')).toMatchObject({ status: 401 });
    expect(await ask('/api/sign-in', 'POST', { token: 'guess-guess-guess' })).toMatchObject({ status: 410 });
  });

  it('[SYN-7] another page on the same machine gets nothing and changes nothing, though its cookie goes along', async () => {
    relay.logLines.length = 0;
    await foreignPage(async (elsewhere) => {
      await browser.page.goto(elsewhere);
      const outcome = await browser.page.evaluate(async (target) => {
        const opaque = { mode: 'no-cors', credentials: 'include' } as const;
        const script = document.createElement('script');
        script.src = `${target}/api/channels`;
        const loading = new Promise((resolve) => {
          script.onload = () => resolve('loaded');
          script.onerror = () => resolve('refused');
        });
        document.head.append(script);
        return {
          post: await fetch(`${target}/api/sign-out`, { ...opaque, method: 'POST' }).then(String, () => 'refused'),
          read: await fetch(`${target}/api/channels`, { credentials: 'include' }).then(String, () => 'refused'),
          script: await loading,
        };
      }, here);
      // By the resource policy not even an opaque answer reaches the page.
      expect(outcome).toEqual({ post: 'refused', read: 'refused', script: 'refused' });
    });
    expect(relay.logLines.filter((line) => line.includes('"foreignOrigin"'))).toHaveLength(3);
    await browser.page.goto(here);
    expect(await ask('/api/channels')).toMatchObject({ status: 200 });
  });

  it('[APP-1] the policy runs the page’s own inline script and no other', async () => {
    const violations: string[] = [];
    browser.page.on('console', (message) => violations.push(message.text()));
    await browser.page.goto(here);
    expect(await browser.page.evaluate(() => document.documentElement.dataset['started'])).toBe('yes');
    await browser.page.evaluate(() => {
      const injected = document.createElement('script');
      injected.textContent = 'document.documentElement.dataset.injected = "yes"';
      document.head.append(injected);
      const image = document.createElement('img');
      image.setAttribute('onerror', 'document.documentElement.dataset.injected = "yes"');
      image.src = 'data:,';
      document.body.append(image);
    });
    await browser.page.waitForTimeout(200);
    expect(await browser.page.evaluate(() => document.documentElement.dataset['injected'])).toBeUndefined();
    const outside = browser.page.evaluate(() => fetch('https://example.com/').then(String, String));
    expect(await outside).toContain('TypeError');
    expect(violations.join()).toContain('Content Security Policy');
  });

  it('[MSG-10] an EventSource opens on the stream and hears of it', async () => {
    await browser.page.goto(here);
    const heard = await browser.page.evaluate(
      () =>
        new Promise((resolve) => {
          const source = new EventSource('/api/events');
          source.addEventListener('hello', (event) => {
            source.close();
            resolve(JSON.parse((event as MessageEvent<string>).data));
          });
        }),
    );
    const { body: session } = await ask('/api/session');
    expect(heard).toEqual({
      ...{ session, incarnation: await relay.store.incarnation(), log: 0, receipts: 0 },
      ...{ channels: NO_CHANNELS.revision, content: expect.stringMatching(/^[0-9a-f]{16}$/) as string },
    });
  });
});
