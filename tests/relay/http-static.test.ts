/** The app's files over HTTP: what is a page, what is a file, what is neither; how each is kept and compressed. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRelayFixture, type RelayFixture } from './http-fixture.ts';

let relay: RelayFixture;
beforeEach(async () => {
  relay = await createRelayFixture();
});
afterEach(() => relay.close());

const navigate = (path: string) =>
  relay.ask('GET', path, { headers: { accept: 'text/html,*/*', 'sec-fetch-mode': 'navigate' } });
const CHUNK = '/_app/immutable/chunk.js';

describe('files', () => {
  it('[APP-1] every page of the app is its one page', async () => {
    for (const path of ['/', '/contacts', '/groups/0f00', '/claim', '/index.html', '/apis']) {
      const answer = await navigate(path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        200,
        'text/html; charset=utf-8',
      ]);
    }
  });

  it('[APP-1] a file that is not there is not a page', async () => {
    for (const path of ['/missing.js', '/_app/immutable/old.js', '/_app/immutable/old', '/api/x', '/callbacks/x']) {
      expect([path, (await navigate(path)).status]).toEqual([path, 404]);
    }
    expect((await relay.ask('GET', '/contacts', { headers: { accept: '*/*' } })).status).toBe(404);
    expect((await relay.ask('POST', '/contacts', { headers: { accept: 'text/html' } })).status).toBe(404);
  });

  it.each([
    '/../key',
    '/%2e%2e/key',
    '/..%2fkey',
    '/%2e%2e%2frelay.sqlite',
    '/_app/../../key',
    '/_app/%2e%2e/%2e%2e/relay.sqlite',
    '/..\\key',
    '//key',
    '/.stamp',
    '/%00',
    '/%ff',
    '/index.html%00.js',
  ])('[APP-1] %s leads nowhere else', async (path) => {
    const answer = await relay.ask('GET', path);
    expect(answer.status).toBe(404);
  });

  it('[APP-1] named by their contents, files are kept for good; the shell is asked for again', async () => {
    const cache = async (path: string) => (await relay.ask('GET', path)).headers.get('cache-control');
    expect(await cache(CHUNK)).toBe('public, max-age=31536000, immutable');
    expect(await cache('/')).toBe('no-cache');
    expect(await cache('/service-worker.js')).toBe('no-cache');
  });

  it('[APP-1] a file that the browser has is not sent again', async () => {
    const tag = (await relay.ask('GET', '/')).headers.get('etag') ?? '';
    const again = await relay.ask('GET', '/', { headers: { 'if-none-match': tag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await relay.ask('GET', '/', { headers: { 'if-none-match': 'W/"x"' } })).status).toBe(200);
  });

  it('[APP-1] compressed where it is asked for and worth it', async () => {
    const plain = await relay.ask('GET', CHUNK);
    const zipped = await relay.ask('GET', CHUNK, { headers: { 'accept-encoding': 'br, gzip;q=0.8' } });
    const bytes = Buffer.from(await zipped.arrayBuffer());
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(Number(zipped.headers.get('content-length'))).toBe(bytes.length);
    expect(gunzipSync(bytes).toString()).toBe(await plain.text());
    const refused = await relay.ask('GET', CHUNK, { headers: { 'accept-encoding': 'gzip;q=0' } });
    expect(refused.headers.get('content-encoding')).toBeNull();
    const small = await relay.ask('GET', '/manifest.webmanifest', { headers: { 'accept-encoding': 'gzip' } });
    expect([small.headers.get('content-encoding'), small.headers.get('content-type')]).toEqual([
      null,
      'application/manifest+json',
    ]);
  });

  it('[APP-1] HEAD answers as GET does, without the body', async () => {
    const answer = await relay.ask('HEAD', CHUNK);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      '',
    ]);
  });

  it('[APP-1] the policy allows our scripts and the page’s inline one by its hash, nothing else', async () => {
    const policy = (await relay.ask('GET', '/')).headers.get('content-security-policy') ?? '';
    const hash = createHash('sha256').update('document.documentElement.dataset.started = "yes"').digest('base64');
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "style-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy).not.toContain('unsafe');
  });
});
