/** Imports over a fold in memory: planned slice by slice, written as a commit, as the worker does it. */
import { STRICT_FIELDS, TEXT_FIELDS, type Field } from '#domain/contact';
import type { BlockId, ImportId } from '#domain/ids';
import { createChangedRows } from '#audience/changed-rows';
import { contactAt, isListed } from '#audience/columns';
import { createGroups } from '#audience/groups';
import { createImportPlan, PLAN_OUTCOMES, type ImportPlan, type PlanOptions } from '#audience/plan';
import { rowsOf } from '#audience/plan-rows';
import { createContactIds } from '#log/contact-id';
import { createFold, type Fold } from '#log/fold';
import type { Entry, RowBlock, RowColumns } from '#log/types';
import { entryOf, SALT, type Written } from '#tests/builders/entries';
import type { SliceOthers } from '#audience/slice-others';
import { MORE_CELLS, type FileRow, type Outcome } from './plan-model.ts';

const FIELDS: readonly Field[] = [...TEXT_FIELDS, ...STRICT_FIELDS];

export interface Importer {
  readonly fold: Fold;
  /** Plans only. `cutAfter`: after so many slices the plan is lost, and taken up again from what it had written. */
  readonly check: (
    rows: readonly FileRow[],
    options?: Partial<PlanOptions>,
    more?: { readonly slice?: number; readonly cutAfter?: number },
  ) => Checked;
  /** Writes what was checked; `ms` where it is to be later than what was done by hand. */
  readonly write: (checked: Checked, name?: string, ms?: number) => void;
  /** Everything that was, for folding anew. */
  readonly written: readonly Written[];
  /** Contacts without ids and times, sorted: what two ways of importing must agree on. */
  readonly people: () => readonly string[];
}

export interface Checked {
  readonly outcomes: readonly { readonly outcome: Outcome; readonly suppressed: boolean }[];
  readonly blocks: readonly RowColumns[];
  readonly options: PlanOptions;
  readonly version: number;
}

export function createImporter(): Importer {
  const fold = createFold(SALT);
  const written: Written[] = [];

  return {
    fold,
    written,
    check(rows, some = {}, { slice = 3, cutAfter = -1 } = {}) {
      const options: PlanOptions = {
        conflicts: 'overwrite',
        existing: 'all',
        groups: [],
        sameFile: new Set(),
        ...some,
      };
      const begin = (): ImportPlan => createImportPlan(fold.state, createContactIds(SALT), fold.state.keys, options);
      const outcomes: Checked['outcomes'][number][] = [];
      const blocks: RowColumns[] = [];
      const seen: Uint32Array[] = [];
      let plan = begin();
      for (let from = 0, at = 0; from < rows.length; from += slice, at += 1) {
        if (at === cutAfter) {
          plan = begin();
          for (const ids of seen) plan.rememberSeen(ids);
          for (const block of blocks) plan.remember(block);
        }
        const chunk = rows.slice(from, from + slice);
        const used = FIELDS.filter((field) => rows.some((row) => row[field] !== undefined));
        const columns = Object.fromEntries(used.map((field) => [field, chunk.map((row) => row[field] ?? '')]));
        const others = othersOf(chunk);
        const planned = plan.plan(chunk.length, columns, others);
        planned.outcomes.forEach((outcome, row) =>
          outcomes.push({ outcome: PLAN_OUTCOMES[outcome] as Outcome, suppressed: planned.suppressed[row] === 1 }),
        );
        if (planned.writes) blocks.push(rowsOf(planned.writes, columns, others));
        seen.push(planned.seen);
      }
      return { outcomes, blocks, options, version: fold.state.changes };
    },

    write({ blocks, options }, name = 'import', ms = 1_001 + written.length) {
      const byId = new Map(
        blocks.map((columns, at): [BlockId, RowBlock] => [
          `b${String(written.length)}-${String(at)}` as BlockId,
          {
            kind: 'rows',
            count: columns.count,
            columns,
            rowAt: () => {
              throw new Error('columns only');
            },
          },
        ]),
      );
      const refs = [...byId].map(([id, block]) => ({ id, hash: 'ff', rows: block.count, sizeBytes: 1 }));
      const entry: Entry = entryOf(
        {
          kind: 'commit',
          source: 'import',
          importId: name as ImportId,
          weight: options.conflicts === 'overwrite' ? 'strong' : 'weak',
          blocks: refs,
          joins: options.groups,
          leaves: [],
          newGroups: [],
        },
        { ms },
      );
      written.push({ entry, blocks: byId });
      if (fold.apply(entry, byId) !== 'applied') throw new Error('the import was not counted');
    },

    people() {
      const groups = createGroups(fold.state, createChangedRows(fold.state));
      return Array.from({ length: fold.state.ids.count }, (_, row) => row)
        .filter((row) => isListed(fold.state, row))
        .map((row) => {
          const more = MORE_CELLS.map((name) => [name, fold.state.others.get(name)?.valueAt(row) ?? '']);
          const cells: FileRow = { ...contactAt(fold.state, row, []).cells, ...Object.fromEntries(more) };
          return personText(cells, groups.of(row));
        })
        .sort();
    },
  };
}

/** As a file's checker hands them on; undefined where no row has any. */
function othersOf(rows: readonly FileRow[]): SliceOthers | undefined {
  const said = rows.map((row) => MORE_CELLS.flatMap((name, at) => (row[name] ? [{ at, value: row[name] }] : [])));
  const all = said.flat();
  if (all.length === 0) return undefined;
  const starts = Uint32Array.from([0, ...said.map((_, at) => said.slice(0, at + 1).flat().length)]);
  return {
    ...{ names: MORE_CELLS, starts, which: Uint16Array.from(all, ({ at }) => at) },
    values: all.map(({ value }) => value),
  };
}

export function personText(cells: FileRow, groups: readonly string[]): string {
  return JSON.stringify([[...FIELDS, ...MORE_CELLS].map((field) => cells[field] ?? ''), [...groups].sort()]);
}
