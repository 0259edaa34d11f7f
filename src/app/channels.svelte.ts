/**
 * Channels as pages see them: the relay's list, kept on this device for reading, as of the last visit.
 * Changes are the relay's alone and need it; credentials pass through and are kept nowhere here.
 */
import type { Channel } from '#domain/channel';
import type { RelayClient } from '#sync/relay-client';
import { outcomeOf } from './connection.svelte.ts';
import type { Channels, Outcome } from './types.ts';
import type { Opened } from './opened.ts';

export interface ChannelsPart extends Channels {
  /** From this device's copy; another tab has asked the relay. */
  readonly reread: () => Promise<void>;
  /** From the relay; not where the list kept here is of the revision that it has just said. */
  readonly refresh: (said?: string) => Promise<void>;
}

export function createChannels(opened: Promise<Opened>, relay: RelayClient): ChannelsPart {
  let list = $state.raw<readonly Channel[]>([]);
  let asked = $state(false);

  async function reread(): Promise<void> {
    const { stores } = await opened;
    list = (await stores.channels.list()).toSorted((one, other) => one.name.localeCompare(other.name));
  }
  reread().catch(() => {});

  async function keep(write: (app: Opened) => Promise<void>): Promise<void> {
    const app = await opened;
    await write(app);
    await reread();
    app.tabs.tell('channels');
  }

  async function kept(outcome: Outcome<Channel>): Promise<Outcome<Channel>> {
    if (outcome.kind === 'done') await keep(({ stores }) => stores.channels.put(outcome.value));
    return outcome;
  }

  return {
    get loading() {
      return asked || list.length > 0 ? 'loaded' : 'loading';
    },
    get list() {
      return list;
    },
    reread,
    async refresh(said) {
      const { meta } = (await opened).stores;
      if (said === undefined || said !== (await meta.get('channelsRevision'))) {
        const answer = await relay.channels();
        if (answer.kind !== 'answer') return;
        const { channels, revision } = answer.value;
        await keep(({ stores }) => stores.channels.replace(channels));
        await meta.set('channelsRevision', revision);
      }
      asked = true;
    },
    create: async (request) => kept(outcomeOf(await relay.createChannel(request))),
    change: async (code, change) => kept(outcomeOf(await relay.changeChannel(code, change))),
    async remove(code) {
      const outcome = outcomeOf(await relay.removeChannel(code));
      const gone = outcome.kind === 'done' || outcome.problem === 'notFound';
      if (gone) await keep(({ stores }) => stores.channels.remove(code));
      return gone ? { kind: 'done', value: undefined } : outcome;
    },
    test: async (code, address, content) => outcomeOf(await relay.testChannel(code, address, content)),
  };
}
