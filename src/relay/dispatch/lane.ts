/**
 * One channel's way out. It works in turns: what came back since the last turn and what is to go next are written in
 * one transaction, and only then are the calls made. Lanes know nothing of each other, so that a dead provider holds
 * up its own channel alone.
 */
import { errorFields, type LogFields } from '#relay/log';
import type { ChannelKey } from '#relay/store/types';
import { createCalls } from './calls.ts';
import { createChannelWatch, GLANCE_MS } from './channel-watch.ts';
import { createHealth } from './health.ts';
import { holdBatch, type HeldBatch, type PlannedCall } from './held-batch.ts';
import { CHANNEL_GIVEN_UP_MS } from './judge.ts';
import { createRateLimit } from './rate-limit.ts';
import { createTurns, LEASE_MS } from './turns.ts';
import type { DispatchDeps } from './types.ts';

export interface Lane {
  /** Something may be ready for this channel. */
  readonly kick: () => void;
  readonly channelChanged: () => void;
  /** No new calls; resolves when those under way have ended and everything is written and given back. */
  readonly stop: () => Promise<void>;
  /** Ends a stop that takes too long: what is still under way is left without an ending. */
  readonly abandon: () => void;
}

export interface LaneDeps extends DispatchDeps {
  /** A batch went back that is not done: somebody has to see when it is ready again. */
  readonly onGivenBack: () => void;
}

const RENEW_MS = 5_000;
/** After a store that threw. */
const STORE_TROUBLE_MS = 1_000;
/** For the last writes after a stop's time is over. */
const LAST_WRITES_MS = 500;

