/**
 * Drives one import from its kept file to exact figures: parse a slice, check it, have it planned, keep block and
 * checkpoint. It may be stopped, or killed, anywhere; run again, it goes on from the checkpoint.
 */
import { rowsOf } from '#audience/plan-rows';
import type { KeyField } from '#domain/contact';
import type { BlockId, ContactId, TagId } from '#domain/ids';
import type { OtherParts } from '#import/check-others';
import { createSliceChecker, type CheckedRows } from '#import/check-slice';
import { createRowKeys, type RowKeys } from '#import/kept-rows';
import type { Place, RowSlice, RowSource } from '#import/row-source';
import {
  ROW_OUTCOMES,
  type FileProblem,
  type ImportFigures,
  type ImportProgress,
  type RowProblem,
} from '#import/types';
import { writeRows } from '#log/block';
import type { ChunkRow, Checkpoint, ImportRow, ImportStore } from '#storage/types';
import { joinsOf, namesOf } from './import-joins.ts';
import type { PlanPort, PlannedSlice } from './worker-types.ts';

/** The planning of the audience worker, as it looks through a port. */
export type Planning = {
  readonly [Call in keyof PlanPort]: (
    ...given: Parameters<PlanPort[Call]>
  ) => Promise<Awaited<ReturnType<PlanPort[Call]>>>;
};

export interface RunParts {
  readonly store: ImportStore;
  readonly planning: Planning;
  readonly newBlockId: () => BlockId;
  /** Generation 0: by these, problems of somebody erased are found. */
  readonly hashOfKey: (field: KeyField, value: string) => ContactId;
  readonly tagId: (tag: string) => TagId;
  /** Milliseconds; only differences count. */
  readonly nowMs: () => number;
  /** Resolves when the page has it. */
  readonly report: (progress: ImportProgress) => Promise<void>;
}

/** `stopped`: cancelled, or another tab has taken over. */
export type RunResult = 'ready' | 'stopped' | Extract<FileProblem, 'noRows'>;

export const NO_FIGURES: ImportFigures = {
  ...{ new: 0, changed: 0, unchanged: 0, twice: 0, ignored: 0, error: 0 },
  ...{ rows: 0, suppressed: 0 },
};
export const FIRST_CHECKPOINT: Checkpoint = { rowsDone: 0, byteOffset: 0, chunks: 0, figures: NO_FIGURES };
/** Slices between parsing and the disk: enough that neither worker waits for a flush, few enough to hold. */
const MOST_UNDER_WAY = 4;
/** The page is told at most twice a second: each time costs a fiftieth of one, drawing included, on a core that a worker wants. */
const REPORT_EVERY_MS = 500;
/** Stored problems of a chunk; a file that is wrong in every row is looked through again where more are asked for. */
export const PROBLEMS_KEPT = 100;

const ERROR = ROW_OUTCOMES.indexOf('error');

export async function runImport(
  row: ImportRow,
  source: RowSource,
  parts: RunParts,
  signal: AbortSignal,
): Promise<RunResult> {
  const { store } = parts;
  const { id, settings } = row;
  let { checkpoint } = await beginPlan(row, parts);
  const check = createSliceChecker(settings, source.header, {
    idOf: parts.tagId,
    ...knownOf(settings, checkpoint.chunks > 0 ? await store.chunks(id) : []),
  });
  const keysOf = createProblemKeys(settings, parts.hashOfKey);
  const tell = createReporter(id, source, checkpoint, parts);
  // While one slice is parsed here, others are planned there and kept, in their order.
  let kept: Promise<'added' | 'superseded'> = Promise.resolve('added');
  const underWay: (typeof kept)[] = [];
  let ahead = source.read(placeOf(checkpoint));
  while (!signal.aborted) {
    const slice = await ahead;
    if (!slice) break;
    ahead = unheard(source.read(slice.next));
    const checked = check(slice);
    if (underWay.length === MOST_UNDER_WAY && (await underWay.shift()) === 'superseded') return 'stopped';
    const planned = unheard(planSlice(id, checked, parts));
    kept = unheard(
      kept.then(async (before) => {
        if (before === 'superseded') return before;
        const { plan, block } = await planned;
        const chunk = chunkOf(row, checkpoint.chunks, slice, checked, plan, source.header, keysOf);
        const reached = advance(checkpoint, slice.next, chunk);
        const result = await store.addChunk(chunk, reached, block);
        if (result === 'superseded') return result;
        checkpoint = reached;
        tell(checkpoint);
        return result;
      }),
    );
    underWay.push(kept);
  }
  if ((await kept) === 'superseded' || signal.aborted) return 'stopped';
  if (checkpoint.figures.rows === 0) return 'noRows';
  return (await store.ready(id, row.edition)) === 'ready' ? 'ready' : 'stopped';
}

/** Planned there, written here, packed there: texts pass to the audience once, and both workers have half of the work. */
export async function planSlice(
  importId: ImportRow['id'],
  { count, columns, others, groups }: Pick<CheckedRows, 'count' | 'columns' | 'others' | 'groups'>,
  { planning, newBlockId }: { readonly planning: Pick<Planning, 'plan' | 'pack'>; readonly newBlockId: () => BlockId },
): Promise<{ readonly plan: PlannedSlice; readonly block?: Parameters<ImportStore['addChunk']>[2] }> {
  const plan = await planning.plan({
    ...{ importId, count, columns, ...(others && { others }), ...(groups && { contacts: 'wanted' as const }) },
  });
  if (!plan.writes) return { plan };
  const rows = rowsOf(plan.writes, columns, others);
  const { bytes, ...ref } = await planning.pack(writeRows(rows), rows.count);
  return { plan, block: { bytes, ref: { id: newBlockId(), ...ref } } };
}

