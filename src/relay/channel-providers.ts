/**
 * The provider of each channel, opened once and kept as long as settings and credentials stay the same. It is asked
 * before calls, so a change holds from the next call on, without a restart.
 */
import type { Platform } from '#domain/channel';
import type { ChannelCode, WorkspaceId } from '#domain/ids';
import type { ChannelProvider } from '#relay/dispatch/types';
import type { Keyring } from '#relay/keyring';
import type { Provider, ProviderDeps, ProviderKind } from '#relay/provider';
import type { ChannelRow, RelayStore } from '#relay/store/types';

export interface ChannelProvidersDeps {
  readonly store: Pick<RelayStore, 'channel'>;
  readonly keyring: Keyring;
  readonly providers: Readonly<Record<Platform, ProviderKind>>;
  readonly providerDeps: ProviderDeps;
}

export interface ChannelProviders {
  readonly providerFor: (workspace: WorkspaceId, code: ChannelCode) => Promise<ChannelProvider | undefined>;
  readonly close: () => Promise<void>;
}

/** Longer than any call: one that is under way with the settings before may end. */
const CALLS_END_MS = 120_000;
/** How often a channel without readable credentials looks whether they were entered anew. */
const HELD_MS = 60_000;

interface Kept {
  readonly madeOf: string;
  readonly provider: Provider;
}

export function createChannelProviders(deps: ChannelProvidersDeps): ChannelProviders {
  const kept = new Map<string, Kept>();
  const leaving = new Set<Provider>();

  function letGo(place: string): void {
    const before = kept.get(place);
    if (!before) return;
    kept.delete(place);
    leaving.add(before.provider);
    setTimeout(() => {
      if (leaving.delete(before.provider)) void before.provider.close();
    }, CALLS_END_MS).unref();
  }

  return {
    async providerFor(workspace, code) {
      const place = `${workspace} ${code}`;
      const channel = await deps.store.channel(workspace, code);
      if (!channel) {
        letGo(place);
        return undefined;
      }
      const madeOf = JSON.stringify([channel.platform, channel.settings, channel.sealedCredentials]);
      if (kept.get(place)?.madeOf !== madeOf) {
        letGo(place);
        kept.set(place, { madeOf, provider: openProvider(deps, channel) });
      }
      const { provider } = kept.get(place) as Kept;
      const { repeats } = deps.providers[channel.platform];
      const limit = channel.perSecond === undefined ? {} : { perSecond: channel.perSecond };
      return { platform: channel.platform, repeats, provider, ...limit };
    },

    async close() {
      const all = [...[...kept.values()].map(({ provider }) => provider), ...leaving];
      kept.clear();
      leaving.clear();
      await Promise.all(all.map((provider) => provider.close()));
    },
  };
}

function openProvider({ keyring, providers, providerDeps }: ChannelProvidersDeps, channel: ChannelRow): Provider {
  const opened = keyring.open(channel.sealedCredentials, channel);
  if (opened.kind !== 'opened') return heldProvider;
  const config = { settings: channel.settings, credentials: opened.credentials };
  return providers[channel.platform].create(config, providerDeps);
}

/** Takes nothing and refuses nothing: messages wait until the key is back or the credentials are entered anew. */
const heldProvider: Provider = {
  batchSize: 1,
  concurrency: 1,
  groupKey: () => '',
  send: (batch) =>
    Promise.resolve(
      batch.map(() => ({
        kind: 'unavailable',
        scope: 'channel',
        retryAfterMs: HELD_MS,
        detail: 'credentialsUnreadable',
      })),
    ),
  test: () => Promise.resolve({ kind: 'fails', reason: 'credentialsRefused', detail: 'unreadable' }),
  close: () => Promise.resolve(),
};
