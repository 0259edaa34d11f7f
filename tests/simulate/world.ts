/**
 * A workspace under simulation: some devices, the relay between them, the true time, and what was promised meanwhile.
 * Everything in it comes of its seed.
 */
import type { BlockId, DeviceId, EntryId, ImportId } from '#domain/ids';
import type { Dice } from '#tests/builders/dice';
import type { FileRow } from '#tests/audience/plan-model';
import { BEGIN_MS } from './names.ts';
import { createRelay, type Relay } from './relay.ts';
import { createReplica, type Replica } from './replica.ts';

export interface File {
  readonly rows: readonly FileRow[];
  /** Imports of this very file, on whatever device. */
  readonly imports: ImportId[];
}

export interface World {
  readonly relay: Relay;
  readonly replicas: Replica[];
  readonly acknowledged: Set<EntryId>;
  readonly files: File[];
  /** Keys of people who were erased: nowhere at the end. */
  readonly erasedKeys: Set<string>;
  /** How many people there are to write about. */
  readonly people: number;
  /** Promises that did not hold. */
  readonly problems: string[];
  nowMs: number;
  /** Each name is written once, so that it tells who wrote it. */
  names: number;
  made: number;
}

/** `size`: operations of one device. */
export function createWorld(replicas: number, size: number, relay: Relay = createRelay()): World {
  return {
    relay,
    replicas: Array.from({ length: replicas }, (_, at) =>
      createReplica(`device-${String(at)}` as DeviceId, at === 1 ? 'old' : 'current'),
    ),
    acknowledged: new Set(),
    files: [],
    erasedKeys: new Set(),
    people: Math.max(12, Math.round(size / 12)),
    problems: [],
    nowMs: BEGIN_MS,
    names: 0,
    made: 0,
  };
}

/** Random ones would tell nothing more: two devices never make the same. */
export const newEntryId = (world: World, dice: Dice): EntryId =>
  `${String(dice.below(1_000)).padStart(3, '0')}-${String((world.made += 1))}` as EntryId;
export const newBlockId = (world: World): BlockId => `block-${String((world.made += 1))}` as BlockId;
export const newImportId = (world: World): ImportId => `import-${String((world.made += 1))}` as ImportId;
