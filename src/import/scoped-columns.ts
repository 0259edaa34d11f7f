/**
 * Columns that hold for a business line or a channel (CON-11), and those of addresses besides phone and email. The scope
 * stands in the column's heading, or a `bind_id` column says it row by row (IMP-4): then a row's phone, email and tags
 * are that line's, and its registration ID, openid and Alipay ID that channel's.
 */
import { isAll, isChannelField, isPlainField, isScopeCode, type ScopedField, type ScopedName } from '#domain/scope';
import type { CellName } from '#log/types';
import { readAddressId } from './address-id.ts';
import { PROBLEM, problemOf, type CellReader } from './cell-reader.ts';
import type { CellsByRow } from './cells-by-row.ts';
import { cleanText, isPlaceholder, toPlainForms } from './clean-text.ts';
import { LONGEST_CELL, MOST_SCOPES } from './limits.ts';
import type { TagReader } from './read-tags.ts';
import type { CellProblem, MappedField } from './types.ts';

/** Of fields for all, by row; where a row is of a line they are emptied here and said for it. */
export interface KeyColumns {
  readonly phone?: string[];
  readonly email?: string[];
}

export interface ScopedColumns {
  readonly begin: () => void;
  /** The scope of a row, empty for all, as `CellReader` says it. */
  readonly scopeOf: (row: readonly string[]) => string;
  readonly read: (
    row: readonly string[],
    scope: string,
    report: (column: number, problem: CellProblem) => void,
  ) => void;
  /** What the row says at `at` of the fields for all. Answers whether that was anything. */
  readonly take: (columns: KeyColumns, at: number, scope: string) => boolean;
  readonly keep: () => void;
  readonly drop: () => void;
  /** Scopes that rows of no slice before said. */
  readonly end: () => readonly string[];
}

interface Column {
  readonly at: number;
  readonly field: ScopedField;
  /** Empty where the row says it. */
  readonly scope: string;
}

/** What a column is, whether or not it says for which line or channel. */
export function columnOf(field: MappedField): Omit<Column, 'at'> | undefined {
  if (isPlainField(field)) return { field, scope: '' };
  const border = field.indexOf('@');
  return border < 0 ? undefined : { field: field.slice(0, border) as ScopedField, scope: field.slice(border + 1) };
}

export function createScopedColumns(
  fields: readonly MappedField[],
  cells: CellsByRow,
  tags: TagReader,
  readers: Readonly<Record<'phone' | 'email', CellReader>>,
  known: readonly string[],
): ScopedColumns {
  const columns = fields.flatMap((field, at): Column[] => {
    const column = columnOf(field);
    return column ? [{ at, ...column }] : [];
  });
  const bindAt = fields.indexOf('bindId');
  const scopes = [...known];
  const read = new Map<string, string>();
  let [begun, kept] = [0, 0];

  function scopeOf(row: readonly string[]): string {
    const raw = bindAt < 0 ? '' : (row[bindAt] ?? '');
    if (raw === '') return '';
    const before = read.get(raw);
    const scope = before ?? readScope(raw);
    if (before === undefined && read.size < MOST_SCOPES) read.set(raw, scope);
    if (scope === '' || scope.startsWith(PROBLEM) || scopes.includes(scope)) return scope;
    if (scopes.length === MOST_SCOPES) return problemOf('scopesTooMany');
    scopes.push(scope);
    return scope;
  }

  function readField(field: ScopedField, raw: string): string {
    if (field === 'phone' || field === 'email') return readers[field](raw);
    return readAddressId(field, raw) ?? problemOf('idInvalid');
  }

  function say(name: CellName, value: string): void {
    const place = cells.placeOf(name);
    // A column of its own comes before what a row says of the same line.
    if (value !== '' && !cells.hasSaid(place)) cells.say(place, value);
  }

  function readColumn({ field, scope: own }: Column, raw: string, ofRow: string): CellProblem | undefined {
    if (raw.length > LONGEST_CELL) return 'cellTooLong';
    const scope = own || ofRow;
    if (field === 'tag') return tags.read(raw, scope);
    const value = readField(field, raw);
    if (value.startsWith(PROBLEM)) return value.slice(PROBLEM.length) as CellProblem;
    if (value !== '' && scope === '' && isChannelField(field)) return 'scopeNeeded';
    say(isPlainField(field) ? field : (`${field}@${scope}` satisfies ScopedName), value);
    return undefined;
  }

  return {
    begin() {
      begun = kept = scopes.length;
    },
    scopeOf,
    read(row, scope, report) {
      for (const column of columns) {
        const raw = row[column.at] ?? '';
        const problem = raw === '' ? undefined : readColumn(column, raw, scope);
        if (problem) report(column.at, problem);
      }
    },
    take({ phone, email }, at, scope) {
      const [number, address] = [phone?.[at] ?? '', email?.[at] ?? ''];
      say(`phone@${scope}`, number);
      say(`email@${scope}`, address);
      if (phone) phone[at] = '';
      if (email) email[at] = '';
      return number !== '' || address !== '';
    },
    keep() {
      kept = scopes.length;
    },
    drop() {
      scopes.length = kept;
    },
    end: () => scopes.slice(begun),
  };
}

function readScope(raw: string): string {
  const text = raw.length > LONGEST_CELL ? raw : toPlainForms(cleanText(raw));
  if (text === '' || isPlaceholder(text) || isAll(text)) return '';
  return isScopeCode(text) ? text : problemOf('scopeInvalid');
}
