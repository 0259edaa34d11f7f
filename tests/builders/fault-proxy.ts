/**
 * The bad network between browser and relay: an HTTP proxy that can lose a request before the relay sees it, lose the
 * answer after the relay has done its work, cut an upload in the middle, answer 500 in the relay's place, keep either
 * side waiting, or be gone. Which of these befalls a request is the caller's word, request by request.
 */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Fault =
  | 'none'
  /** Reset before a byte reaches the relay. */
  | 'lostRequest'
  /** The relay gets the first half of the body, then the line is cut; without a body it gets nothing. */
  | 'halfUpload'
  /** The relay does its work; its answer never arrives. */
  | 'lostAnswer'
  /** 500 in the relay's place; it never saw the request. */
  | 'errorBefore'
  /** 500 though the relay has done its work. */
  | 'errorAfter';

/** The line goes silent at this point until the browser gives up or is gone; `onHeld` says that it has come to it. */
export interface Hold {
  /** `request`: the relay never sees it. `answer`: the relay has done its work. */
  readonly hold: 'request' | 'answer';
  readonly onHeld: () => void;
}

export interface ProxiedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

export interface FaultProxy {
  readonly url: string;
  /** Decides the fate of each request from now on. */
  readonly decide: (decision: (request: ProxiedRequest) => Fault | Hold) => void;
  /** No line at all: connections are reset, new ones too. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly pointTo: (relayUrl: string) => void;
  /** Open at this moment: event streams, and sockets. */
  readonly lasting: () => { readonly streams: number; readonly sockets: number };
  readonly close: () => Promise<void>;
}

export async function startFaultProxy(relayUrl: string, port = 0): Promise<FaultProxy> {
  let target = new URL(relayUrl);
  let decision: Parameters<FaultProxy['decide']>[0] = () => 'none';
  let line: 'up' | 'cut' = 'up';
  const sockets = new Set<Socket>();
  const lasting = { streams: 0, sockets: 0 };
  const server: Server = createServer((incoming, answer) => {
    if (line === 'cut') return void incoming.socket.destroy();
    const path = (incoming.url ?? '/').split('?')[0] ?? '/';
    if (path === '/api/events') countWhileOpen(lasting, 'streams', answer);
    carry(incoming, answer, target, decision({ method: incoming.method ?? 'GET', path }));
  });
  // Chromium repeats a request by itself, POST too, where a connection that it had used before is reset: the app would
  // see next to nothing of a bad line. On a connection of its own each request has one fate.
  server.maxRequestsPerSocket = 1;
  server.on('connection', (socket) => {
    if (line === 'cut') socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket) => {
    if (line === 'cut') return void socket.destroy();
    countWhileOpen(lasting, 'sockets', socket);
    carryUpgrade(incoming, socket, target);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const dropAll = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    decide: (next) => {
      decision = next;
    },
    cut: () => {
      line = 'cut';
      dropAll();
    },
    mend: () => {
      line = 'up';
    },
    pointTo: (url) => {
      target = new URL(url);
    },
    lasting: () => ({ ...lasting }),
    close: async () => {
      dropAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function countWhileOpen<Name extends string>(
  counts: Record<Name, number>,
  name: Name,
  open: { readonly once: (event: 'close', onClose: () => void) => unknown },
): void {
  counts[name] += 1;
  open.once('close', () => (counts[name] -= 1));
}

function carry(incoming: IncomingMessage, answer: ServerResponse, target: URL, fate: Fault | Hold): void {
  if (fate === 'lostRequest') return void incoming.socket.resetAndDestroy();
  if (fate === 'errorBefore') return void answer.writeHead(500).end();
  if (typeof fate === 'object' && fate.hold === 'request') return fate.onHeld();
  const outgoing = httpRequest(
    {
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      headers: ofOneRequest(incoming.headers),
    },
    (relayAnswer) => {
      if (typeof fate === 'object') {
        relayAnswer.resume().on('end', fate.onHeld);
      } else if (fate === 'lostAnswer') {
        relayAnswer.resume().on('end', () => incoming.socket.resetAndDestroy());
      } else if (fate === 'errorAfter') {
        relayAnswer.resume().on('end', () => answer.writeHead(500).end());
      } else {
        answer.writeHead(relayAnswer.statusCode ?? 502, ofOneRequest(relayAnswer.headers));
        relayAnswer.pipe(answer);
      }
    },
  );
  outgoing.on('error', () => incoming.socket.destroy());
  answer.on('close', () => outgoing.destroy());
  if (fate === 'halfUpload') {
    incoming.once('data', (chunk: Buffer) => {
      outgoing.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => {
        outgoing.destroy();
        incoming.socket.resetAndDestroy();
      });
    });
    incoming.once('end', () => incoming.socket.resetAndDestroy());
  } else incoming.pipe(outgoing);
}

/** Both ways, until one side ends; a cut line ends the browser's side, and that the relay's. */
function carryUpgrade(incoming: IncomingMessage, socket: Socket, target: URL): void {
  const { hostname: host, port } = target;
  const outgoing = httpRequest({ host, port, path: incoming.url, headers: incoming.headers });
  const drop = () => socket.destroy();
  outgoing.on('upgrade', (answer, relaySocket: Socket) => {
    const lines = answer.rawHeaders.map((word, index) => (index % 2 === 0 ? `${word}: ` : `${word}\r\n`)).join('');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`);
    relaySocket.on('error', drop).on('close', drop).pipe(socket);
    socket.on('error', () => relaySocket.destroy()).on('close', () => relaySocket.destroy());
    socket.pipe(relaySocket);
  });
  outgoing.on('response', ({ statusCode }) => {
    socket.end(`HTTP/1.1 ${String(statusCode)} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
  outgoing.on('error', drop);
  outgoing.end();
}

/** What the two ends say of their connection holds for their own side of the proxy alone. */
function ofOneRequest({ connection: _connection, 'keep-alive': _keepAlive, ...headers }: OutgoingHttpHeaders) {
  return headers;
}
