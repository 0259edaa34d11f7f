/** What a hostile or broken client sends: every answer is a problem's word, and the relay stays up. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WEBHOOK, createRelayFixture, type RelayFixture } from './http-fixture.ts';

let relay: RelayFixture;
let cookie: string;
beforeEach(async () => {
  relay = await createRelayFixture();
  cookie = await relay.claim();
});
afterEach(() => relay.close());

describe('bodies', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', 'canary{'],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1e999'],
    ['another prototype', '{"__proto__":{"code":"x"}}'],
    ['10,000 brackets', '['.repeat(10_000)],
  ])('[CHA-2] %s is malformed, and none of it is repeated', async (_name, body) => {
    const answer = await relay.ask('POST', '/api/channels', { cookie, body });
    expect([answer.status, await answer.text()]).toEqual([400, '{"problem":"malformed"}']);
  });

  it('[CHA-2] a body longer than the route takes is refused, whatever its length said', async () => {
    const body = JSON.stringify({ ...WEBHOOK, name: 'x'.repeat(300_000) });
    expect((await relay.ask('POST', '/api/channels', { cookie, body })).status).toBe(413);
    const lying = await relay.ask('POST', '/api/channels', { cookie, body, headers: { 'content-length': '10' } });
    expect(lying.status).toBe(413);
  });

  it('[CHA-2] an endless body is cut at the limit', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(64_000));
      },
    });
    const request = new Request('http://localhost:8080/api/channels', {
      method: 'POST',
      headers: { origin: 'http://localhost:8080', cookie: `__Host-fieldcast=${cookie}` },
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect((await relay.app.request(request)).status).toBe(413);
    expect(pulled).toBeLessThan(10);
  });

  it('[SYN-7] an unknown route of the API is a word, not a page', async () => {
    for (const path of ['/api', '/api/nothing', '/callbacks/', '/api/session/x']) {
      const answer = await relay.ask('GET', path, { cookie, headers: { accept: 'text/html' } });
      expect([path, answer.status, await answer.json()]).toEqual([path, 404, { problem: 'notFound' }]);
    }
    expect((await relay.ask('DELETE', '/api/session', { cookie })).status).toBe(404);
  });

  it('[SYN-7] a broken store is a word too, and what broke stays inside', async () => {
    await relay.store.close();
    const answer = await relay.ask('GET', '/api/session');
    expect([answer.status, await answer.text()]).toEqual([500, '{"problem":"relayFailed"}']);
    expect((await relay.ask('GET', '/healthz')).status).toBe(503);
    relay = await createRelayFixture();
  });
});

describe('headers', () => {
  it('[APP-1] every answer tells the browser what to refuse', async () => {
    for (const path of ['/api/session', '/api/nothing', '/', '/contacts', '/missing.js', '/healthz', '/callbacks/x']) {
      const { headers } = await relay.ask('GET', path, { headers: { accept: 'text/html' } });
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin');
      expect(headers.get('content-security-policy'), path).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
    }
  });

  it('[APP-1] what a browser hands to a script alone has no more than its data needs', async () => {
    const asScript = { 'sec-fetch-dest': 'empty' };
    const { headers } = await relay.ask('GET', '/api/session', { headers: asScript });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('content-security-policy')).toBeNull();
    expect(headers.get('permissions-policy')).toBeNull();
    // A file that a script asks for may be kept and shown as a page later; and a page cannot say it is none.
    for (const [path, dest] of [
      ['/', 'empty'],
      ['/api/session', 'document'],
      ['/api/session', 'iframe'],
    ] as const) {
      const answer = await relay.ask('GET', path, { headers: { 'sec-fetch-dest': dest } });
      expect(answer.headers.get('content-security-policy'), path).toMatch(/frame-ancestors 'none'$/);
    }
  });

  it('[APP-1] no answer of the API is kept by a cache', async () => {
    for (const path of ['/api/session', '/api/channels', '/api/nothing', '/healthz']) {
      expect((await relay.ask('GET', path)).headers.get('cache-control'), path).toBe('no-store');
    }
  });

  it('[SYN-7] more than the API takes is told when to come again', async () => {
    const answers = await Promise.all(Array.from({ length: 320 }, () => relay.ask('GET', '/api/session', { cookie })));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(20);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(await refused[0]?.json()).toEqual({ problem: 'tooManyRequests' });
  });
});
