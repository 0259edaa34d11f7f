/**
 * A world for dispatch: a clock that stands until told, a provider that keeps a journal, a real store on a real file,
 * and processes that can be killed at any moment. The verdict always comes from the journal and the store.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogFields } from '#relay/log';
import { createCallJournal, type CallJournal } from '#relay/dispatch/call-journal';
import { createDispatch } from '#relay/dispatch/dispatch';
import type { ChannelProvider, Dispatch, Timers } from '#relay/dispatch/types';
import { createSqliteStore } from '#relay/store/sqlite';
import type { RelayStore, Turn } from '#relay/store/types';
import { CHANNEL, channelRow, START } from '#tests/builders/store-rows';
import { createFakeProvider, type ChannelPlan, type FakeProvider } from './dispatch-provider.ts';

export interface World {
  readonly store: RelayStore;
  /** Where the processes' call journals lie. */
  readonly folder: string;
  /** Another one after a power cut; undefined on a system that tells none. */
  bootId: string | undefined;
  readonly now: () => number;
  readonly log: LogFields[];
  readonly turns: Turn[];
  readonly receipts: string[];
  /** Adds the channel and its provider. */
  readonly addChannel: (plan?: ChannelPlan, code?: typeof CHANNEL) => Promise<FakeProvider>;
  /** What `providerFor` answers instead of the channel's provider. */
  readonly setProvider: (code: string, answer: () => ChannelProvider | undefined) => void;
  readonly providerOf: (code: string) => () => ChannelProvider | undefined;
  /** Called right after a turn is on disk and before the process learns of it. */
  onTurn: (turn: Turn) => void;
  /** Before a turn reaches the disk; may throw as a disk does. */
  beforeTurn: (turn: Turn) => void;
  /** Before a line of the call journal; may throw as a disk does. */
  beforeLine: (line: 'plan' | 'leaving' | 'ended') => void;
  readonly start: () => Promise<Dispatch>;
  /** As at the clean end of a process. */
  readonly closeJournals: () => void;
  /** The process is gone, in the middle of whatever it did. */
  readonly kill: () => void;
  /** Lets the clock run. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** The machine sleeps: when it wakes, all that was due meanwhile is due at once. */
  readonly leap: (milliseconds: number) => Promise<void>;
  /** Lets the clock run, from event to event, until it holds; throws after `limitMs`. */
  readonly until: (holds: () => boolean | Promise<boolean>, limitMs?: number) => Promise<void>;
  readonly end: () => Promise<void>;
}

interface Scheduled {
  readonly at: number;
  readonly callback: () => void;
}

const never = new Promise<never>(() => {});

