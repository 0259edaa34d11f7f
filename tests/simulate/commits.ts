/** Imports, bulk changes, and their undo, as a device writes them: planned by the product's own planner. */
import { createImportPlan, type PlanOptions } from '#audience/plan';
import { rowsOf } from '#audience/plan-rows';
import { STRICT_FIELDS, TEXT_FIELDS, type Field } from '#domain/contact';
import type { BlockId } from '#domain/ids';
import { rowAt } from '#log/block';
import type { Block } from '#log/fold';
import type { CommitBody, EntryBody, Row, RowBlock, RowColumns } from '#log/types';
import type { FileRow } from '#tests/audience/plan-model';
import { blockOfRows } from '#tests/builders/blocks';
import type { Dice } from '#tests/builders/dice';
import { ids } from '#tests/builders/entries';
import { anyRow, entriesSaying, rowNaming, type Operation } from './hands.ts';
import { GROUPS } from './names.ts';
import { fileRows } from './people.ts';
import { write, type Replica } from './replica.ts';
import { loosened, loosenedByUndo, ranksOf, ranksOfAll, wordsBy } from './strictness.ts';
import { newBlockId, newEntryId, newImportId, type File, type World } from './world.ts';

const FIELDS: readonly Field[] = [...TEXT_FIELDS, ...STRICT_FIELDS];
const ROWS_A_BLOCK = 5;

const importNew: Operation = (world, replica, dice) => {
  const file: File = { rows: fileRows(world, dice, 16), imports: [] };
  world.files.push(file);
  importFile(world, replica, dice, file);
};

/** The same file again, perhaps on another device. */
const importAgain: Operation = (world, replica, dice) => {
  if (world.files.length > 0) importFile(world, replica, dice, dice.pick(world.files));
};

function importFile(world: World, replica: Replica, dice: Dice, file: File): void {
  const { state } = replica.fold;
  const options: PlanOptions = {
    conflicts: dice.pick(['overwrite', 'overwrite', 'fillBlanks', 'ignore']),
    existing: dice.chance(0.9) ? 'all' : 'existingOnly',
    groups: dice.chance(0.6) ? [dice.pick(GROUPS)] : [],
    sameFile: new Set(file.imports),
  };
  const { blocks, born } = planFile(replica, file.rows, options);
  if (blocks.length === 0) return;
  const importId = newImportId(world);
  file.imports.push(importId);
  const newGroups = options.groups.map((id) => ({ id, name: `group ${String(importId)}` }));
  const commit = {
    source: 'import',
    importId,
    weight: options.conflicts === 'overwrite' ? 'strong' : 'weak',
    joins: options.groups,
    newGroups: dice.chance(0.2) ? newGroups : [],
  } as const;
  const listed = state.bornCount;
  // Looked at of everybody, so of large audiences not every time.
  const ranks = dice.chance(Math.min(1, 400 / (state.ids.count + 1))) ? ranksOf(state) : [];
  writeCommit(world, replica, dice, commit, blocks);
  for (const what of loosened(ranks, state)) world.problems.push(`${importId} loosened ${what}`);
  const news = state.bornCount - listed;
  if (news !== born) world.problems.push(`${importId}: ${String(born)} were to be new, ${String(news)} are`);
}

export function planFile(replica: Replica, rows: readonly FileRow[], options: PlanOptions) {
  const { state } = replica.fold;
  const plan = createImportPlan(state, ids, state.keys, options);
  const blocks: RowColumns[] = [];
  let born = 0;
  for (let from = 0; from < rows.length; from += ROWS_A_BLOCK) {
    const slice = rows.slice(from, from + ROWS_A_BLOCK);
    const used = FIELDS.filter((field) => rows.some((row) => row[field] !== undefined));
    const columns = Object.fromEntries(used.map((field) => [field, slice.map((row) => row[field] ?? '')]));
    const { outcomes, writes } = plan.plan(slice.length, columns);
    born += outcomes.filter((outcome) => outcome === 0).length;
    if (writes) blocks.push(rowsOf(writes, columns));
  }
  return { blocks, born };
}

export function writeCommit(
  world: World,
  replica: Replica,
  dice: Dice,
  commit: Pick<CommitBody, 'source'> & Partial<CommitBody>,
  columns: readonly RowColumns[],
): void {
  const blocks = new Map<BlockId, Block>(columns.map((each) => [newBlockId(world), blockOf(each)]));
  const refs = [...blocks].map(([id, block]) => ({ id, hash: 'ff', rows: block.count, sizeBytes: 1 }));
  const body: CommitBody = {
    kind: 'commit',
    weight: 'strong',
    joins: [],
    leaves: [],
    newGroups: [],
    ...commit,
    blocks: refs,
  };
  write(replica, world.nowMs, newEntryId(world, dice), body, blocks);
}

export const blockOf = (columns: RowColumns): RowBlock => ({
  kind: 'rows',
  count: columns.count,
  columns,
  rowAt: (index) => rowAt(columns, index),
});

const bulk: Operation = (world, replica, dice) => {
  const found = Array.from({ length: 2 + dice.below(12) }, () => anyRow(replica, dice)).filter((row) => row >= 0);
  if (found.length === 0) return;
  const cells: Row['cells'] = dice.chance(0.5)
    ? {}
    : dice.pick([
        { status: 'inactive' },
        { status: 'active' },
        { deleted: 'yes' },
        { 'consent:sms': 'refused' },
        { blocked: dice.pick(['yes', 'no']) },
      ]);
  const rows = [...new Set(found)].map((row) => rowNaming(replica, row, cells));
  // Whoever unblocks has seen who was blocked.
  const replaces = cells.blocked === 'no' ? found.flatMap((row) => entriesSaying(replica, 'blocked', row)) : [];
  const group = dice.pick(GROUPS);
  const moves = Object.keys(cells).length > 0 ? {} : dice.chance(0.6) ? { joins: [group] } : { leaves: [group] };
  writeCommit(world, replica, dice, { source: 'bulk', ...moves, replaces }, [blockOfRows(rows).columns]);
};

/** Undo of an import, a bulk change or a merge that this device knows, or undo of that. */
export const undo: Operation = (world, replica, dice) => {
  if (replica.undoable.length === 0) return;
  const recent = replica.undoable.slice(-30);
  const of = dice.chance(0.7) ? dice.pick(recent) : dice.pick(replica.undoable);
  const body: EntryBody = { kind: 'undo', of, undone: dice.chance(0.7) };
  const { state } = replica.fold;
  const words = wordsBy(of, state, replica.entries);
  const ranks = body.undone && replica.entries.get(of)?.body.kind === 'commit' ? ranksOfAll(state) : undefined;
  write(replica, world.nowMs, newEntryId(world, dice), body);
  if (ranks) for (const what of loosenedByUndo(ranks, state)) world.problems.push(`undo of ${of} loosened ${what}`);
  if (words.some((rank, field) => rank > (wordsBy(of, state, replica.entries)[field] ?? 0)))
    world.problems.push(`undo of ${of} took its words of consent back`);
};

export const COMMITS: readonly (readonly [share: number, operation: Operation])[] = [
  [7, importNew],
  [3, importAgain],
  [5, bulk],
];
