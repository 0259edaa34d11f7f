/**
 * The relay is killed again and again while three clients write into one log, as the app does it: edits, imports in
 * blocks, groups joined and left. One client is wiped right after each acknowledgement and begins as a new device, so
 * that none of what it was promised lies anywhere but at the relay. At the end all have the same. `packing`: the relay
 * packs what it has just been given, all the time, and is killed in that too.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntryId } from '#domain/ids';
import type { RelayClient } from '#sync/relay-client';
import { rowOf } from '../builders/blocks.ts';
import { createDice, type Dice } from '../builders/dice.ts';
import { group } from '../builders/entries.ts';
import { createLogDevice, type LogDevice } from '../builders/log-device.ts';
import { createRelayClient as createOwner } from '../builders/relay-client.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';
import { readLog, relayAs, signIn } from './log-kills-relay.ts';
import { logProblems } from './log-kills-verdict.ts';

export interface LogKillsOptions {
  readonly kills: number;
  /** Of all clients together. */
  readonly changes: number;
  readonly seed: number;
  readonly packing?: 'never' | 'always';
  /** From the last start until all have the same; not judged where absent. */
  readonly withinMs?: number;
  /** A build that loses something never comes to an end: then given up. */
  readonly limitMs?: number;
  readonly root?: string;
}

const CLIENTS = ['one', 'other', 'wiped'] as const;
type ClientName = (typeof CLIENTS)[number];
/** Changes between two rounds. Each wipe needs a session, of which the relay gives ten a minute, and anew after a start. */
const MOST_AT_ONCE = { one: 40, other: 40, wiped: 1_000 } as const;
/** A browser is woken by the relay; ours asks. */
const IDLE_MS = 100;
const PACKS_ALWAYS = { FIELDCAST_PACK_AFTER_SECONDS: '1', FIELDCAST_PACK_LEAST: '20' };
const PEOPLE = 400;
const GROUPS = ['VIP', 'Fair', 'Prague'].map(group);
/** However slow the machine, a proof ends. */
const LIMIT_MS = 120_000;

interface World {
  readonly acknowledged: Set<EntryId>;
  readonly problems: string[];
  readonly url: () => string;
  readonly signIn: () => Promise<string>;
  /** Changes that each client may have written by now. */
  allowed: number;
  isOver: boolean;
  /** `pack`: one of them was told of entries that are packed now, and is about to ask for them. */
  onEvent: (event: ClientName | 'pack') => void;
}

export async function proveLogKills({
  kills,
  changes,
  seed,
  packing = 'never',
  withinMs,
  limitMs = LIMIT_MS,
  root,
}: LogKillsOptions): Promise<{ readonly problems: readonly string[]; readonly summary: string }> {
  const dice = createDice(seed);
  const folder = await temporaryFolder('log-kills');
  const tree = { ...(root !== undefined && { root }), env: packing === 'always' ? PACKS_ALWAYS : {} };
  let relay = await startRelay({ data: folder.path, ...tree });
  const port = Number(new URL(relay.url).port);
  const owner = createOwner(relay.url);
  await owner.claim(relay.claimToken ?? '');
  const world: World = {
    acknowledged: new Set(),
    problems: [],
    url: () => relay.url,
    signIn: () => signIn(owner, relay.url),
    allowed: 0,
    isOver: false,
    onEvent: () => {},
  };
  const clients = await Promise.all(CLIENTS.map((name, at) => openClient(world, name, createDice(seed + at + 1))));
  const working = clients.map((client) => client.work());
  const each = Math.ceil(changes / CLIENTS.length);
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      world.allowed = Math.ceil((each * kill) / kills);
      // In the very moment of an acknowledgement, mostly of the one who is wiped for it, and now and then anywhere.
      if (kill % 3 === 0) await sleep(dice.below(300));
      else if (packing === 'always' && kill % 3 === 1) await within(3_000, happens(world, ['pack']));
      else await within(10_000, happens(world, kill % 3 === 1 ? ['wiped'] : CLIENTS));
      // One that was just wiped writes nothing before it has a session: the last changes are written while there is a relay.
      if (kill === kills) await until(() => clients.every((client) => client.written() >= each), limitMs);
      await relay.kill();
      relay = await startRelay({ data: folder.path, port, ...tree });
    }
    const startedAt = Date.now();
    const worked = process.cpuUsage();
    const last = await untilEqual(clients, startedAt, limitMs);
    const { user, system } = process.cpuUsage(worked);
    world.isOver = true;
    const wiped = (await Promise.all(working)).reduce((sum, wipes) => sum + wipes, 0);
    const replicas = [];
    for (const client of clients) replicas.push(await client.replica());
    const log = await readLog(relay.url, owner.cookie());
    const problems = [
      ...new Set(world.problems),
      ...logProblems({ acknowledged: world.acknowledged, relay: log.ids, replicas }),
    ];
    if (log.unreadable > 0) problems.push(`packs at the relay that cannot be read: ${String(log.unreadable)}`);
    if (withinMs !== undefined && last > withinMs)
      problems.push(`all were equal only ${String(last)} ms after the last start`);
    return {
      problems,
      summary:
        `${String(kills)} kills, ${String(changes)} changes, ${String(world.acknowledged.size)} acknowledged, ` +
        `${String(wiped)} wipes, ${String(log.packs)} packs, equal ${(last / 1_000).toFixed(1)} s after the last start ` +
        // On a busy machine the one says little of the other.
        `(${((user + system) / 1_000_000).toFixed(1)} s of the clients' work)`,
    };
  } finally {
    world.isOver = true;
    await Promise.allSettled(working);
    await relay.kill();
    await folder.remove();
    for (const client of clients) await client.close();
  }
}

