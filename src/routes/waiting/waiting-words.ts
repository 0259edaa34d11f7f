/** What waits, in words: an entry of the log as somebody who wrote it would call it. */
import type { Characteristics, WaitingEntry } from '#app/types';
import { m } from '#messages';
import { labelOf } from '../contacts/history-fields.ts';
import { phoneToShown } from '../contacts/phone.ts';

export function entryWord({ what }: WaitingEntry, characteristics: Pick<Characteristics, 'byId'>): string {
  switch (what.kind) {
    case 'change': {
      const fields = what.cells.map((cell) =>
        cell === 'deleted' ? m.waiting_bin() : labelOf(cell, (id) => characteristics.byId(id)?.name),
      );
      const said = fields.length > 0 ? [...new Set(fields)].join(', ') : m.waiting_change_groups();
      return m.waiting_change({ name: phoneToShown(what.name), fields: said });
    }
    case 'import':
      return m.waiting_import({ file: what.fileName || m.imports_unnamed(), count: what.rows });
    case 'bulk':
      return m.waiting_bulk({ count: what.rows });
    case 'messaged':
      return m.waiting_messaged({ count: what.rows });
    case 'undo':
      return m.waiting_undo();
    case 'redo':
      return m.waiting_redo();
    case 'merge':
      return m.waiting_merge();
    case 'other':
      return m.waiting_other();
  }
}

export function reasonWord({ reason }: WaitingEntry): string {
  if (reason === 'role') return m.waiting_refused_role();
  return reason === 'form' ? m.waiting_refused_form() : m.waiting_refused_other();
}
