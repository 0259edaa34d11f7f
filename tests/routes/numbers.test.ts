import { expect, test } from 'vitest';
import type { Contacts } from '#app/types';
import type { ContactId } from '#domain/ids';
import { addNumbers, linesOf, namedLines } from '#routes/contacts/numbers';

/** Numbers of nine digits are good; those that end in 0 are known. */
const contacts: Pick<Contacts, 'add'> = {
  add: ({ cells: { phone = '' }, country, groups }) => {
    if (!/^\d{9}$/.test(phone))
      return Promise.resolve({ kind: 'problems', problems: [{ field: 'phone', problem: 'phoneInvalid' }] });
    const contact = { id: `${country}${phone}` as ContactId, cells: { phone }, groups, createdAt: 0, changedAt: 0 };
    return Promise.resolve({ kind: phone.endsWith('0') ? 'exists' : 'added', contact });
  },
};

test('[CON-2] good lines are added, bad ones are said and kept', async () => {
  const lines = linesOf(' 777123456 \r\n\n12\n777123450\nabc\n');
  expect(lines).toEqual(['777123456', '12', '777123450', 'abc']);
  expect(await addNumbers(contacts, lines, 'CZ', [])).toEqual({
    added: ['CZ777123456'],
    known: 1,
    bad: [
      { text: '12', problem: 'phoneInvalid' },
      { text: 'abc', problem: 'phoneInvalid' },
    ],
  });
});

test('[CON-2] of a sheet the first column names whom it is about', () => {
  expect(namedLines(['"+420 777", Ana', 'ana@x.cz;Ana', 'U1\tAna', ',nobody'])).toEqual(['+420 777', 'ana@x.cz', 'U1']);
});
