/**
 * What the receipts of one message add up to: for each recipient the strongest evidence, and the figures of all.
 * Receipts come late, twice and in any order; the fold does not mind.
 */
import { DELIVERY_STATES, mergeState, type DeliveryFigures, type DeliveryState, type Receipt } from '#domain/delivery';

export interface DeliveryFold {
  readonly add: (receipts: readonly Receipt[]) => void;
  readonly figures: () => DeliveryFigures;
  /** Whether each recipient has come to an end; clicks and late reports may still follow. */
  readonly ended: () => boolean;
  readonly receiptOf: (recipient: number) => Receipt | undefined;
  readonly stateOf: (recipient: number) => DeliveryState;
}

export function createDeliveryFold(recipients: number): DeliveryFold {
  const strongest = new Array<Receipt | undefined>(recipients);
  // A bounce comes after the channel had accepted: such a recipient counts as sent as well (STA-1).
  const accepted = new Uint8Array(recipients);
  const counts = new Map<DeliveryState, number>(DELIVERY_STATES.map((state) => [state, 0]));
  counts.set('queued', recipients);
  let sent = 0;

  const stateOf = (recipient: number): DeliveryState => strongest[recipient]?.state ?? 'queued';
  const count = (state: DeliveryState, by: number) => counts.set(state, (counts.get(state) ?? 0) + by);
  const total = (...states: DeliveryState[]) => states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);

  return {
    add(receipts) {
      for (const receipt of receipts) {
        const { recipient } = receipt;
        if (!(recipient >= 0 && recipient < recipients)) continue;
        if (accepted[recipient] === 0 && showsAcceptance(receipt)) {
          accepted[recipient] = 1;
          sent += 1;
        }
        const before = stateOf(recipient);
        if (strongest[recipient] && mergeState(before, receipt.state) === before) continue;
        count(before, -1);
        count(receipt.state, 1);
        strongest[recipient] = receipt;
      }
    },
    figures: () => ({
      queued: total('queued'),
      unknown: total('unknown'),
      sent,
      failed: total('failed'),
      delivered: total('delivered', 'clicked'),
      clicked: total('clicked'),
    }),
    ended: () => total('queued') === 0,
    receiptOf: (recipient) => strongest[recipient],
    stateOf,
  };
}

function showsAcceptance({ state, stage }: Receipt): boolean {
  return state === 'accepted' || state === 'delivered' || state === 'clicked' || stage === 'undelivered';
}

export const NO_FIGURES: DeliveryFigures = { queued: 0, unknown: 0, sent: 0, failed: 0, delivered: 0, clicked: 0 };