/** What fails is heard where it is awaited, which may be some slices later. */
function unheard<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}

/** A plan holds only for the audience it was made against: if that moved since an earlier run, all is planned anew. */
async function beginPlan(row: ImportRow, { store, planning }: RunParts): Promise<{ readonly checkpoint: Checkpoint }> {
  const { version } = await planning.beginPlan(row.id, row.settings, row.blocks);
  if (row.checkpoint.chunks === 0) {
    await store.change(row.id, { plannedVersion: version });
    return row;
  }
  if (row.plannedVersion === version) return row;
  await store.restart(row.id, FIRST_CHECKPOINT);
  const anew = await planning.beginPlan(row.id, row.settings, []);
  await store.change(row.id, { plannedVersion: anew.version });
  return { checkpoint: FIRST_CHECKPOINT };
}

/** Tags, scopes and names of groups that chunks met, in the order of the file. */
export const knownOf = (
  { fields }: Pick<ImportRow['settings'], 'fields'>,
  chunks: readonly ChunkRow[],
): Pick<OtherParts, 'known' | 'knownScopes' | 'knownGroups'> => ({
  known: fields.some((field) => field.startsWith('tag')) ? chunks.flatMap(({ tags = [] }) => tags) : [],
  knownScopes: fields.includes('bindId') ? chunks.flatMap(({ scopes = [] }) => scopes) : [],
  knownGroups: fields.includes('groups') ? namesOf(chunks) : [],
});

const placeOf = ({ byteOffset, rowsDone }: Checkpoint): Place => ({ byteOffset, row: rowsDone });

function advance({ figures, chunks }: Checkpoint, next: Place, chunk: ChunkRow): Checkpoint {
  const counts = { ...figures, rows: figures.rows + chunk.outcomes.length };
  for (const outcome of chunk.outcomes) counts[ROW_OUTCOMES[outcome] ?? 'error']++;
  for (const each of chunk.suppressed) counts.suppressed += each;
  return { rowsDone: next.row, byteOffset: next.byteOffset, chunks: chunks + 1, figures: counts };
}

/** Hashes of the keys of a raw row, in error or not. */
type ProblemKeys = (row: readonly string[], state: 'whole' | 'damaged') => readonly ContactId[];

function createProblemKeys(settings: ImportRow['settings'], hashOfKey: RunParts['hashOfKey']): ProblemKeys {
  const keysOf: RowKeys = createRowKeys(settings);
  return (row, state) => keysOf(row, state).map(([field, value]) => hashOfKey(field, value));
}

function chunkOf(
  { id: importId, edition }: ImportRow,
  index: number,
  slice: RowSlice,
  checked: CheckedRows,
  plan: PlannedSlice,
  header: readonly string[],
  keysOf: ProblemKeys,
): ChunkRow {
  const outcomes = new Uint8Array(slice.rows.length).fill(ERROR);
  const suppressed = new Uint8Array(slice.rows.length);
  checked.indexes.forEach((row, at) => {
    outcomes[row] = plan.outcomes[at] ?? ERROR;
    suppressed[row] = plan.suppressed[at] ?? 0;
  });
  const problems = allProblems(slice, checked, outcomes).slice(0, PROBLEMS_KEPT);
  const problemKeys = problems.map(({ row }) => {
    const at = slice.numbers.indexOf(row);
    return keysOf(slice.rows[at] ?? [], slice.damaged.has(at) ? 'damaged' : 'whole');
  });
  const firstRow = Math.max(0, slice.place.row - (header.length > 0 ? 1 : 0));
  const { byteOffset: byteStart } = slice.place;
  return {
    ...{ importId, index, byteStart, byteEnd: slice.next.byteOffset, firstRow, outcomes, suppressed, problems },
    ...(plan.seen && { seen: plan.seen }),
    ...(problems.length > 0 && { problemKeys }),
    ...(edition !== undefined && { edition }),
    ...(checked.tags?.length && { tags: checked.tags }),
    ...(checked.scopes?.length && { scopes: checked.scopes }),
    ...(checked.groups && { groups: { names: checked.groups.names, joins: joinsOf(checked, checked.groups, plan) } }),
  };
}

/** What checking found, and the rows that planning refused, since they fit two contacts; in the order of the file. */
export function allProblems(slice: RowSlice, checked: CheckedRows, outcomes: Uint8Array): readonly RowProblem[] {
  const refused: RowProblem[] = [];
  checked.indexes.forEach((row, at) => {
    if (outcomes[row] !== ERROR) return;
    const { userId, phone, email } = checked.columns;
    const value = userId?.[at] || phone?.[at] || email?.[at] || '';
    refused.push({ row: slice.numbers[row] ?? 0, column: '', value, problem: 'fitsTwoContacts' });
  });
  return refused.length === 0
    ? checked.problems
    : [...checked.problems, ...refused].sort((one, other) => one.row - other.row);
}

function createReporter(importId: ImportRow['id'], source: RowSource, from: Checkpoint, { nowMs, report }: RunParts) {
  const startedMs = nowMs();
  let toldMs = -Infinity;
  return (checkpoint: Checkpoint): void => {
    const now = nowMs();
    if (now - toldMs < REPORT_EVERY_MS) return;
    toldMs = now;
    const { figures } = checkpoint;
    const seconds = Math.max(0.001, (now - startedMs) / 1_000);
    const share = source.shareDone(placeOf(checkpoint));
    void report({
      importId,
      phase: 'checking',
      rowsDone: figures.rows,
      rowsTotal: Math.max(figures.rows, Math.round(figures.rows / Math.max(share, 1e-6))),
      rowsPerSecond: Math.round((figures.rows - from.figures.rows) / seconds),
      figures,
    });
  };
}
