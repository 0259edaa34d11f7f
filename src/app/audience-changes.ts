/** A contact added by hand as the draft of an entry, and rows that name contacts. What is in the log already is not said again. */
import type { AudienceView } from '#audience/view';
import { idAt, textAt } from '#audience/columns';
import { createImportPlan, PLAN_OUTCOMES } from '#audience/plan';
import { rowsOf } from '#audience/plan-rows';
import { KEY_FIELDS, type Contact, type Field } from '#domain/contact';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { ContactId, GroupId } from '#domain/ids';
import { rowAt } from '#log/block';
import { idFromHalves, type ContactIds } from '#log/contact-id';
import type { FoldState } from '#log/fold-state';
import type { EntryBody, Row, RowColumns } from '#log/types';
import type { BlockRow } from '#storage/types';
import type { ReadyContact } from './worker-types.ts';

export interface Change {
  readonly body: EntryBody;
  readonly blocks: readonly BlockRow[];
}

export interface ContactAddition {
  readonly kind: 'added' | 'exists';
  readonly id: ContactId;
  /** Absent where nothing is to be written: it exists, and is in the groups. */
  readonly change?: Change;
}

/** By the same rules as a row of an import under "ignore": who exists stays as he is, but joins the chosen groups. */
export function planAddition(view: AudienceView, ids: ContactIds, contact: ReadyContact): ContactAddition {
  const { state } = view;
  const joins = [...new Set([...contact.joins, ...contact.newGroups.map((group) => group.id)])].filter(isStatic);
  const columns = Object.fromEntries(Object.entries(contact.cells).map(([field, value]) => [field as Field, [value]]));
  const options = { conflicts: 'ignore', existing: 'all', groups: joins, sameFile: new Set<never>() } as const;
  const planned = createImportPlan(state, ids, state.keys, options).plan(1, columns);
  const outcome = PLAN_OUTCOMES[planned.outcomes[0] ?? 0];
  if (outcome === 'error') return { kind: 'exists', id: firstHolder(view, contact) };
  const kind = outcome === 'new' ? 'added' : 'exists';
  if (!planned.writes) return { kind, id: idFromHalves<ContactId>(planned.seen[0] ?? 0, planned.seen[1] ?? 0) };
  const row = rowAt(rowsOf(planned.writes, columns), 0);
  const id = row.id ?? ids.idOf(row.key, row.keyValue, row.generation);
  return { kind, id, change: { body: { kind: 'change', row, joins, leaves: [] }, blocks: [] } };
}

const isStatic = (group: GroupId) => group !== DEFAULT_GROUP_ID;

/** Where a contact typed by hand fits several, the one that holds its strongest key. */
function firstHolder(view: AudienceView, { cells }: ReadyContact): Contact['id'] {
  let holder = -1;
  KEY_FIELDS.forEach((field, at) => {
    view.state.keys.forEach(at, cells[field] ?? '', (row) => {
      if (holder < 0) holder = row;
    });
  });
  return idAt(view.state, holder);
}

/** A row that says nothing but whom it is about. */
export function rowNaming({ state }: AudienceView, row: number): Row {
  const key = KEY_FIELDS[keyNaming(state, row)] ?? 'userId';
  return { key, keyValue: textAt(state, key, row), generation: 0, id: idAt(state, row), birth: false, cells: {} };
}

/** Rows that say nothing but whom they are about; of a hundred thousand, none is made as an object. */
export function namingColumns({ state }: AudienceView, rows: readonly number[]): RowColumns {
  const keys = Uint8Array.from(rows, (row) => keyNaming(state, row));
  return {
    count: rows.length,
    keys,
    keyValues: rows.map((row, at) => textAt(state, KEY_FIELDS[keys[at] as number] ?? 'userId', row)),
    generations: new Uint16Array(rows.length),
    births: new Uint8Array(rows.length),
    ids: new Map(rows.map((row, at) => [at, idAt(state, row)])),
    cells: {},
  };
}

/** By its place in `KEY_FIELDS`: the strongest that it has. */
function keyNaming(state: FoldState, row: number): number {
  return Math.max(
    0,
    KEY_FIELDS.findIndex((field) => textAt(state, field, row) !== ''),
  );
}
