import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { ContactEdit } from '#app/worker-types';
import type { ChangeBody } from '#log/types';
import { group } from '#tests/builders/entries';
import { join, leave } from '#tests/builders/moves';
import { testDatabase } from '#tests/storage/workspace';
import { audienceDevice } from './audience-device.ts';

const VIP = group('VIP');
const ana = { cells: { phone: '+420777123456', name: 'Ana' }, joins: [VIP], newGroups: [] };
const edit = (cells: ContactEdit['cells']): ContactEdit => ({ cells, joins: [], leaves: [] });

async function withAna() {
  const device = await audienceDevice(testDatabase());
  const { contact } = await device.audience.addContact(ana);
  return { ...device, id: contact.id };
}

describe('an edit by hand', () => {
  test('[CON-12] writes what differs and no more, and its inverse takes it back', async () => {
    const { audience, parts, id } = await withAna();
    const result = await audience.change(id, edit({ name: 'Anna', phone: ana.cells.phone, email: 'ana@example.com' }));
    expect((await parts.entries.after(0, 10)).at(-1)?.entry.body).toMatchObject({
      row: { id, birth: false, cells: { name: 'Anna', email: 'ana@example.com' } },
    });
    if (result.kind !== 'changed') throw new Error('nothing was changed');
    await audience.change(id, result.inverse);
    expect((await audience.contact(id))?.cells).toEqual(ana.cells);
    expect(await audience.change(id, edit({ name: 'Ana' }))).toEqual({ kind: 'unchanged' });
  });

  test('[CON-4] a word of consent stands in the place of those that were seen, also a looser one', async () => {
    const { audience, parts, id } = await withAna();
    await audience.change(id, edit({ 'consent:sms': 'refused', blocked: 'yes' }));
    expect((await audience.contact(id))?.cells).toMatchObject({ 'consent:sms': 'refused', blocked: 'yes' });
    const looser = await audience.change(id, edit({ 'consent:sms': 'given' }));
    const last = (await parts.entries.after(0, 10)).at(-1)?.entry.body as ChangeBody;
    expect(last.replaces).toHaveLength(1);
    expect((await audience.contact(id))?.cells).toMatchObject({ 'consent:sms': 'given', blocked: 'yes' });
    if (looser.kind === 'changed') await audience.change(id, looser.inverse);
    expect((await audience.contact(id))?.cells['consent:sms']).toBe('refused');
  });

  test('[CON-10] deleted: out of every group and in the bin, whence the inverse brings both back', async () => {
    const { audience, id } = await withAna();
    const result = await audience.change(id, edit({ deleted: 'yes' }));
    expect(await audience.contact(id)).toBeUndefined();
    const bin = { filter: { status: 'deleted' }, sort: { by: 'name', order: 'up' }, offset: 0, limit: 9 } as const;
    expect((await audience.window(bin)).contacts.map(({ id: each }) => each)).toEqual([id]);
    if (result.kind !== 'changed') throw new Error('nothing was changed');
    expect(result.inverse).toMatchObject({ joins: [VIP] });
    await audience.change(id, result.inverse);
    expect(await audience.contact(id)).toMatchObject({ groups: [VIP], cells: ana.cells });
  });

  test('[CON-2] one key must be left; a user ID that another has is said, and nothing is written', async () => {
    const { audience, parts, id } = await withAna();
    const { contact: li } = await audience.addContact({
      cells: { userId: 'U1', name: 'Li' },
      joins: [],
      newGroups: [],
    });
    const count = await parts.entries.count();
    expect(await audience.change(id, edit({ phone: '' }))).toEqual({ kind: 'keyMissing' });
    expect(await audience.change(id, edit({ userId: 'U1' }))).toEqual({ kind: 'taken', by: li.id });
    expect(await audience.change('ffffffffffffffff' as typeof id, edit({ name: 'X' }))).toEqual({ kind: 'gone' });
    expect(await parts.entries.count()).toBe(count);
  });
});

describe('the history of one contact', () => {
  test('[CON-12] by field: who, when, what before, and what stands', async () => {
    const { audience, id } = await withAna();
    await audience.change(id, edit({ name: 'Anna' }));
    await audience.change(id, edit({ name: 'Ana Lima', status: 'inactive' }));
    const history = await audience.history(id);
    expect(history.map(({ by, said }) => [by, ...said])).toMatchObject([
      [
        'hand',
        { kind: 'cell', name: 'name', before: 'Anna', value: 'Ana Lima', standing: 'stands' },
        { kind: 'cell', name: 'status', value: 'inactive', standing: 'stands' },
      ],
      ['hand', { kind: 'cell', name: 'name', before: 'Ana', value: 'Anna', standing: 'replaced' }],
      [
        'hand',
        { kind: 'born' },
        { kind: 'cell', name: 'phone', value: '+420777123456', standing: 'stands' },
        { kind: 'cell', name: 'name', value: 'Ana', standing: 'replaced' },
        { kind: 'group', group: VIP, move: 'joined', standing: 'stands' },
      ],
    ]);
    expect(history.map(({ time }) => time)).toEqual(history.map(({ time }) => time).sort((one, other) => other - one));
  });

  test('[CON-12] of a contact that moved many times by many rows at once, each step; of nobody, nothing', async () => {
    const { audience, id } = await withAna();
    const { contact: li } = await audience.addContact({
      cells: { userId: 'U1', name: 'Li' },
      joins: [],
      newGroups: [],
    });
    const fair = group('Fair');
    await join(audience, [id, li.id], fair);
    await leave(audience, [id, li.id], fair);
    const moves = (await audience.history(li.id)).flatMap(({ by, said }) => (by === 'bulk' ? said : []));
    expect(moves).toMatchObject([
      { group: fair, move: 'left', standing: 'stands' },
      { group: fair, move: 'joined', standing: 'replaced' },
    ]);
    expect(await audience.history('ffffffffffffffff' as typeof id)).toEqual([]);
  });
});