export async function createWorld(random: () => number = () => 0.5): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldcast-dispatch-'));
  const store = createSqliteStore(join(folder, 'relay.sqlite'));
  let clock = START;
  let scheduled: Scheduled[] = [];
  let soonPending = 0;
  let generation = 0;
  const providers = new Map<string, () => ChannelProvider | undefined>();
  const journals: CallJournal[] = [];

  function schedule(milliseconds: number, callback: () => void): Scheduled {
    const entry = { at: clock + Math.max(0, milliseconds), callback };
    scheduled.push(entry);
    return entry;
  }

  /** Timers of one process: they die with it. */
  function timersOf(mine: number): Timers {
    const whileAlive = (callback: () => void) => () => {
      if (generation === mine) callback();
    };
    return {
      set: (milliseconds, callback) => schedule(milliseconds, whileAlive(callback)),
      clear: (timer) => void (scheduled = scheduled.filter((entry) => entry !== timer)),
      soon: (callback) => {
        soonPending++;
        setImmediate(() => {
          soonPending--;
          whileAlive(callback)();
        });
      },
    };
  }

  /** A dead process hears nothing of what it asked for. */
  function storeOf(mine: number): RelayStore {
    const dieOr = async <Result>(run: () => Promise<Result>): Promise<Result> => {
      if (generation !== mine) return never;
      const result = await run();
      return generation === mine ? result : never;
    };
    const wrapped: Record<string, unknown> = {};
    for (const [name, method] of Object.entries(store)) {
      wrapped[name] = (...input: unknown[]) =>
        dieOr(() => (method as (...all: unknown[]) => Promise<unknown>)(...input));
    }
    const turn: RelayStore['turn'] = (batch, owner, leaseUntil, what) =>
      dieOr(async () => {
        world.beforeTurn(what);
        if (generation !== mine) return never;
        const result = await store.turn(batch, owner, leaseUntil, what);
        if (result === 'written') world.turns.push(what);
        world.onTurn(what);
        return result;
      });
    return { ...(wrapped as unknown as RelayStore), turn };
  }

  async function settle(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (soonPending > 0);
    await new Promise((resolve) => setImmediate(resolve));
    if (soonPending > 0) await settle();
  }

  /** To the next timers at the latest `limit`, all of one moment together; false where there is none. */
  async function hop(limit: number): Promise<boolean> {
    await settle();
    const next = Math.min(...scheduled.map(({ at }) => at));
    if (next === Infinity || next > limit) return false;
    clock = Math.max(clock, next);
    const due = scheduled.filter(({ at }) => at <= next);
    for (const entry of due) {
      // One may have been cleared by the one before.
      if (!scheduled.includes(entry)) continue;
      scheduled = scheduled.filter((other) => other !== entry);
      entry.callback();
    }
    await settle();
    return true;
  }

  const world: World = {
    store,
    now: () => clock,
    log: [],
    turns: [],
    receipts: [],
    async addChannel(plan = {}, code = CHANNEL) {
      await store.addChannel(channelRow({ code }));
      const { fake, channel } = createFakeProvider(plan, { now: world.now, schedule, generation: () => generation });
      providers.set(code, () => channel);
      return fake;
    },
    setProvider: (code, answer) => void providers.set(code, answer),
    providerOf: (code) => providers.get(code) ?? (() => undefined),
    folder,
    bootId: 'boot-1',
    onTurn: () => {},
    beforeTurn: () => {},
    beforeLine: () => {},
    async start() {
      const mine = ++generation;
      const note = (fields: LogFields) => void world.log.push(fields);
      const journal = createCallJournal({ folder, bootId: world.bootId });
      journals.push(journal);
      const plan: CallJournal['plan'] = (claim, calls) => {
        world.beforeLine('plan');
        return journal.plan(claim, calls).map((record) => ({
          ...record,
          leaving: () => (world.beforeLine('leaving'), record.leaving()),
          ended: (endings) => (world.beforeLine('ended'), record.ended(endings)),
        }));
      };
      const dispatch = createDispatch({
        store: storeOf(mine),
        journal: { ...journal, plan },
        providerFor: async (workspace, code) =>
          (await store.channel(workspace, code)) ? providers.get(code)?.() : undefined,
        isErased: () => false,
        now: () => clock,
        random,
        timers: timersOf(mine),
        onReceipts: (workspace) => void world.receipts.push(workspace),
        metrics: { called: () => {}, turned: () => {}, rested: () => {} },
        log: { info: note, warn: note, error: note },
        owner: `process-${mine}`,
      });
      await dispatch.start();
      return dispatch;
    },
    closeJournals() {
      for (const journal of journals.splice(0)) journal.close();
    },
    kill: () => void generation++,
    async advance(milliseconds) {
      const limit = clock + milliseconds;
      while (await hop(limit));
      clock = limit;
      await settle();
    },
    async leap(milliseconds) {
      await settle();
      clock += milliseconds;
      await world.advance(0);
    },
    async until(holds, limitMs = 3_600_000) {
      const limit = clock + limitMs;
      await settle();
      while (!(await holds())) {
        if (!(await hop(limit))) throw new Error('nothing more happens, and it does not hold');
      }
    },
    async end() {
      generation++;
      world.closeJournals();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
  return world;
}
