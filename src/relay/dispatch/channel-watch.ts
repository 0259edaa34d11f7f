/** What a lane knows of its channel: there, changed, or gone. Looked at anew once a second, since it may change any time. */
import { errorFields } from '#relay/log';
import type { ChannelKey } from '#relay/store/types';
import type { Health } from './health.ts';
import type { RateLimit } from './rate-limit.ts';
import type { ChannelProvider, DispatchDeps } from './types.ts';

/** How old the knowledge of a channel may be, and that of higher priorities waiting. */
export const GLANCE_MS = 1_000;

export interface ChannelWatch {
  /** Undefined before the first look, where the channel is gone, and where its provider could not be made. */
  readonly provider: () => ChannelProvider | undefined;
  readonly isGone: () => boolean;
  /** Looks where the last look is too old; a new limit or new settings hold from then on. */
  readonly look: () => Promise<void>;
  /** Something was changed: the last look says nothing any more. */
  readonly forgetLook: () => void;
}

export interface ChannelWatchDeps extends Pick<DispatchDeps, 'now' | 'providerFor'> {
  readonly key: ChannelKey;
  readonly health: Health;
  readonly limit: RateLimit;
  readonly note: (problem: string, more: { error: ReturnType<typeof errorFields> }) => void;
}

export function createChannelWatch({ key, now, providerFor, health, limit, note }: ChannelWatchDeps): ChannelWatch {
  let provider: ChannelProvider | undefined;
  let isGone = false;
  let hasFailed = false;
  let lookedAt = -Infinity;

  async function look(): Promise<void> {
    const at = now();
    // After a failure to make the provider, the rest is what says when to try again.
    const waits = hasFailed && at < health.restUntil() && lookedAt !== -Infinity;
    if (waits || at - lookedAt < GLANCE_MS) return;
    lookedAt = at;
    try {
      const found = await providerFor(key.workspace, key.code);
      if (provider && provider.provider !== found?.provider) health.reset();
      provider = found;
      isGone = found === undefined;
      hasFailed = false;
      limit.setRate(found?.perSecond, at);
    } catch (problem) {
      note('providerFailed', { error: errorFields(problem) });
      provider = undefined;
      hasFailed = true;
      health.rest(undefined, at);
    }
  }

  return {
    provider: () => provider,
    isGone: () => isGone,
    look,
    forgetLook: () => void (lookedAt = -Infinity),
  };
}
