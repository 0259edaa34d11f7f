/**
 * The sockets behind `/api/documents`: who may open one, what may be said on it, and when it ends. Judges every frame
 * before the hub sees it; a socket that said what no device says is closed with a code, not left to wait.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Peer } from 'crossws';
import crossws from 'crossws/adapters/node';
import type { WorkspaceId } from '#domain/ids';
import { CLOSED, DOCUMENTS_PATH, FRAME_BYTES, contentName, type Closed } from '#protocol/documents';
import type { Actor } from '#relay/auth/actor';
import { isFromApp } from '#relay/auth/origin';
import { callerOf, type Limit, type RateLimiter } from '#relay/auth/rate-limit';
import { readSessionToken } from '#relay/auth/session-cookie';
import { hashToken } from '#relay/auth/tokens';
import { errorFields, type Log } from '#relay/log';
import type { RelayStore } from '#relay/store/types';
import { createDocumentHub, type DocumentHub, type Writer } from './hub.ts';
import { judgeFrame, type JudgedFrame } from './frame-guard.ts';

export interface DocumentSockets {
  /** Takes an upgrade of the relay's server over, whatever its address: what is none of ours is refused. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly stop: () => Promise<void>;
}

export interface DocumentSocketsDeps {
  readonly store: Pick<RelayStore, 'session' | 'documents'>;
  readonly limiter: RateLimiter;
  readonly log: Log;
  readonly now: () => number;
  readonly publicUrl: () => string;
  /** A device has written something new. */
  readonly onStored: (workspace: WorkspaceId) => void;
}

/** A device comes back at most every four seconds, and after a sleep several tabs at once. */
const OPENINGS: Limit = { name: 'documents', perSecond: 1, burst: 30 };
/** A person writes some ten a second; a large frame counts as many small ones. */
const FRAMES: Limit = { name: 'documentFrames', perSecond: 100, burst: 2_000 };
const FRAME_COST_BYTES = 8_192;
/** One tab of a browser holds one; more are left over from connections that broke unnoticed. */
const SOCKETS_A_SESSION = 8;
/** One for each start of a page; those of others that went unnoticed are spoken of too. */
const SESSIONS_OF_PRESENCE = 1_000;
/** A whole document, twice: who reads slower than that gets it at the next visit. */
const UNREAD_BYTES = 2 * FRAME_BYTES;
const LOOK_AT_SESSIONS_MS = 2_000;
const STOP_MS = 1_000;
/** A device answers a close at once; whoever does not is cut off. */
const CLOSE_ANSWER_MS = 2_000;

interface Socket extends Pick<Writer, 'actor' | 'close'> {
  readonly take: (frame: Uint8Array) => void;
  readonly gone: () => void;
}

export function createDocumentSockets(deps: DocumentSocketsDeps): DocumentSockets {
  const { store, limiter, log, now } = deps;
  const hub = createDocumentHub(deps);
  const sockets = new Map<string, Socket>();
  const actors = new WeakMap<Request, Actor>();
  let isStopping = false;

  const adapter = crossws({
    serverOptions: { maxPayload: FRAME_BYTES, perMessageDeflate: false },
    hooks: {
      upgrade: (request) => ({ context: { actor: actors.get(request as Request) } }),
      open(peer) {
        const actor = peer.context['actor'] as Actor;
        const ofSession = [...sockets.values()].filter((socket) => socket.actor.sessionHash === actor.sessionHash);
        ofSession.slice(0, -(SOCKETS_A_SESSION - 1)).forEach((oldest) => oldest.close('tooMany'));
        sockets.set(peer.id, createSocket(peer, actor, hub, deps));
      },
      message(peer, message) {
        sockets.get(peer.id)?.take(message.uint8Array());
      },
      close(peer) {
        sockets.get(peer.id)?.gone();
        sockets.delete(peer.id);
      },
      // The socket closes itself after it: too large a frame, or no frame at all.
      error: () => undefined,
    },
  });

  const timer = setInterval(() => void endSessions().catch(failed), LOOK_AT_SESSIONS_MS);
  timer.unref();

  async function endSessions(): Promise<void> {
    for (const hash of new Set([...sockets.values()].map(({ actor }) => actor.sessionHash))) {
      if (await store.session(hash, now())) continue;
      for (const socket of sockets.values()) if (socket.actor.sessionHash === hash) socket.close('sessionEnded');
    }
  }

  function failed(thrown: unknown): void {
    log.error({ event: 'documentFailed', error: errorFields(thrown) });
  }

  /** An HTTP status where it may not be opened. */
  async function judgeOpening(request: IncomingMessage, headers: Headers): Promise<Actor | number> {
    if (request.url !== DOCUMENTS_PATH) return 404;
    if (!isFromApp('POST', headers, deps.publicUrl())) return 403;
    const token = readSessionToken(headers.get('cookie') ?? undefined);
    const session = token === undefined ? undefined : await store.session(hashToken(token), now());
    const caller = session?.tokenHash ?? callerOf(request.socket.remoteAddress ?? '');
    if (limiter.take(OPENINGS, caller, now()) > 0) return 429;
    if (!session) return 401;
    const { member, memberName, role, workspace, tokenHash } = session;
    return { member, name: memberName, role, workspace, sessionHash: tokenHash };
  }

  async function open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const headers = headersOf(request);
    const judged = isStopping ? 503 : await judgeOpening(request, headers);
    if (typeof judged === 'number') return refuse(socket, judged);
    const asked = new Request(new URL(DOCUMENTS_PATH, deps.publicUrl()), { headers });
    actors.set(asked, judged);
    await adapter.handleUpgrade(request, socket, head, asked);
  }

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      open(request, socket, head).catch((thrown: unknown) => {
        failed(thrown);
        refuse(socket, 500);
      });
    },
    async stop() {
      isStopping = true;
      clearInterval(timer);
      for (const socket of sockets.values()) socket.close('stopping');
      const deadline = Date.now() + STOP_MS;
      while (sockets.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      adapter.closeAll(CLOSED.stopping, 'stopping', true);
      await adapter.close();
    },
  };
}

