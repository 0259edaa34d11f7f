/** Rows of a contact that neither its id nor its keys name: they are found by what stands of them. */
import { expect, test } from 'vitest';
import { idAt, isListed } from '#audience/columns';
import { rowOf } from '#tests/builders/blocks';
import { commit, ids } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';
import { historiesOf } from '#tests/builders/histories';

const [ANA, LEFT, TAKEN] = [ids.idOf('userId', 'ana', 0), '+420777000001', '+420777000002'];
const moved = rowOf('phone', LEFT, { phone: TAKEN }, { birth: false });
const hers = { id: ANA, birth: false };

test.each([
  [
    'a row that comes by a key which its contact left moves it on at once, and one of the same entry has that key',
    [
      commit([[rowOf('phone', TAKEN, { phone: TAKEN }, hers), moved]], { ms: 1_000, id: 'one' }),
      commit([[rowOf('phone', LEFT, { phone: TAKEN }, hers)]], { ms: 2_000, id: 'other' }),
    ],
  ],
  [
    'two rows of one entry say the same key, and the second moved it',
    [
      commit([[moved]], { ms: 1_000, id: 'one' }),
      commit([[rowOf('phone', TAKEN, { phone: TAKEN }, hers), moved]], { ms: 2_000, id: 'other' }),
    ],
  ],
])('[CON-12] found by what stands: %s', async (_, written) => {
  const fold = foldOf(written);
  const { state } = fold;
  const { history } = await historiesOf(fold, written);
  const listed = Array.from({ length: state.ids.count }, (_, row) => row).filter((row) => isListed(state, row));
  expect(listed.length).toBeGreaterThan(0);
  for (const row of listed) {
    const steps = await history(idAt(state, row));
    const said = steps.flatMap((step) => step.said);
    expect(said).toContainEqual(expect.objectContaining({ name: 'phone', value: TAKEN, standing: 'stands' }));
  }
});
