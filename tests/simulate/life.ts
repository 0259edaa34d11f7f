/** What happens to devices: time passes, clocks are wrong, networks come and go, profiles are copied, versions change. */
import type { DeviceId } from '#domain/ids';
import type { Dice } from '#tests/builders/dice';
import { COMMITS, undo } from './commits.ts';
import { erase } from './erase.ts';
import { HANDS, type Operation } from './hands.ts';
import { meet } from './meeting.ts';
import { copyReplica, refresh, type Replica } from './replica.ts';
import { newBlockId, type World } from './world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export function meetRelay(world: World, replica: Replica, faults?: Dice): void {
  const { relay, nowMs, acknowledged } = world;
  const problem = meet({
    replica,
    relay,
    nowMs,
    acknowledged,
    newBlockId: () => newBlockId(world),
    ...(faults && { faults }),
  });
  if (problem !== undefined) world.problems.push(problem);
}

const setClock: Operation = ({ nowMs }, replica, dice) => {
  const errors = [0, 0, 5 * MINUTE_MS, -5 * MINUTE_MS, DAY_MS, -DAY_MS, dice.below(DAY_MS) - nowMs];
  replica.errorMs = dice.pick(errors);
};

const copyProfile: Operation = (world, replica) => {
  world.replicas.push(copyReplica(replica, `device-${String(world.replicas.length)}` as DeviceId));
};

export function bringUpToDate(replica: Replica): void {
  if (replica.version === 'current') return;
  replica.version = 'current';
  replica.isBehind = true;
}

const meetOverBadNetwork: Operation = (world, replica, dice) => {
  meetRelay(world, replica, dice);
  refresh(replica);
};
const update: Operation = (_, replica) => {
  bringUpToDate(replica);
  refresh(replica);
};

const FREQUENT = [...HANDS, ...COMMITS];
const SHARES = FREQUENT.reduce((sum, [share]) => sum + share, 0);

/**
 * How often in the life of one device, however many operations it has: what one costs grows with the log, and an undo
 * with the undos before it. Short lives are dense with them.
 */
const RARE: readonly (readonly [times: number, operation: Operation])[] = [
  [24, meetOverBadNetwork],
  [5, undo],
  [3, setClock],
  [1, erase],
  [0.3, copyProfile],
  [0.5, update],
];

/** What happened, for whoever reads a history that failed. */
export interface Told {
  readonly replica: Replica;
  readonly operation: string;
}

/** `size`: operations of one device. */
export function operate(world: World, dice: Dice, size: number): Told {
  // Two devices may well write at one instant; now and then nobody does for hours.
  if (dice.chance(0.5)) world.nowMs += dice.chance(0.02) ? dice.below(DAY_MS) : dice.below(20_000);
  const replica = dice.pick(world.replicas);
  for (const [times, operation] of RARE) {
    if (!dice.chance(Math.min(0.25, times / size))) continue;
    operation(world, replica, dice);
    return { replica, operation: operation.name };
  }
  let share = dice.below(SHARES);
  const [, operation] = FREQUENT.find(([each]) => (share -= each) < 0) ?? [];
  operation?.(world, replica, dice);
  return { replica, operation: operation?.name ?? '' };
}
