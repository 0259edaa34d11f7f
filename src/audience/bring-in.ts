/**
 * One workspace brought into another, as an import there (SYN-1): its listed contacts under "fill blanks", consent and
 * blocked by strictness, characteristics and scoped cells where nobody said anything, and who is in which group. What
 * was planned is exactly what then happens. The source is only read.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type Field } from '#domain/contact';
import type { ContactId, GroupId } from '#domain/ids';
import { idFromHalves, type ContactIds } from '#log/contact-id';
import { DELETED_CELL } from '#log/contacts';
import type { FoldState } from '#log/fold-state';
import type { RowColumns } from '#log/types';
import { isListed, strictAt, textAt } from './columns.ts';
import { createImportPlan, PLAN_OUTCOMES } from './plan.ts';
import { rowsOf, type PlannedWrites, type SliceColumns } from './plan-rows.ts';

/** A row of the source's comes to one of these; `error` fits two contacts, or has no key, and stays where it is. */
export type BringInFigures = Readonly<Record<(typeof PLAN_OUTCOMES)[number], number>> & { readonly contacts: number };

export interface BringInParts {
  readonly source: FoldState;
  readonly target: FoldState;
  /** By the target's salt. */
  readonly ids: ContactIds;
}

export interface BringIn {
  /** Rows of contacts, slice by slice, to be asked for once and to the end. */
  readonly contacts: () => Generator<RowColumns>;
  /** After it: who of a source's group is not in the target's yet, as rows that say nothing else. */
  readonly members: (from: GroupId, to: GroupId) => Generator<RowColumns>;
  readonly figures: () => BringInFigures;
}

const SLICE = 4_000;

export function planBringIn({ source, target, ids }: BringInParts): BringIn {
  const listed: number[] = [];
  for (let row = 0; row < source.ids.count; row += 1)
    if (isListed(source, row) && !source.joined.has(row)) listed.push(row);
  const placeByRow = new Map(listed.map((row, place) => [row, place]));
  const names = [...source.others.keys()].filter((name) => name !== DELETED_CELL);
  const counts = Object.fromEntries(PLAN_OUTCOMES.map((outcome) => [outcome, 0])) as Record<
    (typeof PLAN_OUTCOMES)[number],
    number
  >;
  /** Whose each listed row is in the target, two halves each. */
  const highs = new Uint32Array(listed.length);
  const lows = new Uint32Array(listed.length);
  const isKnown = new Uint8Array(listed.length);
  let first = 0;

  const rowAt = (at: number) => listed[first + at] as number;
  const otherAt = (name: string, at: number) => source.others.get(name)?.get(rowAt(at))?.value ?? '';
  const isBlank = (name: string, row: number) => target.others.get(name)?.has(row) !== true;

  const plan = createImportPlan(target, ids, target.keys, {
    ...{ conflicts: 'fillBlanks', existing: 'all', groups: [], sameFile: new Set<never>() },
    beside: {
      hasMore: (at, row) => names.some((name) => otherAt(name, at) !== '' && (row < 0 || isBlank(name, row))),
      onContact(at, high, low) {
        highs[first + at] = high;
        lows[first + at] = low;
        isKnown[first + at] = 1;
      },
    },
  });

  function sliceOf(count: number): SliceColumns {
    const columns: { [F in Field]?: string[] } = {};
    const fill = (field: Field, valueOf: (row: number) => string | undefined) => {
      columns[field] = Array.from({ length: count }, (_, at) => valueOf(rowAt(at)) ?? '');
    };
    for (const field of TEXT_FIELDS) fill(field, (row) => textAt(source, field, row));
    for (const field of STRICT_FIELDS) fill(field, (row) => strictAt(source, field, row));
    return columns;
  }

  /** With the cells that have no column of their own. */
  function withOthers(rows: RowColumns, writes: PlannedWrites): RowColumns {
    const cells: Record<string, readonly (string | undefined)[] | undefined> = { ...rows.cells };
    for (const name of names) {
      cells[name] = Array.from(writes.at, (at, place) => {
        const value = otherAt(name, at);
        if (value === '') return undefined;
        const row = writes.births[place] === 1 ? -1 : targetRow(first + at);
        return row < 0 || isBlank(name, row) ? value : undefined;
      });
    }
    return { ...rows, cells: cells as RowColumns['cells'] };
  }

  const targetRow = (place: number) => target.ids.find(highs[place] as number, lows[place] as number);

  function* contacts(): Generator<RowColumns> {
    for (first = 0; first < listed.length; first += SLICE) {
      const count = Math.min(SLICE, listed.length - first);
      const columns = sliceOf(count);
      const { outcomes, writes } = plan.plan(count, columns);
      for (const outcome of outcomes) counts[PLAN_OUTCOMES[outcome] ?? 'error'] += 1;
      if (writes) yield withOthers(rowsOf(writes, columns), writes);
    }
  }

  function* members(from: GroupId, to: GroupId): Generator<RowColumns> {
    const standing = target.members.get(to);
    const places: number[] = [];
    const seen = new Set<ContactId>();
    source.members.get(from)?.forEach((row) => {
      const place = placeByRow.get(row);
      if (place === undefined || isKnown[place] !== 1 || seen.has(idAt(place))) return;
      seen.add(idAt(place));
      const known = targetRow(place);
      if (known < 0 || !isListed(target, known) || standing?.has(known) !== true) places.push(place);
    });
    for (let at = 0; at < places.length; at += SLICE) yield naming(places.slice(at, at + SLICE));
  }

  const idAt = (place: number) => idFromHalves<ContactId>(highs[place] as number, lows[place] as number);

  /** Rows that say nothing but whom they are about. */
  function naming(places: readonly number[]): RowColumns {
    const rows = places.map((place) => listed[place] as number);
    const keys = rows.map((row) => KEY_FIELDS.findIndex((field) => textAt(source, field, row) !== ''));
    return {
      ...{ count: rows.length, keys: Uint8Array.from(keys), cells: {} },
      keyValues: rows.map((row, at) => textAt(source, KEY_FIELDS[keys[at] ?? 0] ?? 'userId', row)),
      ...{ generations: new Uint16Array(rows.length), births: new Uint8Array(rows.length) },
      ids: new Map(places.map((place, at) => [at, idAt(place)])),
    };
  }

  return { contacts, members, figures: () => ({ ...counts, contacts: listed.length }) };
}