export function createLane(key: ChannelKey, deps: LaneDeps): Lane {
  const { store, now, timers } = deps;
  const health = createHealth(deps.random);
  const limit = createRateLimit();
  const channel = createChannelWatch({ ...deps, key, health, limit, note });
  const calls = createCalls({ ...deps, health, note, onSettled: pumpSoon });
  const turns = createTurns({ ...deps, key, health, limit, channel, calls, note });
  /** In the order of their claims. */
  let held: HeldBatch[] = [];
  let stage: 'running' | 'stopping' | 'abandoned' = 'running';
  let mayBeReady = false;
  let lookedHigherAt = -Infinity;
  let workedOn: HeldBatch | undefined;
  let nothingOldIn = -1;
  let claims = 0;
  let storedDownSince: number | undefined | 'unread' = 'unread';
  let troubleUntil = -Infinity;
  let isPumping = false;
  let isPumpSoon = false;
  let pumpAgain = false;
  let timer: unknown;
  let onStopped: (() => void) | undefined;

  function note(problem: string, more: Omit<LogFields, 'event'> = {}): void {
    deps.log.warn({ event: 'dispatch', problem, workspace: key.workspace, channel: key.code, ...more });
  }

  function pumpSoon(): void {
    if (isPumpSoon) return;
    isPumpSoon = true;
    timers.soon(() => {
      isPumpSoon = false;
      void pump();
    });
  }

  /** One step at a time, and between two of them the event loop has its turn; never throws. */
  async function pump(): Promise<void> {
    if (isPumping) {
      pumpAgain = true;
      return;
    }
    isPumping = true;
    pumpAgain = false;
    timers.clear(timer);
    try {
      if (now() >= troubleUntil || stage !== 'running') await step();
    } catch (problem) {
      troubleUntil = now() + STORE_TROUBLE_MS;
      note('storeFailed', { error: errorFields(problem) });
    }
    isPumping = false;
    const isDone = stage === 'stopping' && held.length === 0 && calls.count() === 0;
    if (isDone || stage === 'abandoned') onStopped?.();
    else if (pumpAgain && now() >= troubleUntil) pumpSoon();
    else setTimer();
  }

  async function step(): Promise<void> {
    calls.sweep();
    if (held.length > 0 || mayBeReady) await channel.look();
    for (const batch of held) {
      if (channel.isGone()) batch.endAll('channelGone');
      else if (mayBegin()) batch.bringDue(now());
    }
    await claim(now());
    await takeTurns();
    await giveBack();
    await storeDownSince();
  }

  const isResting = () => now() < health.restUntil();
  const mayBegin = () => stage === 'running' && channel.provider() !== undefined && !isResting();

  /** The batch that calls are taken from: of the highest priority the oldest claim. */
  function current(): HeldBatch | undefined {
    const startable = held.filter((batch) => batch.hasStartable());
    return (
      startable.find(({ batch }) => batch.priority === 'high') ??
      startable.find(({ batch }) => batch.priority === 'medium') ??
      startable[0]
    );
  }

  async function claim(at: number): Promise<void> {
    const working = current();
    // A batch of a higher priority may have come while this one waited.
    if (working !== workedOn) lookedHigherAt = -Infinity;
    workedOn = working;
    const isHigherDue = working && working.batch.priority !== 'high' && at - lookedHigherAt >= GLANCE_MS;
    if (stage !== 'running' || (working ? !isHigherDue : !mayBeReady)) return;
    if (!channel.isGone() && !mayBegin() && !mayGiveUp(at)) return;
    // Else a process that was suspended would claim its own batch again, and take its own calls for interrupted.
    for (const batch of held.filter(({ leaseUntil }) => leaseUntil <= at)) await takeTurn(batch, []);
    lookedHigherAt = at;
    const owner = `${deps.owner}.${key.code}.${++claims}`;
    const leaseUntil = at + LEASE_MS;
    const batch = await store.claimBatch(key, owner, at, leaseUntil, working?.batch.priority);
    if (!batch) {
      if (!working) mayBeReady = false;
      return;
    }
    if (storedDownSince === 'unread') {
      storedDownSince = batch.channelDownSince;
      if (storedDownSince !== undefined) health.setDownSince(storedDownSince);
    }
    const works = await store.work(batch);
    const next = holdBatch(batch, owner, leaseUntil, works, callRepeat(), (recipient) =>
      deps.isErased(batch.message, recipient),
    );
    held.push(next);
    if (channel.isGone() || batch.channelState === 'gone') next.endAll('channelGone');
    else if (mayBegin()) next.bringDue(at);
    else if (at - Math.max(health.downSince() ?? at, batch.queuedAt) >= CHANNEL_GIVEN_UP_MS) {
      next.endAll('providerUnavailable');
    } else nothingOldIn = health.period();
    pumpAgain = true;
  }

  /** Down for so long that what has waited all the time is ended without being tried; looked at once a rest. */
  function mayGiveUp(at: number): boolean {
    const isDownLong = at - (health.downSince() ?? at) >= CHANNEL_GIVEN_UP_MS;
    return isDownLong && nothingOldIn !== health.period();
  }

  function callRepeat(): 'send' | 'lookup' | 'never' {
    const found = channel.provider();
    if (found?.repeats === 'idempotent') return 'send';
    return found?.repeats === 'lookup' && found.provider.lookup ? 'lookup' : 'never';
  }

  async function takeTurns(): Promise<void> {
    const found = channel.provider();
    const from = mayBegin() ? current() : undefined;
    for (const batch of [...held]) {
      const planned = batch === from && found ? batch.plan(turns.room(found.provider), now()) : [];
      const isRenewDue = batch.leaseUntil - now() <= LEASE_MS - RENEW_MS;
      if (planned.length > 0 || batch.hasEnds() || isRenewDue) await takeTurn(batch, planned);
    }
  }

  async function takeTurn(batch: HeldBatch, planned: readonly PlannedCall[]): Promise<void> {
    const result = await turns.take(batch, planned);
    if (result === 'lost') held = held.filter((other) => other !== batch);
    else if (planned.length > 0) pumpAgain = true;
  }

  /** What has nothing left to do here, or may not go on now. */
  async function giveBack(): Promise<void> {
    const isHalted = stage !== 'running' || (!channel.isGone() && !mayBegin());
    for (const batch of [...held]) {
      const isDone = isHalted ? batch.callsUnderWay === 0 && !batch.hasEnds() : batch.isIdle();
      if (!isDone && stage !== 'abandoned') continue;
      held = held.filter((other) => other !== batch);
      const at = now();
      const readyAt = batch.hasStartable() ? at : Math.max(at, batch.laterAt());
      const isFinished = readyAt === Infinity;
      await store.release(batch.batch, batch.owner, at, isFinished ? at : readyAt);
      if (!isFinished && stage === 'running') deps.onGivenBack();
    }
  }

  /** A restart must not begin the channel's last day anew. */
  async function storeDownSince(): Promise<void> {
    if (storedDownSince === 'unread' || storedDownSince === health.downSince()) return;
    storedDownSince = health.downSince();
    await store.setChannelDown(key, storedDownSince);
  }

  function setTimer(): void {
    const at = now();
    const times = held.map(({ leaseUntil }) => leaseUntil - LEASE_MS + RENEW_MS);
    if (stage === 'running' && (mayBeReady || held.length > 0)) {
      if (isResting()) times.push(health.restUntil());
      else if (current()) times.push(limit.available(at) < 1 ? at + limit.waitMs(at) : at + GLANCE_MS);
      else for (const batch of held) times.push(batch.laterAt());
    }
    const next = troubleUntil > at ? troubleUntil : Math.min(...times);
    if (next !== Infinity) timer = timers.set(Math.max(1, next - at), () => void pump());
  }

  return {
    kick() {
      mayBeReady = true;
      lookedHigherAt = -Infinity;
      pumpSoon();
    },
    channelChanged() {
      channel.forgetLook();
      mayBeReady = true;
      pumpSoon();
    },
    stop: () =>
      new Promise<void>((resolve) => {
        onStopped = resolve;
        stage = 'stopping';
        pumpSoon();
      }),
    abandon() {
      stage = 'abandoned';
      calls.forget();
      pumpSoon();
      timers.set(LAST_WRITES_MS, () => onStopped?.());
    },
  };
}