function createSocket(peer: Peer, actor: Actor, hub: DocumentHub, deps: DocumentSocketsDeps): Socket {
  const { limiter, log, now } = deps;
  const name = contentName(actor.workspace);
  const present = new Set<number>();
  let state: 'new' | 'greeted' | 'closed' = 'new';
  let cutOff: NodeJS.Timeout | undefined;

  const writer: Writer = { actor, close, waiting: 0 };
  const connection = hub.handleConnection(
    {
      get readyState() {
        return state === 'closed' ? WebSocket.CLOSED : WebSocket.OPEN;
      },
      send(data: string | ArrayBufferLike | Blob | ArrayBufferView) {
        if (state === 'closed') return;
        if (Number(peer.send(data)) > UNREAD_BYTES) peer.terminate();
      },
      // The library's own reasons, for instance a device that has not been heard for a minute.
      close: () => close('failed'),
    },
    new Request(new URL(DOCUMENTS_PATH, deps.publicUrl())),
    { writer },
  );

  function close(why: Closed): void {
    if (state === 'closed') return;
    state = 'closed';
    peer.close(CLOSED[why], why);
    cutOff = setTimeout(() => peer.terminate(), CLOSE_ANSWER_MS);
    cutOff.unref();
    connection.handleClose({ code: CLOSED[why], reason: why });
  }

  function mayPass(judged: JudgedFrame): boolean {
    if (judged.kind === 'refused') return false;
    if (judged.kind === 'presence') for (const client of judged.clients) present.add(client);
    // The greeting comes first, and once; a second one would wait in a queue for good.
    return (judged.kind === 'hello') === (state === 'new') && present.size <= SESSIONS_OF_PRESENCE;
  }

  return {
    actor,
    close,
    take(frame) {
      if (state === 'closed') return;
      const isWithin = Array.from({ length: 1 + Math.floor(frame.byteLength / FRAME_COST_BYTES) }).every(
        () => limiter.take(FRAMES, actor.sessionHash, now()) === 0,
      );
      if (!isWithin) return close('tooMany');
      const judged = judgeFrame(frame, name);
      if (!mayPass(judged)) {
        log.warn({ event: 'documentRefused', workspace: actor.workspace, problem: 'refused' });
        return close('refused');
      }
      if (judged.kind === 'bye') return close('stopping');
      state = 'greeted';
      connection.handleMessage(frame);
    },
    gone() {
      state = 'closed';
      clearTimeout(cutOff);
      connection.handleClose({ code: CLOSED.stopping, reason: '' });
    },
  };
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function refuse(socket: Duplex, status: number): void {
  if (socket.destroyed) return;
  socket.end(
    `HTTP/1.1 ${String(status)} ${REASONS[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
    () => socket.destroy(),
  );
}

/** Of a header that was sent twice, both: none of ours is believed then. */
function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(headersDistinct)) headers.set(name, (values ?? []).join(', '));
  return headers;
}
