import { expect, test } from 'vitest';
import { encodeRecipients, encodeRows } from '#log/block';
import { readNames } from '#log/block-names';
import { lowHalf } from '#log/contact-id';
import { columnsOfRows, rowOf } from '#tests/builders/blocks';
import { ids } from '#tests/builders/entries';

const ANA = ids.idOf('userId', 'U1', 0);

test('every id that a row names, by itself or by its key, is among the names of its block', async () => {
  const rows = [
    rowOf('phone', '+420777000001', { name: '","cells":{"not":"the end"}' }),
    rowOf('email', 'li@example.com', { name: 'Li' }, { generation: 2 }),
    rowOf('phone', '+420777000003', {}, { id: ANA, birth: false }),
  ];
  const names = await readNames((await encodeRows(columnsOfRows(rows))).bytes, 'rows', ids);
  const named = [...rows.map(({ key, keyValue, generation }) => ids.idOf(key, keyValue, generation)), ANA];
  expect([...(names ?? [])].sort()).toEqual(named.map(lowHalf).sort());
});

test('of who was messaged, everybody', async () => {
  const contacts = [ANA, ids.idOf('phone', '+420777000001', 0)];
  const { bytes } = await encodeRecipients({
    ...{ kind: 'recipients', count: 2, contacts, addresses: ['a', 'b'], variables: {} },
  });
  expect([...((await readNames(bytes, 'recipients', ids)) ?? [])]).toEqual(contacts.map(lowHalf));
});

test('what is no such block has no names: then only decoding tells', async () => {
  const { bytes } = await encodeRows(columnsOfRows([rowOf('phone', '+420777000001')]));
  for (const broken of [new Uint8Array(), bytes.slice(0, 20), new Uint8Array([1, 2, 3])])
    expect(await readNames(broken, 'rows', ids)).toBeUndefined();
  expect(await readNames(bytes, 'recipients', ids)).toBeUndefined();
});
