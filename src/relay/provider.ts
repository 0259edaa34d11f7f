/**
 * The contract of a provider: one file that translates, and does nothing else. Retrying, throttling, rendering, logging
 * belong to dispatch, so that they work alike for all. Every provider passes `tests/contracts/provider.ts`.
 */
import type { Socket } from 'node:net';
import type { Platform } from '#domain/channel';
import type { DeliveryState, FailureReason, FailureStage } from '#domain/delivery';

/** Content with every variable filled in. */
export type RenderedContent =
  | { readonly kind: 'email'; readonly subject: string; readonly text: string }
  | { readonly kind: 'sms-template'; readonly templateId: string; readonly parameters: readonly string[] }
  | { readonly kind: 'text'; readonly text: string };

export interface Outgoing {
  /** The same over all tries of one delivery: the provider's idempotency key where it has one. Letters, digits, dots. */
  readonly key: string;
  readonly address: string;
  readonly content: RenderedContent;
}

/** What is known after a call; `detail` is the provider's short code, never free text or an address. */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly providerId?: string }
  | { readonly kind: 'refused'; readonly stage: FailureStage; readonly reason: FailureReason; readonly detail?: string }
  /** Known not to have been taken: tried again. `scope: 'channel'` holds the whole channel back. */
  | {
      readonly kind: 'unavailable';
      readonly retryAfterMs?: number;
      readonly scope: 'delivery' | 'channel';
      readonly detail?: string;
    }
  /** The call may have been taken: never sent again by itself, unless the provider can tell repeats. */
  | { readonly kind: 'unknown'; readonly detail?: string };

/** A provider's report on an earlier delivery. */
export interface Report {
  /** By the id the provider gave, or by our own key. */
  readonly by: { readonly providerId: string } | { readonly key: string };
  readonly state: DeliveryState;
  readonly stage?: FailureStage;
  readonly reason?: FailureReason;
  readonly detail?: string;
  readonly at: number;
}

export interface RawCallback {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receivedAt: number;
}

export type TestOutcome =
  { readonly kind: 'works' } | { readonly kind: 'fails'; readonly reason: FailureReason; readonly detail?: string };

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly onLeaving?: OnLeaving | undefined;
}

/**
 * Called right before the first byte of what may take effect is handed to the network, in the same tick, and again where
 * that happens again. Where it throws, no byte may leave: the call was not made.
 */
export type OnLeaving = () => void;

/** How far a failed request came decides between `unavailable` and `unknown`. */
export type HttpResult =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** No byte of the request can have arrived: refused, unresolved, timed out while connecting. */
  | { readonly kind: 'notSent'; readonly code: string }
  | { readonly kind: 'lost'; readonly code: string };

/** A connection to an address that the guard has judged, for what is not HTTP. */
export type Connected =
  { readonly kind: 'connected'; readonly socket: Socket } | { readonly kind: 'failed'; readonly code: string };

export interface ProviderDeps {
  readonly http: (request: HttpRequest) => Promise<HttpResult>;
  /** Absent: only public addresses can be reached. */
  readonly connect?: (host: string, port: number, timeoutMs: number) => Promise<Connected>;
  readonly now: () => number;
}

export interface ProviderConfig {
  readonly settings: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, string>>;
}

export interface Provider {
  /** Messages a call; deliveries with the same `groupKey` may share one. */
  readonly batchSize: number;
  /** Calls at a time that the provider takes well. */
  readonly concurrency: number;
  readonly groupKey: (outgoing: Outgoing) => string;
  /** `send` and `lookup` say by `onLeaving` when a call leaves. Absent: it counts as leaving when it is asked for. */
  readonly tellsLeaving?: true;
  /** One outcome an outgoing, in the same order. Never throws for what a provider can do. */
  readonly send: (batch: readonly Outgoing[], onLeaving?: OnLeaving) => Promise<readonly SendOutcome[]>;
  /** Only where `repeats` is `lookup`. */
  readonly lookup?: (batch: readonly Outgoing[], onLeaving?: OnLeaving) => Promise<readonly SendOutcome[]>;
  /** Tries the credentials without sending anything. */
  readonly test: () => Promise<TestOutcome>;
  readonly close: () => Promise<void>;
}

export type CallbackAnswer = { readonly status: number; readonly body: string };

export interface ProviderKind {
  readonly platform: Platform;
  /** Whether a repeated call is told from a first one: by our key, by asking, or not at all. */
  readonly repeats: 'idempotent' | 'lookup' | 'none';
  readonly create: (config: ProviderConfig, deps: ProviderDeps) => Provider;
  /** What the provider wants to hear at once; the body is worked on later. */
  readonly answerCallback?: (callback: RawCallback) => CallbackAnswer;
  /** `forged`: the signature does not hold; `malformed`: not what this provider sends. Neither changes anything. */
  readonly readCallback?: (
    callback: RawCallback,
    config: ProviderConfig,
  ) => { readonly kind: 'reports'; readonly reports: readonly Report[] } | { readonly kind: 'forged' | 'malformed' };
}
