/**
 * Which request of a flush meets which fault, and when the browser is to be killed. `complete` is where a message
 * changes hands, so every fifth of them meets a fault, each kind as often as the others, and most kills fall there.
 */
import type { Fault, Hold, ProxiedRequest } from '../builders/fault-proxy.ts';

const FAULTS = ['lostRequest', 'halfUpload', 'errorBefore', 'lostAnswer', 'errorAfter'] as const;

/** One of so many requests meets a fault. */
const AT_COMPLETE = 5;
const ELSEWHERE = 20;

/**
 * `request`: while the relay has yet to see a `complete`. `answer`: when it has done its work and its answer is under
 * way. `anywhere`: at any request of a message.
 */
export const KILL_MOMENTS = ['request', 'answer', 'anywhere'] as const;
export type KillMoment = (typeof KILL_MOMENTS)[number];

export interface OutboxFaults {
  readonly fateOf: (request: ProxiedRequest) => Fault | Hold;
  /** Resolves at the moment, after so many requests of its kind; these are `complete`, or for `anywhere` all. */
  readonly reach: (moment: KillMoment, after: number) => Promise<void>;
  /** How often each fault met `complete`, and how many met other requests. */
  readonly met: () => { readonly atComplete: ReadonlyMap<Fault, number>; readonly elsewhere: number };
}

export function createOutboxFaults(random: () => number): OutboxFaults {
  const atComplete = createDeck(random, AT_COMPLETE);
  const elsewhere = createDeck(random, ELSEWHERE);
  const met = new Map<Fault, number>(FAULTS.map((fault) => [fault, 0]));
  let others = 0;
  let aim: { readonly moment: KillMoment; left: number; readonly onReached: () => void } | undefined;

  /** The moment that is waited for has come: the hold that it asks for, if any. */
  function strike(isComplete: boolean): Hold | undefined {
    if (!aim || !(isComplete || aim.moment === 'anywhere')) return undefined;
    aim.left -= 1;
    if (aim.left > 0) return undefined;
    const { moment, onReached } = aim;
    aim = undefined;
    if (moment !== 'anywhere') return { hold: moment, onHeld: onReached };
    onReached();
    return undefined;
  }

  return {
    fateOf({ method, path }) {
      if (!path.startsWith('/api/messages')) return 'none';
      const isComplete = method === 'POST' && path.endsWith('/complete');
      const hold = strike(isComplete);
      if (hold) return hold;
      const fault = isComplete ? atComplete() : elsewhere();
      if (fault === 'none') return fault;
      if (isComplete) met.set(fault, (met.get(fault) ?? 0) + 1);
      else others += 1;
      return fault;
    },
    reach: (moment, after) =>
      new Promise((resolve) => {
        aim = { moment, left: after, onReached: resolve };
      }),
    met: () => ({ atComplete: met, elsewhere: others }),
  };
}

/** Each fault once among `FAULTS.length * rarity` draws, in a new order every time round. */
function createDeck(random: () => number, rarity: number): () => Fault {
  let deck: Fault[] = [];
  return () => {
    if (deck.length === 0) {
      deck = Array.from({ length: FAULTS.length * rarity }, (_, at) => FAULTS[at] ?? 'none');
      for (let at = deck.length - 1; at > 0; at -= 1) {
        const other = Math.floor(random() * (at + 1));
        [deck[at], deck[other]] = [deck[other] ?? 'none', deck[at] ?? 'none'];
      }
    }
    return deck.pop() ?? 'none';
  };
}
