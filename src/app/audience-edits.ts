/**
 * An edit of one contact by hand: what differs from what stands, as the draft of an entry, and the edit that takes it
 * back. A word of consent names the entries whose words this member saw, so that it stands in their place (CON-4).
 */
import { idAt, isListed, rowOfContact, strictAt, textAt } from '#audience/columns';
import type { AudienceView } from '#audience/view';
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type StrictField, type TextField } from '#domain/contact';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { ContactId, EntryId, GroupId } from '#domain/ids';
import { DELETED } from '#log/born';
import { DELETED_CELL } from '#log/contacts';
import { rootOf, type FoldState } from '#log/fold-state';
import { rowNaming, type Change } from './audience-changes.ts';
import type { ContactEdit } from './worker-types.ts';

export type PlannedEdit =
  | { readonly kind: 'edit'; readonly change: Change; readonly inverse: ContactEdit }
  | { readonly kind: 'unchanged' | 'gone' | 'keyMissing' }
  /** Two user IDs never are one contact (SYN-4), and one user ID is never two. */
  | { readonly kind: 'taken'; readonly by: ContactId };

export function planEdit(view: AudienceView, id: ContactId, edit: ContactEdit): PlannedEdit {
  const { state } = view;
  const found = rowOfContact(state, id);
  const row = found < 0 ? found : rootOf(state, found);
  // Who is in the bin can be taken out again; whom only an undone import made is nobody's to edit.
  if (row < 0 || (!isListed(state, row) && state.born[row] !== DELETED)) return { kind: 'gone' };

  const cells: Record<string, string> = {};
  const before: Record<string, string> = {};
  for (const [name, value] of Object.entries(edit.cells)) {
    const standing = cellAt(state, name, row);
    if (value === undefined || value === (standing ?? emptyOf(name))) continue;
    cells[name] = value;
    before[name] = standing ?? emptyOf(name);
  }
  const groups = new Set(view.groups.of(row));
  const isMove = (group: GroupId) => group !== DEFAULT_GROUP_ID;
  const joins = edit.joins.filter((group) => isMove(group) && !groups.has(group));
  const leaves = (cells[DELETED_CELL] === 'yes' ? [...groups] : edit.leaves).filter(
    (group) => isMove(group) && groups.has(group),
  );
  if (Object.keys(cells).length + joins.length + leaves.length === 0) return { kind: 'unchanged' };
  if (KEY_FIELDS.every((field) => (cells[field] ?? textAt(state, field, row)) === '')) return { kind: 'keyMissing' };
  const holder = cells['userId'] ? holderOf(state, cells['userId'], row) : undefined;
  if (holder !== undefined) return { kind: 'taken', by: holder };

  const replaces = STRICT_FIELDS.filter((field) => cells[field] !== undefined).flatMap((field) =>
    saidBy(state, field, row),
  );
  const said = { ...rowNaming(view, row), cells };
  return {
    kind: 'edit',
    change: {
      body: {
        kind: 'change',
        row: said,
        joins,
        leaves,
        ...(replaces.length > 0 && { replaces: [...new Set(replaces)] }),
      },
      blocks: [],
    },
    inverse: { cells: before, joins: leaves, leaves: joins },
  };
}

/** What the absence of a word means; of texts, none. */
export function emptyOf(name: string): string {
  if (name === 'blocked') return 'no';
  return isStrict(name) ? 'unknown' : name === 'status' ? 'active' : '';
}

export function cellAt(state: FoldState, name: string, row: number): string | undefined {
  if (isStrict(name)) return strictAt(state, name, row);
  if (isText(name)) return textAt(state, name, row) || undefined;
  return state.others.get(name)?.valueAt(row);
}

/** Entries whose words of this cell stand. */
export function saidBy(state: FoldState, field: StrictField, row: number): readonly EntryId[] {
  const column = state.stricts[field];
  const stamps = column.more.get(row)?.map(({ stamp }) => stamp) ?? [column.stamps[row] ?? 0];
  return stamps.map((stamp) => state.stamps.entryOf(stamp)).filter((entry) => entry !== undefined);
}

function holderOf(state: FoldState, userId: string, row: number): ContactId | undefined {
  let holder: ContactId | undefined;
  state.keys.forEach(KEY_FIELDS.indexOf('userId'), userId, (other) => {
    if (other !== row) holder ??= idAt(state, other);
  });
  return holder;
}

const isStrict = (name: string): name is StrictField => (STRICT_FIELDS as readonly string[]).includes(name);
const isText = (name: string): name is TextField => (TEXT_FIELDS as readonly string[]).includes(name);
