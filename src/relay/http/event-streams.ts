/**
 * Server-sent events: `hello` says how far everything is, then `receipts` and `log` with the newest cursor of each that
 * has something new, `content` once, `ping` in between. They only wake; what is new is asked for by cursor. A client
 * that reads slowly gets the newest cursor later, never a queue of old ones.
 */
import type { WorkspaceId } from '#domain/ids';
import type { Hello } from '#protocol/api';
import type { Actor } from '#relay/auth/actor';
import type { Metrics } from '#relay/metrics';
import type { RelayStore } from '#relay/store/types';
import { problemAnswer } from './problem.ts';

export interface EventStreams {
  /** New receipts are in this workspace's feed, or new entries in its log. Cheap: may be called for each. */
  readonly raise: (workspace: WorkspaceId) => void;
  /** This workspace's document is another than it was: a device without a socket opens one. */
  readonly contentChanged: (workspace: WorkspaceId) => void;
  readonly open: (actor: Actor) => Response;
  /** Ends the streams of a session that has ended. */
  readonly endSession: (sessionHash: string) => void;
  readonly closeAll: () => void;
}

export interface EventStreamsDeps {
  readonly store: Pick<RelayStore, 'lastCursor' | 'lastPosition' | 'session'>;
  readonly metrics: Pick<Metrics, 'streamsOpen'>;
  readonly hello: (actor: Actor) => Promise<Hello>;
  readonly now: () => number;
  readonly pingMs?: number;
}

/** Proxies cut silent connections after 30 to 60 seconds. */
const PING_MS = 20_000;
/** A send of thousands wakes a device twenty times a second at most. */
const COALESCE_MS = 50;
/** Tabs of one session share a connection; more are left over from connections that broke unnoticed. */
const STREAMS_A_SESSION = 8;

interface Stream {
  readonly actor: Actor;
  readonly wake: () => void;
  readonly contentChanged: () => void;
  readonly end: () => void;
}

export function createEventStreams(deps: EventStreamsDeps): EventStreams {
  const streams = new Set<Stream>();
  const ofSession = (hash: string) => [...streams].filter(({ actor }) => actor.sessionHash === hash);
  let closed = false;

  return {
    raise(workspace) {
      for (const stream of streams) if (stream.actor.workspace === workspace) stream.wake();
    },
    contentChanged(workspace) {
      for (const stream of streams) if (stream.actor.workspace === workspace) stream.contentChanged();
    },
    open(actor) {
      if (closed) return problemAnswer('relayFailed');
      ofSession(actor.sessionHash)
        .slice(0, -(STREAMS_A_SESSION - 1))
        .forEach((oldest) => oldest.end());
      const { stream, body } = openStream(deps, actor, () => {
        streams.delete(stream);
        deps.metrics.streamsOpen(-1);
      });
      streams.add(stream);
      deps.metrics.streamsOpen(1);
      return new Response(body, { headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' } });
    },
    endSession: (hash) => ofSession(hash).forEach((stream) => stream.end()),
    closeAll() {
      closed = true;
      streams.forEach((stream) => stream.end());
    },
  };
}

function openStream(deps: EventStreamsDeps, actor: Actor, onEnded: () => void) {
  let raised = true;
  let pingDue = false;
  let ended = false;
  let cancelled = false;
  let content: 'asHello' | 'changed' | 'told' = 'asHello';
  let sent: { readonly receipts: number; readonly log: number } | undefined;
  let resume = () => {};

  const timer = setInterval(() => {
    pingDue = true;
    resume();
  }, deps.pingMs ?? PING_MS);
  const stream: Stream = {
    actor,
    wake() {
      raised = true;
      resume();
    },
    contentChanged() {
      if (content !== 'asHello') return;
      content = 'changed';
      stream.wake();
    },
    end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      resume();
      onEnded();
    },
  };

  async function whatIsNew(): Promise<string> {
    if (!sent) {
      const hello = await deps.hello(actor);
      sent = hello;
      return eventText('hello', hello);
    }
    const before = sent;
    const receipts = await deps.store.lastCursor(actor.workspace);
    const log = await deps.store.lastPosition(actor.workspace);
    const news = [
      ...(receipts === before.receipts ? [] : [eventText('receipts', { cursor: receipts })]),
      ...(log === before.log ? [] : [eventText('log', { cursor: log })]),
      ...(content === 'changed' ? [eventText('content', {})] : []),
    ];
    if (content === 'changed') content = 'told';
    sent = { receipts, log };
    return news.join('');
  }

  /** The next events' text; undefined when the stream is over. */
  async function next(): Promise<string | undefined> {
    while (!ended) {
      if (raised) {
        raised = false;
        const news = await whatIsNew();
        if (news !== '') return news;
      } else if (pingDue) {
        pingDue = false;
        // A session that ended elsewhere ends here with the next ping.
        if (await deps.store.session(actor.sessionHash, deps.now())) return eventText('ping', {});
        return undefined;
      } else {
        await new Promise<void>((resolve) => (resume = resolve));
        if (raised && !ended) await new Promise((resolve) => setTimeout(resolve, COALESCE_MS));
      }
    }
    return undefined;
  }

  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const text = await next().catch(() => undefined);
      if (text !== undefined) return controller.enqueue(encoder.encode(text));
      stream.end();
      if (!cancelled) controller.close();
    },
    cancel() {
      cancelled = true;
      stream.end();
    },
  });
  return { stream, body };
}

const eventText = (event: 'hello' | 'receipts' | 'log' | 'content' | 'ping', data: object) =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
