/**
 * Hands queued deliveries to their providers: a lane a channel, started when the store has something ready for it.
 * What a delivery's outcome means is in `judge.ts`; how a lane works in `lane.ts`.
 */
import { errorFields } from '#relay/log';
import type { ChannelKey } from '#relay/store/types';
import { createLane, type Lane } from './lane.ts';
import type { Dispatch, DispatchDeps } from './types.ts';

/** Another process's lease may run out, or its message be complete, without a word to this one. */
const POLL_MS = 2_000;

export function createDispatch(deps: DispatchDeps): Dispatch {
  const { store, journal, now, timers } = deps;
  const lanes = new Map<string, Lane>();
  let stage: 'new' | 'running' | 'stopped' = 'new';
  let scanning: Promise<void> | undefined;
  let scanAgain = false;
  let timer: unknown;

  const laneKey = ({ workspace, code }: ChannelKey) => `${workspace} ${code}`;

  function laneFor(key: ChannelKey): Lane {
    const lane = lanes.get(laneKey(key)) ?? createLane(key, { ...deps, onGivenBack: look });
    lanes.set(laneKey(key), lane);
    return lane;
  }

  async function scan(): Promise<void> {
    timers.clear(timer);
    let waitMs = POLL_MS;
    try {
      do {
        scanAgain = false;
        const at = now();
        const { ready, nextAt } = await store.readyChannels(at);
        if (stage !== 'running') return;
        for (const key of ready) laneFor(key).kick();
        waitMs = Math.min(POLL_MS, Math.max(1, (nextAt ?? Infinity) - at));
      } while (scanAgain);
    } catch (problem) {
      deps.log.error({ event: 'dispatch', problem: 'storeFailed', error: errorFields(problem) });
    }
    if (stage === 'running') timer = timers.set(waitMs, look);
  }

  function look(): void {
    if (stage !== 'running') return;
    if (scanning) {
      scanAgain = true;
      return;
    }
    scanning = scan().finally(() => (scanning = undefined));
  }

  return {
    async start() {
      // First, since it is the claims of the dead that say whose tries these are.
      for (const workspace of await store.settleTries(now(), journal.past())) deps.onReceipts(workspace);
      journal.forgetPast();
      await store.releaseAll();
      stage = 'running';
      look();
    },
    wake: look,
    channelChanged(workspace, code) {
      lanes.get(laneKey({ workspace, code }))?.channelChanged();
      look();
    },
    async stop(limitMs) {
      stage = 'stopped';
      timers.clear(timer);
      await scanning;
      const limit = timers.set(limitMs, () => {
        for (const lane of lanes.values()) lane.abandon();
      });
      await Promise.all([...lanes.values()].map((lane) => lane.stop()));
      timers.clear(limit);
    },
  };
}
