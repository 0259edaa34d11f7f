import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createNetGuard } from '#relay/net-guard';
import type { HttpResult } from '#relay/provider';
import { createHttp, type Http, type HttpOptions } from '#relay/providers/http';
import { createCertificate } from '#tests/stand-ins/certificate';
import { FREE_PORT } from './free-port.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function client(options: HttpOptions = {}): Http {
  const http = createHttp({
    allowNetworks: ['127.0.0.0/8'],
    timeouts: { connectMs: 500, headersMs: 500, bodyMs: 500 },
    ...options,
  });
  cleanups.push(http.close);
  return http;
}
async function listen(server: Server | NetServer): Promise<number> {
  await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil));
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}
/** A server that speaks as told, byte for byte, once a request has begun to arrive. */
async function speaking(speak: (socket: Socket, request: string) => void): Promise<number> {
  const sockets = new Set<Socket>();
  cleanups.push(() => sockets.forEach((socket) => socket.destroy()));
  return listen(
    createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => speak(socket, chunk.toString()));
    }),
  );
}
const post = (http: Http, url: string, headers: Record<string, string> = {}): Promise<HttpResult> =>
  http({ method: 'POST', url, headers, body: '{"a":"王"}' });

describe('nothing was sent', () => {
  test.each([
    ['a port where nobody listens', `http://127.0.0.1:${FREE_PORT}/`, 'ECONNREFUSED'],
    ['a name that does not exist', 'https://nobody.invalid/', /^(ENOTFOUND|EAI_AGAIN)$/],
    ['no address at all', 'nonsense', 'ERR_INVALID_URL'],
    ['another protocol', 'ftp://127.0.0.1/', 'ERR_INVALID_URL'],
    ['a password in the address', 'https://user:secret@example.com/', 'ERR_INVALID_URL'],
    ['loopback', 'https://[::1]/', 'ERR_ADDRESS_REFUSED'],
    ['a private network', 'https://10.0.0.1/', 'ERR_ADDRESS_REFUSED'],
    ["the cloud's own data", 'http://169.254.169.254/latest/', 'ERR_ADDRESS_REFUSED'],
    ['loopback in one number', 'https://3232235777/', 'ERR_ADDRESS_REFUSED'],
    ['a private network in hex', 'https://0xC0.0xA8.1.1/', 'ERR_ADDRESS_REFUSED'],
    ['a private network in octal', 'https://0300.0250.1.1/', 'ERR_ADDRESS_REFUSED'],
    ['a mapped address', 'https://[::ffff:10.0.0.1]/', 'ERR_ADDRESS_REFUSED'],
    ['full-width digits', 'https://192.168.1.1/', 'ERR_ADDRESS_REFUSED'],
    ['clear text into the public network', 'http://8.8.8.8/', 'ERR_HTTPS_REQUIRED'],
  ])('[API-2] %s', async (_name, url, code) => {
    expect(await post(client(), url)).toEqual({ kind: 'notSent', code: expect.stringMatching(code) as string });
  });

  test('[API-2] a header that no request can have', async () => {
    const result = await post(client(), 'http://127.0.0.1:1/', { 'x-a': 'one\r\ntwo: three' });
    expect(result.kind).toBe('notSent');
  });

  test('[MSG-7] a certificate that nobody vouches for', async () => {
    const { key, certificate } = createCertificate();
    let requests = 0;
    const port = await listen(
      createTlsServer({ key, cert: certificate }, (_request, response) => response.end(String((requests += 1)))),
    );
    expect(await post(client(), `https://127.0.0.1:${port}/`)).toEqual({
      kind: 'notSent',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(requests).toBe(0);
  });

  test("[API-2] a name that leads into the relay's own network", async () => {
    let visits = 0;
    const port = await listen(createHttpServer((_request, response) => response.end(String((visits += 1)))));
    const guard = createNetGuard([], (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]));
    for (const scheme of ['http', 'https']) {
      const result = await post(client({ guard }), `${scheme}://looks-public.example:${port}/`);
      expect(result).toEqual({ kind: 'notSent', code: 'ERR_ADDRESS_REFUSED' });
    }
    expect(visits).toBe(0);
  });

  test('[MSG-7] a connection that is never made', async () => {
    const guard = createNetGuard(['192.0.2.0/24']);
    const started = performance.now();
    const result = await post(client({ guard }), 'http://192.0.2.1/');
    expect(result.kind).toBe('notSent');
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

describe('that a request leaves', () => {
  const leaving = (http: Http, port: number, onLeaving: () => void): Promise<HttpResult> =>
    http({ method: 'POST', url: `http://127.0.0.1:${port}/`, headers: {}, body: 'a', onLeaving });

  test('[MSG-7] is said with a connection in hand, before the first byte, on a new and on a kept one', async () => {
    const events: string[] = [];
    const port = await speaking((socket) => {
      events.push('arrived');
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const http = client();
    for (let count = 0; count < 2; count += 1) await leaving(http, port, () => events.push('left'));
    expect(events).toEqual(['left', 'arrived', 'left', 'arrived']);
    await leaving(http, FREE_PORT, () => events.push('left'));
    expect(events).toHaveLength(4);
  });

  test('[MSG-7] and held back by whoever is told: then not a byte arrives, and the next one goes its way', async () => {
    let requests = '';
    const port = await speaking((socket, request) => {
      requests += request;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const http = client();
    const holdBack = (): void => {
      throw new Error('not on record');
    };
    expect(await leaving(http, port, holdBack)).toMatchObject({ kind: 'notSent' });
    expect(requests).toBe('');
    expect((await leaving(http, port, () => undefined)).kind).toBe('answer');
    expect(await leaving(http, port, holdBack)).toMatchObject({ kind: 'notSent' });
    expect((await leaving(http, port, () => undefined)).kind).toBe('answer');
    expect(requests.match(/POST/g)).toHaveLength(2);
  });
});

describe('lost: it may have arrived', () => {
  const reset = (socket: Socket): void => void socket.resetAndDestroy();
  test.each<[string, (socket: Socket) => void]>([
    ['reset at the first byte', reset],
    ['hung up', (socket) => void socket.destroy()],
    ['silence', () => undefined],
    ['half a head', (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-')],
    ['half a body', (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')],
    ['half a body, then hung up', (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')],
    ['no HTTP', (socket) => void socket.write('220 mail.example ESMTP\r\n')],
    ['a head without an end', (socket) => void socket.write(`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(100_000)}`)],
  ])('[MSG-7] %s', async (_name, speak) => {
    const port = await speaking(speak);
    expect((await post(client(), `http://127.0.0.1:${port}/`)).kind).toBe('lost');
  });

  test('[MSG-7] a kept connection that ends at the next request is no proof that it did not arrive', async () => {
    let requests = 0;
    const port = await speaking((socket) => {
      requests += 1;
      if (requests === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      else socket.destroy();
    });
    const http = client();
    expect((await post(http, `http://127.0.0.1:${port}/`)).kind).toBe('answer');
    expect((await post(http, `http://127.0.0.1:${port}/`)).kind).toBe('lost');
    expect(requests).toBe(2);
  });

  test('[MSG-7] closing ends what is under way by lost', async () => {
    const http = client();
    const port = await speaking(() => void http.close());
    expect((await post(http, `http://127.0.0.1:${port}/`)).kind).toBe('lost');
  });
});

describe('an answer', () => {
  test('[CHA-3] comes back with status, headers and text; the request was what was asked for', async () => {
    let asked = '';
    const server = createHttpServer((request, response) => {
      request.setEncoding('utf8').on('data', (chunk: string) => (asked += chunk));
      request.on('end', () => {
        asked += ` ${request.method} ${request.url} ${request.headers['x-key']}`;
        response.writeHead(202, { 'Retry-After': '3', 'X-Two': ['a', 'b'] }).end('{"id":"好"}');
      });
    });
    const port = await listen(server);
    const result = await post(client(), `http://127.0.0.1:${port}/hook?a=1`, { 'x-key': 'k' });
    expect(result).toMatchObject({
      kind: 'answer',
      status: 202,
      headers: { 'retry-after': '3', 'x-two': 'a, b' },
      body: '{"id":"好"}',
    });
    expect(asked).toBe('{"a":"王"} POST /hook?a=1 k');
  });

  test('[API-2] a redirect is an answer like any other: nobody follows it', async () => {
    let visits = 0;
    const inner = await listen(createHttpServer((_request, response) => response.end(String((visits += 1)))));
    const port = await listen(
      createHttpServer((_request, response) =>
        response.writeHead(302, { location: `http://127.0.0.1:${inner}/` }).end(),
      ),
    );
    expect(await post(client(), `http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'answer', status: 302 });
    expect(visits).toBe(0);
  });

  test('[API-2] longer than 64 kB is cut, and what it says of the call stands', async () => {
    const port = await listen(
      createHttpServer((_request, response) => {
        response.writeHead(200);
        const more = (): void => {
          while (response.writable && response.write('x'.repeat(10_000)));
        };
        response.on('drain', more).on('error', () => undefined);
        more();
      }),
    );
    const result = await post(client(), `http://127.0.0.1:${port}/`);
    expect(result).toMatchObject({ kind: 'answer', status: 200 });
    expect(result.kind === 'answer' && result.body.length).toBe(64 * 1024);
  });

  test('[CHA-3] an interim answer is not the answer', async () => {
    const port = await speaking((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n');
      socket.write('HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok');
    });
    expect(await post(client(), `http://127.0.0.1:${port}/`)).toMatchObject({
      kind: 'answer',
      status: 201,
      body: 'ok',
    });
  });
});
