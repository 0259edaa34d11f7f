/**
 * One workspace brought into another, as an import there (SYN-1): its listed contacts under "fill blanks", consent and
 * blocked by strictness, characteristics and scoped cells where nobody said anything, and who is in which group. What
 * was planned is exactly what then happens. The source is only read.
 */
import { characteristicCell, characteristicOf, isCharacteristicCell } from '#domain/characteristic';
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type Field } from '#domain/contact';
import type { CharacteristicId, ContactId, GroupId } from '#domain/ids';
import { lineTagCell, scopedOfCell } from '#domain/scope';
import { isLineTagCell } from '#domain/scoped-cell';
import { isTagCell, tagCell } from '#domain/tag';
import { idFromHalves, type ContactIds } from '#log/contact-id';
import { DELETED_CELL } from '#log/contacts';
import type { FoldState } from '#log/fold-state';
import type { OtherCells } from '#log/other-cells';
import type { CellName, RowColumns } from '#log/types';
import { isListed, strictAt, textAt } from './columns.ts';
import { createImportPlan, PLAN_OUTCOMES } from './plan.ts';
import type { SliceOthers } from './slice-others.ts';
import { rowsOf, type SliceColumns } from './plan-rows.ts';

/** A row of the source's comes to one of these; `error` fits two contacts, or has no key, and stays where it is. */
export type BringInFigures = Readonly<Record<(typeof PLAN_OUTCOMES)[number], number>> & { readonly contacts: number };

export interface BringInParts {
  readonly source: FoldState;
  readonly target: FoldState;
  /** By the target's salt. */
  readonly ids: ContactIds;
  /** Which of the target's each of the source's is; one that is not named stays where it is. */
  readonly characteristics: ReadonlyMap<CharacteristicId, CharacteristicId>;
}

export interface BringIn {
  /** Rows of contacts, slice by slice, to be asked for once and to the end. */
  readonly contacts: () => Generator<RowColumns>;
  /** After it: who of a source's group is not in the target's yet, as rows that say nothing else. */
  readonly members: (from: GroupId, to: GroupId) => Generator<RowColumns>;
  readonly figures: () => BringInFigures;
}

const SLICE = 4_000;

export function planBringIn({ source, target, ids, characteristics }: BringInParts): BringIn {
  /** Ids are hashes under a workspace's own salt. Undefined where it is not brought in. */
  function nameIn(name: CellName, cells: OtherCells): CellName | undefined {
    if (name === DELETED_CELL) return undefined;
    if (isCharacteristicCell(name)) {
      const to = characteristics.get(characteristicOf(name));
      return to && characteristicCell(to);
    }
    const line = isLineTagCell(name) ? scopedOfCell(name)?.scope : undefined;
    if (!isTagCell(name) && line === undefined) return name;
    const row = listed.find((each) => (cells.valueAt(each) ?? '') !== '');
    if (row === undefined) return undefined;
    const id = ids.tagId(cells.valueAt(row) ?? '');
    return line === undefined ? tagCell(id) : lineTagCell(id, line);
  }
  const listed: number[] = [];
  for (let row = 0; row < source.ids.count; row += 1)
    if (isListed(source, row) && !source.joined.has(row)) listed.push(row);
  const placeByRow = new Map(listed.map((row, place) => [row, place]));
  const targetNames: CellName[] = [];
  const names = [...source.others].flatMap(([name, from]) => {
    const to = nameIn(name, from);
    return to === undefined ? [] : [{ from, to: targetNames.push(to) - 1 }];
  });
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

  const plan = createImportPlan(target, ids, target.keys, {
    ...{ conflicts: 'fillBlanks', existing: 'all', groups: [], sameFile: new Set<never>() },
    onContact(at, high, low) {
      highs[first + at] = high;
      lows[first + at] = low;
      isKnown[first + at] = 1;
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

  /** The cells that have no column of their own, under the names that they have in the target. */
  function othersOf(count: number): SliceOthers {
    const which: number[] = [];
    const values: string[] = [];
    const starts = new Uint32Array(count + 1);
    for (let at = 0; at < count; at += 1) {
      const row = rowAt(at);
      for (const { from, to } of names) {
        const value = from.valueAt(row) ?? '';
        if (value === '') continue;
        which.push(to);
        values.push(value);
      }
      starts[at + 1] = which.length;
    }
    return { names: targetNames, starts, which: Uint16Array.from(which), values };
  }

  const targetRow = (place: number) => target.ids.find(highs[place] as number, lows[place] as number);

  function* contacts(): Generator<RowColumns> {
    for (first = 0; first < listed.length; first += SLICE) {
      const count = Math.min(SLICE, listed.length - first);
      const columns = sliceOf(count);
      const others = othersOf(count);
      const { outcomes, writes } = plan.plan(count, columns, others);
      for (const outcome of outcomes) counts[PLAN_OUTCOMES[outcome] ?? 'error'] += 1;
      if (writes) yield rowsOf(writes, columns, others);
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