const happens = (world: World, any: readonly (ClientName | 'pack')[]) =>
  new Promise<void>((resolve) => {
    world.onEvent = (event) => {
      if (any.includes(event)) resolve();
    };
  });

class Wiped extends Error {}

async function openClient(world: World, name: ClientName, dice: Dice) {
  let devices = 0;
  let written = 0;
  let wipes = 0;
  /** After its last round, since a device that is being wiped cannot be asked. */
  let last = { round: '', cursor: 0, pending: 0 };
  const wrote: EntryId[] = [];
  let device = await newDevice();

  async function newDevice(): Promise<LogDevice> {
    const cookie = await world.signIn();
    const relay = relayAs(world.url, cookie);
    const push: RelayClient['push'] = async (request) => {
      const answer = await relay.push(request);
      if (answer.kind !== 'answer') return answer;
      for (const { id, result } of answer.value.results)
        if (result !== 'refused' && id !== '') world.acknowledged.add(id);
      world.onEvent(name);
      // Before the device itself has written it down.
      if (name === 'wiped' && answer.value.results.length > 0) throw new Wiped();
      return answer;
    };
    const pull: RelayClient['pull'] = async (after) => {
      const answer = await relay.pull(after);
      if (answer.kind === 'answer' && answer.value.pack) world.onEvent('pack');
      return answer;
    };
    return createLogDevice({
      name: `${name}-${String((devices += 1))}`,
      relay: { ...relay, push, pull },
      now: Date.now,
    });
  }

  async function write(): Promise<void> {
    const person = () => `+4207${String(dice.below(PEOPLE)).padStart(8, '0')}`;
    const named = rowOf('phone', person(), { name: `${name} ${String(written)}` });
    const one = dice.pick(GROUPS);
    const kind = dice.below(10);
    if (kind < 6) wrote.push(await device.change(named));
    else if (kind < 7) wrote.push(await device.change({ ...named, birth: false, cells: {} }, { joins: [one] }));
    else if (kind < 8) wrote.push(await device.change({ ...named, birth: false, cells: {} }, { leaves: [one] }));
    else {
      const rows = Array.from({ length: 1 + dice.below(30) }, () => rowOf('phone', person(), { name: name }));
      wrote.push(await device.import(rows, { weight: dice.chance(0.5) ? 'strong' : 'weak', joins: [one] }));
    }
    written += 1;
  }

  /** What was promised to whomever is on the new device with its first round. */
  async function beginAnew(): Promise<void> {
    wipes += 1;
    await device.wipe();
    wrote.length = 0;
    const promised = [...world.acknowledged];
    device = await newDevice();
    while ((await device.share()) !== 'current' && !world.isOver) await sleep(30);
    const found = new Set(await device.ids());
    const lost = promised.filter((id) => !found.has(id)).length;
    if (lost > 0 && !world.isOver) world.problems.push(`acknowledged, and gone for a new device: ${String(lost)}`);
  }

  return {
    written: () => written,
    cursor: () => last.cursor,
    /** All is written, nothing waits, and the last round ended well. */
    isIdle: () => last.round === 'current' && written >= world.allowed && last.pending === 0,
    async work(): Promise<number> {
      while (!world.isOver) {
        const now = Math.min(world.allowed - written, 1 + dice.below(MOST_AT_ONCE[name]));
        for (let at = 0; at < now; at += 1) await write();
        try {
          const round = await device.share();
          last = { round, cursor: await device.sharing.cursor(), pending: (await device.sharing.counts()).pending };
          if (dice.chance(0.1)) await device.state();
        } catch (error) {
          if (!(error instanceof Wiped)) throw error;
          last = { round: 'wiped', cursor: 0, pending: 0 };
          await beginAnew();
        }
        await sleep(last.round !== 'current' ? 25 : now > 0 ? 5 : IDLE_MS);
      }
      return wipes;
    },
    replica: async () => ({
      name,
      wrote,
      ids: await device.ids(),
      state: await device.state(),
      fromNothing: await device.stateFromNothing(),
    }),
    close: () => device.wipe(),
  };
}

/** Milliseconds since then. */
async function untilEqual(
  clients: readonly Awaited<ReturnType<typeof openClient>>[],
  since: number,
  limitMs: number,
): Promise<number> {
  while (Date.now() - since < limitMs) {
    const cursors = new Set(clients.map((client) => client.cursor()));
    if (clients.every((client) => client.isIdle()) && cursors.size === 1) break;
    await sleep(20);
  }
  return Date.now() - since;
}

async function until(isSo: () => boolean, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!isSo() && Date.now() < deadline) await sleep(10);
}

/** Aborted timers would keep the process, so the loser of the race is let go. */
async function within(limitMs: number, event: Promise<void>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([event, sleep(limitMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}
