/** The server's socket: HTTP, or HTTPS with a certificate, and its end. Knows nothing of what is answered. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Settings } from '#relay/settings';

export interface Listening {
  readonly port: number;
  /** No new connections; those with a request under way may end it, then all are cut. */
  readonly close: (graceMs: number) => Promise<void>;
}

export interface ListenOptions extends Pick<Settings, 'port' | 'host' | 'tls'> {
  readonly fetch: Parameters<typeof getRequestListener>[0];
  /** Whatever wants to be another protocol; its sockets are not this server's to close. */
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** Rejects where the port is taken, forbidden, or the certificate cannot be read. */
export function listen({ port, host, tls, fetch, onUpgrade }: ListenOptions): Promise<Listening> {
  const answer = getRequestListener(fetch);
  // The listener answers every failure itself; its promise says nothing more.
  const onRequest = (...[incoming, outgoing]: Parameters<typeof answer>) => void answer(incoming, outgoing);
  const server = tls
    ? createTlsServer({ cert: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) }, onRequest)
    : createServer(onRequest);
  if (onUpgrade) server.on('upgrade', onUpgrade);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.off('error', reject);
      resolve({ port: (server.address() as AddressInfo).port, close: (graceMs) => close(server, graceMs) });
    });
  });
}

function close(server: ReturnType<typeof createServer>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
