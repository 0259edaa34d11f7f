/**
 * The HTTP that providers speak: one connection pool an origin, no redirects, small answers, guarded addresses.
 * Its one promise: `notSent` only where not a byte of the request can have arrived, otherwise `lost`.
 * It neither retries nor reads what is answered.
 */
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { codeOf, createNetGuard, type NetGuard } from '#relay/net-guard';
import type { HttpRequest, HttpResult, OnLeaving } from '#relay/provider';

export interface HttpTimeouts {
  readonly connectMs: number;
  /** Until the answer's headers, and then between two pieces of its body. */
  readonly headersMs: number;
  readonly bodyMs: number;
}

export interface HttpOptions {
  /** CIDR networks that may be called although they are private, and without TLS. */
  readonly allowNetworks?: readonly string[];
  readonly timeouts?: Partial<HttpTimeouts>;
  readonly guard?: NetGuard;
}

export interface Http {
  (request: HttpRequest): Promise<HttpResult>;
  /** Ends idle connections at once and calls under way by `lost`. */
  readonly close: () => Promise<void>;
}

const TIMEOUTS: HttpTimeouts = { connectMs: 5_000, headersMs: 20_000, bodyMs: 20_000 };
const CONNECTIONS_PER_ORIGIN = 128;
const ANSWER_BYTES = 64 * 1024;
/** A provider has a handful of addresses; whoever changes a channel's address all day must not fill the memory. */
const TARGETS_KEPT = 1_000;

interface Target {
  readonly origin: string;
  readonly path: string;
}

export function createHttp(options: HttpOptions = {}): Http {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const guard = options.guard ?? createNetGuard(options.allowNetworks);
  const agent = new Agent({
    connections: CONNECTIONS_PER_ORIGIN,
    pipelining: 1,
    // One request a connection at a time is what tells `notSent` from `lost`; HTTP/2 would blur it.
    allowH2: false,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
    connect: guardedConnect(guard, timeouts.connectMs),
  });
  const targets = new Map<string, Target | undefined>();

  function targetOf(url: string): Target | undefined {
    if (!targets.has(url)) {
      if (targets.size >= TARGETS_KEPT) targets.clear();
      targets.set(url, parseTarget(url));
    }
    return targets.get(url);
  }

  const call = (request: HttpRequest): Promise<HttpResult> => {
    const target = targetOf(request.url);
    if (target === undefined) return Promise.resolve({ kind: 'notSent', code: 'ERR_INVALID_URL' });
    return new Promise((fulfil) => {
      const { origin, path } = target;
      const { method, headers, body, onLeaving } = request;
      try {
        agent.dispatch({ origin, path, method, headers, body }, new Call(fulfil, onLeaving));
      } catch (error) {
        fulfil({ kind: 'notSent', code: codeOf(error) });
      }
    });
  };
  return Object.assign(call, { close: () => agent.destroy() });
}

/** One request's way; kept to a single small object, since thousands of them pass every second. */
class Call implements Dispatcher.DispatchHandler {
  readonly #fulfil: (result: HttpResult) => void;
  readonly #onLeaving: OnLeaving | undefined;
  #started = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(fulfil: (result: HttpResult) => void, onLeaving: OnLeaving | undefined) {
    this.#fulfil = fulfil;
    this.#onLeaving = onLeaving;
  }

  /** Called with a live connection in hand, right before the first byte: from here on it may have arrived. */
  onRequestStart(): void {
    // What is thrown here ends the request before it is written.
    this.#onLeaving?.();
    this.#started = true;
  }

  onResponseStart(_controller: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status < 200) return;
    this.#status = status;
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined) this.#headers[name] = typeof value === 'string' ? value : value.join(', ');
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = ANSWER_BYTES - this.#size;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#size += chunk.length;
    if (this.#size <= ANSWER_BYTES) return;
    // The status says what became of the call; the rest of an endless answer does not matter.
    this.#answer();
    controller.abort(new Error('The answer is too long'));
  }

  onResponseEnd(): void {
    this.#answer();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fulfil({ kind: this.#started ? 'lost' : 'notSent', code: codeOf(error) });
  }

  #answer(): void {
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#fulfil({ kind: 'answer', status: this.#status, headers: this.#headers, body: whole.toString('utf8') });
  }
}

/** Without TLS only into networks that the deployment named: requests carry addresses and text. */
function guardedConnect(guard: NetGuard, timeout: number): buildConnector.connector {
  const secure = buildConnector({ allowH2: false, timeout, lookup: guard.lookup('public') });
  const plain = buildConnector({ allowH2: false, timeout, lookup: guard.lookup('allowed') });
  return (options, callback) => {
    const isSecure = options.protocol === 'https:';
    const error = guard.literalError(options.hostname, isSecure ? 'public' : 'allowed');
    if (error === undefined) (isSecure ? secure : plain)(options, callback);
    else process.nextTick(callback, error, null);
  };
}

function parseTarget(url: string): Target | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) return undefined;
  return { origin: parsed.origin, path: parsed.pathname + parsed.search };
}
