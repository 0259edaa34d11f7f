/** Changes by hand as drafts of entries: add one contact, join, leave. What is in the log already is not said again. */
import type { AudienceView } from '#audience/view';
import { idAt, isListed, rowOfContact, textAt } from '#audience/columns';
import { createImportPlan, PLAN_OUTCOMES } from '#audience/plan';
import { rowsOf } from '#audience/plan-rows';
import { KEY_FIELDS, type Contact, type Field } from '#domain/contact';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { BlockId, ContactId, GroupId } from '#domain/ids';
import { encodeRows, rowAt } from '#log/block';
import { idFromHalves, type ContactIds } from '#log/contact-id';
import type { EntryBody, Row, RowColumns } from '#log/types';
import type { BlockRow } from '#storage/types';
import type { ReadyContact } from './worker-types.ts';

export interface Change {
  readonly body: EntryBody;
  readonly blocks: readonly BlockRow[];
}

const BLOCK_ROWS = 4_000;

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

/** Undefined where all of them are in the group already, or out of it. */
export async function planMove(
  view: AudienceView,
  contacts: readonly ContactId[],
  group: GroupId,
  move: 'join' | 'leave',
  newId: () => BlockId,
): Promise<Change | undefined> {
  const { state } = view;
  if (!isStatic(group) || view.groups.isDynamic(group)) return undefined;
  const members = state.members.get(group);
  const rows = [...new Set(contacts)]
    .map((id) => rowOfContact(state, id))
    .filter((row) => row >= 0 && isListed(state, row) && (members?.has(row) ?? false) === (move === 'leave'));
  const groups = { joins: move === 'join' ? [group] : [], leaves: move === 'leave' ? [group] : [] };
  const [first] = rows;
  if (first === undefined) return undefined;
  if (rows.length === 1) return { body: { kind: 'change', row: rowNaming(view, first), ...groups }, blocks: [] };

  const blocks: BlockRow[] = [];
  const refs = [];
  for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
    const { bytes, ...ref } = await encodeRows(namingColumns(view, rows.slice(from, from + BLOCK_ROWS)));
    const id = newId();
    refs.push({ id, ...ref });
    blocks.push({ id, hash: ref.hash, bytes });
  }
  const body = { kind: 'commit', source: 'bulk', weight: 'strong', blocks: refs, newGroups: [], ...groups } as const;
  return { body, blocks };
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
export function rowNaming(view: AudienceView, row: number): Row {
  const key = KEY_FIELDS.find((field) => textAt(view.state, field, row) !== '') ?? 'userId';
  return {
    key,
    keyValue: textAt(view.state, key, row),
    generation: 0,
    id: idAt(view.state, row),
    birth: false,
    cells: {},
  };
}

/** Rows that say nothing but whom they are about. */
export function namingColumns(view: AudienceView, rows: readonly number[]): RowColumns {
  const named = rows.map((row) => rowNaming(view, row));
  return {
    count: rows.length,
    keys: Uint8Array.from(named, ({ key }) => KEY_FIELDS.indexOf(key)),
    keyValues: named.map(({ keyValue }) => keyValue),
    generations: new Uint16Array(rows.length),
    births: new Uint8Array(rows.length),
    ids: new Map(rows.map((row, at) => [at, idAt(view.state, row)])),
    cells: {},
  };
}
