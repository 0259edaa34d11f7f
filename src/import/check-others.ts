/**
 * The columns of a file that are no fields with a column of the fold's own: a characteristic each, tags, and what holds
 * for a line or a channel. Nothing for an empty cell. How many tags and scopes a file may have is counted over all its
 * slices.
 */
import { isCharacteristicCell, type CharacteristicCell } from '#domain/characteristic';
import { PROBLEM, type CellReader } from './cell-reader.ts';
import { createCellsByRow, type ReadOthers } from './cells-by-row.ts';
import { cleanText } from './clean-text.ts';
import { LONGEST_CELL } from './limits.ts';
import { createTagReader, type TagParts } from './read-tags.ts';
import { columnOf, createScopedColumns, type KeyColumns } from './scoped-columns.ts';
import type { CellProblem, MappedField } from './types.ts';

export interface OtherParts extends TagParts {
  /** Scopes that rows of the slices before said. */
  readonly knownScopes: readonly string[];
  /** Names of groups of the slices before. */
  readonly knownGroups?: readonly string[];
}

export interface OtherColumns {
  readonly begin: (rows: number) => void;
  /**
   * Of one row, which is the `at`th without error; `report` says what is wrong with a column's cell. `keys`: what was read
   * of it for all, which may be a line's alone.
   */
  readonly read: (
    row: readonly string[],
    report: (column: number, problem: CellProblem) => void,
    keys: KeyColumns,
    at: number,
  ) => void;
  /** Why the row that was read last may be nobody's. */
  readonly keyProblem: () => CellProblem;
  /** What was read last: it counts, or its row is in error. */
  readonly keep: () => void;
  readonly drop: () => void;
  /** `tags`, `scopes`: those that no slice before had. */
  readonly end: () => {
    readonly others: ReadOthers;
    readonly tags: readonly string[];
    readonly scopes: readonly string[];
  };
}

/** Undefined where the file has no such column. */
export function createOtherColumns(
  fields: readonly MappedField[],
  parts: OtherParts,
  readers: Readonly<Record<'phone' | 'email', CellReader>>,
): OtherColumns | undefined {
  const characteristics = fields.flatMap((field, at) => (isCharacteristicCell(field) ? [at] : []));
  const tagColumns = fields.flatMap((field, at) => (field === 'tags' ? [at] : []));
  const isScoped = fields.some((field) => field === 'bindId' || columnOf(field) !== undefined);
  if (characteristics.length + tagColumns.length === 0 && !isScoped) return undefined;

  const cells = createCellsByRow(characteristics.map((at) => fields[at] as CharacteristicCell));
  const tags = createTagReader(cells, parts);
  const scoped = isScoped ? createScopedColumns(fields, cells, tags, readers, parts.knownScopes) : undefined;
  let keyIsScoped = false;

  function scopeOf(row: readonly string[], report: (column: number, problem: CellProblem) => void): string {
    const scope = scoped?.scopeOf(row) ?? '';
    if (!scope.startsWith(PROBLEM)) return scope;
    report(fields.indexOf('bindId'), scope.slice(PROBLEM.length) as CellProblem);
    return '';
  }

  return {
    begin(rows) {
      for (const each of [tags, scoped]) each?.begin();
      cells.begin(rows);
    },
    read(row, report, keys, at) {
      for (let place = 0; place < characteristics.length; place += 1) {
        const column = characteristics[place] as number;
        const raw = row[column] ?? '';
        if (raw === '') continue;
        const value = raw.length > LONGEST_CELL ? '' : cleanText(raw);
        if (value !== '') cells.say(place, value);
        else if (raw.length > LONGEST_CELL) report(column, 'cellTooLong');
      }
      const scope = scopeOf(row, report);
      for (const column of tagColumns) {
        const raw = row[column] ?? '';
        const problem = raw === '' ? undefined : raw.length > LONGEST_CELL ? 'cellTooLong' : tags.read(raw, scope);
        if (problem) report(column, problem);
      }
      scoped?.read(row, scope, report);
      keyIsScoped = scope !== '' && scoped?.take(keys, at, scope) === true;
    },
    keyProblem: () => (keyIsScoped ? 'keyScoped' : 'keyMissing'),
    keep() {
      for (const each of [cells, tags, scoped]) each?.keep();
    },
    drop() {
      for (const each of [cells, tags, scoped]) each?.drop();
    },
    end: () => ({ others: cells.end(), tags: tags.end(), scopes: scoped?.end() ?? [] }),
  };
}
