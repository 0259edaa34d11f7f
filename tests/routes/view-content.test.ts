/** A list becomes a view and comes back as it was; what a view says that no list knows is shown as usual. */
import { describe, expect, it } from 'vitest';
import { shownToContent, viewToShown } from '#routes/contacts/views/view-content';
import type { GroupId } from '#domain/ids';

const where = { kind: 'text', field: 'name', test: 'contains', text: 'ana' } as const;
const shown = {
  status: 'inactive',
  blocked: 'yes',
  group: '0f' as GroupId,
  where,
  sort: { by: 'name', order: 'up' },
} as const;

describe('a view of a list', () => {
  it('[CON-6] says filter, order and columns, and gives them back', () => {
    const content = shownToContent(shown, [{ id: 'phone', widthPx: 90 }]);
    expect(content).toEqual({
      filter: '["name","contains","ana"]',
      status: 'inactive',
      blocked: 'yes',
      group: '0f',
      sort: 'name up',
      columns: '[["phone",90]]',
    });
    expect(viewToShown({ ...content, where })).toEqual(shown);
  });

  it('[CON-6] shows as usual what it does not know', () => {
    const odd = { filter: '', status: 'frozen', blocked: '', group: '', sort: 'shoeSize up', columns: '' };
    expect(viewToShown({ ...odd, where: undefined })).toEqual({
      status: 'active',
      blocked: 'any',
      group: '',
      where: undefined,
      sort: { by: 'createdAt', order: 'down' },
    });
  });
});
