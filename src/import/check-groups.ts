/**
 * Columns that name groups (IMP-10): which of them each row joins, as places in a list of all names of the file. Which
 * groups these are, and which must be made, is not known here.
 */
import { GROUP_NAME_LENGTH } from '#domain/group';
import { normaliseName } from '#domain/name';
import { namesIn } from '#domain/tag';
import { cleanText } from './clean-text.ts';
import { LONGEST_CELL, MOST_GROUPS } from './limits.ts';
import type { CellProblem, ImportSettings, MappedField } from './types.ts';

/** As `SliceGroups` of the app: what row `at` joins stands from `starts[at]` to `starts[at + 1]`. */
export interface ReadGroups {
  readonly starts: Uint32Array<ArrayBuffer>;
  /** Place among all names of the file, in the order in which it came to say them. */
  readonly which: Uint16Array<ArrayBuffer>;
  /** Names that no slice before had. */
  readonly names: readonly string[];
}

export interface GroupColumns {
  readonly begin: (rows: number) => void;
  /** Of one row; `report` says what is wrong with a column's cell. */
  readonly read: (row: readonly string[], report: (column: number, problem: CellProblem) => void) => void;
  /** What was read last: it counts, or its row is in error. */
  readonly keep: () => void;
  readonly drop: () => void;
  readonly end: () => ReadGroups;
}

export interface GroupNames {
  /** Of the slices before. */
  readonly before: readonly string[];
  /** As the settings have them. */
  readonly known: ImportSettings['groupNames'];
}

/** Undefined where the file has no such column. */
export function createGroupColumns(fields: readonly MappedField[], names: GroupNames): GroupColumns | undefined {
  const columns = fields.flatMap((field, at) => (field === 'groups' ? [at] : []));
  if (columns.length === 0) return undefined;
  const { separated = [], dynamic = [] } = names.known ?? {};
  const whole = new Set(separated.map(normaliseName));
  const closed = new Set(dynamic.map(normaliseName));
  const placeByName = new Map<string, number>();
  const all: string[] = [];
  names.before.forEach(add);

  let [starts, which] = [new Uint32Array(1), [] as number[]];
  let [count, begun, allBegun, allOfRow] = [0, 0, 0, 0];

  function add(name: string): number {
    const place = all.push(name) - 1;
    placeByName.set(normaliseName(name), place);
    return place;
  }

  function readCell(raw: string): CellProblem | undefined {
    for (const name of namesIn(cleanText(raw), (text) => whole.has(normaliseName(text)))) {
      const plain = normaliseName(name);
      if (closed.has(plain)) return 'groupDynamic';
      if ([...name].length > GROUP_NAME_LENGTH) return 'groupTooLong';
      const known = placeByName.get(plain);
      if (known === undefined && all.length === MOST_GROUPS) return 'groupsTooMany';
      const place = known ?? add(name);
      if (!which.includes(place, begun)) which.push(place);
    }
    return undefined;
  }

  return {
    begin(rows) {
      [starts, which] = [new Uint32Array(rows + 1), []];
      [count, begun, allBegun, allOfRow] = [0, 0, all.length, all.length];
    },
    read(row, report) {
      begun = which.length;
      allOfRow = all.length;
      for (const at of columns) {
        const raw = row[at] ?? '';
        const problem = raw === '' ? undefined : raw.length > LONGEST_CELL ? 'cellTooLong' : readCell(raw);
        if (problem) report(at, problem);
      }
    },
    keep() {
      count += 1;
      starts[count] = which.length;
    },
    drop() {
      which.length = begun;
      for (const name of all.splice(allOfRow)) placeByName.delete(normaliseName(name));
    },
    end: () => ({
      ...{ starts: starts.slice(0, count + 1), which: Uint16Array.from(which), names: all.slice(allBegun) },
    }),
  };
}
