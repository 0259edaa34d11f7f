/**
 * One workspace from its first entry to the moment when everything has arrived everywhere. Each operation comes of the
 * seed and its own number, so that a failing history can be told again without those that do not matter.
 */
import { canonicalState } from '#log/canonical';
import { createDice } from '#tests/builders/dice';
import { oracle } from '#tests/log/oracle';
import { blockIdsOf } from './entry-rows.ts';
import { bringUpToDate, meetRelay, operate } from './life.ts';
import type { Relay } from './relay.ts';
import { refresh, type Replica } from './replica.ts';
import { judge } from './verdict.ts';
import { createWorld, type World } from './world.ts';

export interface Run {
  readonly seed: number;
  readonly replicas: number;
  /** Operations of each device. */
  readonly ops: number;
}

export interface Telling {
  /** Numbers of the operations that are done; all, where it is absent. */
  readonly only?: ReadonlySet<number>;
  /** Hears of every operation, and of what it wrote. */
  readonly onTold?: (line: string) => void;
  /** One that keeps what it was asked; else one of its own. */
  readonly relay?: Relay;
}

export interface Outcome {
  readonly problems: readonly string[];
  readonly entries: number;
  readonly contacts: number;
  readonly foldsAnew: number;
}

/** While a workspace is this young, its devices' folds are compared with the oracle, which takes its time. */
const ORACLE_ROWS = 80;
const ORACLE_EVERY = 10;
const MOST_MEETINGS = 200;

export function simulate({ seed, replicas, ops }: Run, { only, onTold, relay }: Telling = {}): Outcome {
  const world = createWorld(replicas, ops, relay);
  for (let at = 0; at < replicas * ops && world.problems.length === 0; at += 1) {
    if (only && !only.has(at)) continue;
    const before = new Set(onTold && world.replicas.flatMap(({ pending }) => pending.map(({ id }) => id)));
    const { replica, operation } = operate(world, createDice(mixed(seed, at)), ops);
    onTold?.(`#${String(at)} ${replica.device} ${operation}`);
    if (onTold) for (const { id } of replica.pending) if (!before.has(id)) onTold(entryAsText(replica, id));
    if (at % ORACLE_EVERY === 0) for (const each of world.replicas) compareWithOracle(world, each);
  }
  if (world.problems.length === 0) {
    arrive(world);
    world.problems.push(...judge(world, createDice(mixed(seed, -1))));
  }
  return {
    problems: world.problems,
    entries: world.relay.log.length,
    contacts: world.replicas[0]?.fold.state.bornCount ?? 0,
    foldsAnew: world.replicas.reduce((sum, { foldsAnew }) => sum + foldsAnew, 0),
  };
}

/**
 * Everybody is up to date, and meets the relay until nobody has anything that the others have not. Nobody looks at
 * contacts meanwhile, so that who has to fold anew does it once.
 */
function arrive(world: World): void {
  world.replicas.forEach(bringUpToDate);
  for (let left = MOST_MEETINGS; left > 0; left -= 1) {
    for (const replica of world.replicas) meetRelay(world, replica);
    const { length } = world.relay.log;
    if (world.replicas.every(({ pending, cursor }) => pending.length === 0 && cursor === length)) break;
  }
  world.replicas.forEach(refresh);
}

function compareWithOracle(world: World, { device, entries, blocks, version, fold }: Replica): void {
  if (entries.size > ORACLE_ROWS || version === 'old') return;
  const rows = [...blocks.values()].reduce((sum, { count }) => sum + count, entries.size);
  if (rows > ORACLE_ROWS) return;
  const written = [...entries.values()].map((entry) => ({ entry, blocks }));
  if (canonicalState(fold) !== oracle(written)) world.problems.push(`${device}: another state than the oracle's`);
}

function entryAsText({ entries, blocks }: Replica, id: Replica['pending'][number]['id']): string {
  const entry = entries.get(id);
  if (!entry) return '';
  const rows = blockIdsOf(entry).map((block) => {
    const found = blocks.get(block);
    if (found?.kind !== 'rows') return `    ${JSON.stringify(found?.contacts)}`;
    return Array.from({ length: found.count }, (_, at) => `    ${JSON.stringify(found.rowAt(at))}`).join('\n');
  });
  return [`  ${JSON.stringify(entry)}`, ...rows].join('\n');
}

/** Seeds and numbers side by side give dice that have nothing to do with each other. */
const mixed = (seed: number, at: number): number =>
  Math.imul(seed ^ Math.imul(at + 1, 0x9e3779b1), 0x85ebca6b) ^ (at * 7919);
