/** A fold of a large crowd as it stands after a year: several imports into groups, messages to some, edits by hand. */
import type { BlockId, GroupId } from '#domain/ids';
import { createFold, type Fold } from '#log/fold';
import type { BlockRef, CommitBody } from '#log/types';
import { birthColumns, rowOf } from './blocks.ts';
import { crowdColumns, crowdName, crowdPhone } from './crowd.ts';
import { createDice } from './dice.ts';
import { change, entryOf, group, messaged, SALT } from './entries.ts';
import { idAt, textAt } from '#audience/columns';

export interface CrowdFold {
  readonly fold: Fold;
  readonly groups: readonly GroupId[];
  /** Ids of the imports' entries. */
  readonly imports: readonly string[];
  /** When the last thing happened, and the first. */
  readonly nowMs: number;
  readonly firstMs: number;
}

const BLOCK_ROWS = 4_000;
const IMPORTS = 10;
const GROUPS = 7;
const EDITS = 2_000;
const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2026, 0, 5);

export function foldCrowd(contacts: number, seed: number): CrowdFold {
  const dice = createDice(seed);
  const fold = createFold(SALT);
  const groups = Array.from({ length: GROUPS }, (_, at) => group(`Group ${String(at)}`));
  const imports = Array.from({ length: IMPORTS }, (_, at) => `import-${String(at)}`);
  const each = Math.ceil(contacts / IMPORTS);
  imports.forEach((id, at) => {
    const [first, end] = [at * each, Math.min((at + 1) * each, contacts)];
    const blocks = Array.from({ length: Math.ceil((end - first) / BLOCK_ROWS) }, (_, block): BlockRef => ({
      ...{ id: `${id}-${String(block)}` as BlockId, hash: 'ff', rows: BLOCK_ROWS, sizeBytes: 1 },
    }));
    const body: CommitBody = {
      ...{ kind: 'commit', source: 'import', weight: 'strong', blocks, leaves: [], newGroups: [] },
      joins: at === 0 ? [] : [groups[at % GROUPS] as GroupId],
    };
    const add = fold.applyBySlices(entryOf(body, { ms: FIRST_MS + at * 30 * DAY_MS, id }));
    for (let from = first; from < end; from += BLOCK_ROWS) {
      const columns = birthColumns(crowdColumns(dice, from, Math.min(from + BLOCK_ROWS, end)), 'phone');
      const rowAt = () => {
        throw new Error('the fold takes columns');
      };
      add?.({ kind: 'rows', count: columns.count, columns, rowAt });
    }
  });
  const { state } = fold;
  const afterMs = FIRST_MS + IMPORTS * 30 * DAY_MS;
  for (let day = 0; day < 20; day += 1) {
    const some = Array.from({ length: Math.ceil(contacts / 100) }, () => idAt(state, dice.below(state.ids.count)));
    fold.apply(...argumentsOf(messaged(some, { ms: afterMs + day * DAY_MS })));
  }
  for (let at = 0; at < EDITS; at += 1) {
    const phone = textAt(state, 'phone', dice.below(state.ids.count));
    const cells = dice.pick([{ name: crowdName(dice) }, { phone: crowdPhone(dice) }, { status: 'inactive' }]);
    const ms = afterMs + 20 * DAY_MS + at * 60_000;
    fold.apply(...argumentsOf(change(rowOf('phone', phone, cells, { birth: false }), { ms })));
  }
  return { fold, groups, imports, nowMs: afterMs + 25 * DAY_MS, firstMs: FIRST_MS };
}

const argumentsOf = ({ entry, blocks }: ReturnType<typeof change>) => [entry, blocks] as const;
