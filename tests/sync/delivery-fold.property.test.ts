import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DELIVERY_STATES, type DeliveryState, type Receipt } from '#domain/delivery';
import { createDeliveryFold } from '#sync/delivery-fold';

const RECIPIENTS = 5;
const receipt = fc.record({
  recipient: fc.integer({ min: 0, max: RECIPIENTS - 1 }),
  state: fc.constantFrom(
    ...DELIVERY_STATES.filter((state): state is Exclude<DeliveryState, 'queued'> => state !== 'queued'),
  ),
  at: fc.integer({ min: 0, max: 1000 }),
});

function foldOf(receipts: readonly Receipt[]) {
  const fold = createDeliveryFold(RECIPIENTS);
  fold.add(receipts);
  return fold;
}

test('[MSG-10] receipts in any order, twice, and in any pages come to the same figures', () => {
  fc.assert(
    fc.property(fc.array(receipt, { maxLength: 30 }), fc.infiniteStream(fc.nat()), (receipts, dice) => {
      const shuffled = [...receipts, ...receipts].toSorted(() => (dice.next().value % 3) - 1);
      const whole = foldOf(receipts);
      const apart = createDeliveryFold(RECIPIENTS);
      for (const one of shuffled) apart.add([one]);
      expect(apart.figures()).toEqual(whole.figures());
      for (let at = 0; at < RECIPIENTS; at += 1) expect(apart.stateOf(at)).toBe(whole.stateOf(at));
    }),
  );
});

test('[STA-1] every recipient stands in exactly one state, and nobody gets lost', () => {
  fc.assert(
    fc.property(fc.array(receipt, { maxLength: 30 }), (receipts) => {
      const fold = foldOf(receipts);
      const { queued, unknown, failed, delivered, clicked, sent } = fold.figures();
      const accepted = Array.from({ length: RECIPIENTS }, (_, at) => fold.stateOf(at)).filter(
        (s) => s === 'accepted',
      ).length;
      expect(queued + unknown + failed + delivered + accepted).toBe(RECIPIENTS);
      expect(clicked).toBeLessThanOrEqual(delivered);
      expect(sent).toBeGreaterThanOrEqual(delivered + accepted);
      expect(fold.ended()).toBe(queued === 0);
    }),
  );
});

test('[STA-1] who bounced after the channel had accepted counts as sent and as failed', () => {
  const fold = foldOf([
    { recipient: 0, state: 'accepted', at: 1 },
    { recipient: 0, state: 'failed', stage: 'undelivered', reason: 'mailboxFull', at: 2 },
    { recipient: 1, state: 'failed', stage: 'refused', reason: 'addressUnknown', at: 2 },
  ]);
  expect(fold.figures()).toMatchObject({ sent: 1, failed: 2, delivered: 0 });
  expect(fold.receiptOf(0)).toMatchObject({ reason: 'mailboxFull' });
});

test('[MSG-10] a receipt for nobody of this message changes nothing', () => {
  expect(foldOf([{ recipient: 99, state: 'delivered', at: 1 }]).figures()).toEqual(foldOf([]).figures());
});
