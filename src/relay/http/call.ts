/**
 * What a handler is given and what it answers, free of the server's library: the gate in `http.ts` has already judged
 * origin, rate, session and size.
 */
import type { Platform } from '#domain/channel';
import type { ChannelCode, WorkspaceId } from '#domain/ids';
import type { Problem } from '#protocol/constants';
import type { Actor } from '#relay/auth/actor';
import type { Links } from '#relay/auth/links';
import type { RateLimiter } from '#relay/auth/rate-limit';
import type { Blocks } from '#relay/blocks/blocks';
import type { Erasures } from '#relay/erasure/erasures';
import type { Keyring } from '#relay/keyring';
import type { Log } from '#relay/log';
import type { Metrics } from '#relay/metrics';
import type { ProviderDeps, ProviderKind } from '#relay/provider';
import type { Site } from '#relay/static';
import type { RelayStore } from '#relay/store/types';
import type { EventStreams } from './event-streams.ts';

export interface HttpDeps {
  readonly store: RelayStore;
  readonly blocks: Blocks;
  readonly erasures: Pick<Erasures, 'begin' | 'again' | 'isUnderWay' | 'filter'>;
  readonly keyring: Keyring;
  readonly providers: Readonly<Record<Platform, ProviderKind>>;
  readonly providerDeps: ProviderDeps;
  readonly links: Links;
  readonly limiter: RateLimiter;
  readonly streams: EventStreams;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly site: Site;
  readonly now: () => number;
  /** Known only once the relay listens. */
  readonly publicUrl: () => string;
  readonly retentionDays: number;
  readonly metricsToken: string | undefined;
  /** A message is complete. */
  readonly onMessageQueued: () => void;
  /** A callback is stored. */
  readonly onCallbackStored: () => void;
  /** A channel's settings or credentials are others now, or the channel is gone. */
  readonly onChannelChanged: (workspace: WorkspaceId, code: ChannelCode) => void;
}

export interface Call {
  readonly request: Request;
  /** Parts of the path, by the pattern's names. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Uint8Array;
  readonly actor: Actor | undefined;
}

/** Where the gate lets only members through. */
export interface MemberCall extends Call {
  readonly actor: Actor;
}

/** A problem's word alone is a refusal; the gate gives it its status. */
export type Answer = Response | Problem;
