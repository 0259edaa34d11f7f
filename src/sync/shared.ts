/** How a round of sharing ended, and what a request that was not answered means for it. */
import type { RelayAnswer } from './relay-client.ts';

/** `waiting`: the relay lacks blocks that do not lie here either. */
export type Shared = 'current' | 'waiting' | 'signedOut' | 'unreachable' | 'busy';

export function failureOf(answer: Exclude<RelayAnswer<unknown>, { kind: 'answer' }>): Shared {
  if (answer.kind !== 'problem') return 'unreachable';
  return answer.problem === 'signedOut' ? 'signedOut' : 'busy';
}
