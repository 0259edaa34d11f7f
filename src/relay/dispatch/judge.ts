/**
 * What one outcome means for its delivery: pure, so that every line of this can be tested by itself. A delivery never
 * ends with more certainty than there is: what may have been taken ends as unknown, never as failed.
 */
import { FAILURE_REASONS, FAILURE_STAGES, type FailureReason, type FailureStage } from '#domain/delivery';
import type { ProviderKind, SendOutcome } from '#relay/provider';
import type { Ending, Work } from '#relay/store/types';
import { tryAgainMs } from './backoff.ts';
import type { Sign } from './health.ts';

/** Tries a delivery has. */
export const MOST_TRIES = 8;
/** A channel that takes nothing for so long is given up, and what waited for it fails. */
export const CHANNEL_GIVEN_UP_MS = 24 * 3_600_000;

const DETAIL_LENGTH = 200;
const PROVIDER_ID_LENGTH = 200;

export interface Circumstances {
  readonly at: number;
  readonly repeats: ProviderKind['repeats'];
  /** A lookup asks what became of an earlier call, and sends nothing. */
  readonly call: 'send' | 'lookup';
  /** Since when this delivery could have gone but for its channel; undefined: the channel works. */
  readonly heldSince: number | undefined;
  readonly random: () => number;
}

export interface Judgement {
  readonly ending: Ending;
  readonly sign: Sign;
}

/** `work` as it was when the call was begun; that call is the try after `work.tries`. */
export function judge(outcome: SendOutcome, work: Work, circumstances: Circumstances): Judgement {
  switch (outcome.kind) {
    case 'accepted':
    case 'refused':
      return { ending: outcome, sign: { kind: 'answered' } };
    case 'unavailable':
      return {
        ending: unavailableEnding(outcome, work, circumstances),
        sign: { kind: 'troubled', scope: outcome.scope, wishMs: outcome.retryAfterMs },
      };
    case 'unknown':
      return {
        ending: unknownEnding(outcome, work, circumstances),
        sign: { kind: 'troubled', scope: 'delivery', wishMs: undefined },
      };
  }
}

/** How a delivery ends that is not called any more. */
export function endWithout(
  work: Work,
  reason: 'channelGone' | 'expired' | 'erased' | 'variableMissing' | 'providerUnavailable',
): Ending {
  if (work.interrupted || work.doubtful) return { kind: 'unknown' };
  return { kind: 'refused', stage: STAGE_BY_REASON[reason], reason };
}

const STAGE_BY_REASON = {
  channelGone: 'refused',
  expired: 'refused',
  erased: 'refused',
  variableMissing: 'invalidTarget',
  // Not `undelivered`: that is said of what a channel had accepted, and counts as sent.
  providerUnavailable: 'refused',
} as const satisfies Partial<Record<FailureReason, FailureStage>>;

function unavailableEnding(
  outcome: SendOutcome & { kind: 'unavailable' },
  work: Work,
  circumstances: Circumstances,
): Ending {
  const { at, call, heldSince, random } = circumstances;
  if (outcome.scope === 'channel') {
    const isGivenUp = heldSince !== undefined && at - heldSince >= CHANNEL_GIVEN_UP_MS;
    if (isGivenUp) return endWithout(work, 'providerUnavailable');
    // The channel rests; nothing was learned of this delivery, and its tries are its own.
    return { kind: 'again', notBefore: at, spent: 'nothing', doubt: 'kept' };
  }
  // The provider knows nothing of the call in doubt: it was not taken, and may be made for the first time.
  if (call === 'lookup') return { kind: 'again', notBefore: at, spent: 'nothing', doubt: 'cleared' };
  const tries = work.tries + 1;
  // An interrupted try before this one stays in doubt, whatever this one met.
  if (tries >= MOST_TRIES) return endWithout(work, 'providerUnavailable');
  return {
    kind: 'again',
    notBefore: at + tryAgainMs(tries, outcome.retryAfterMs, random),
    spent: 'try',
    doubt: 'kept',
  };
}

function unknownEnding(outcome: SendOutcome & { kind: 'unknown' }, work: Work, circumstances: Circumstances): Ending {
  const tries = work.tries + 1;
  if (circumstances.repeats === 'none' || tries >= MOST_TRIES) return outcome;
  const notBefore = circumstances.at + tryAgainMs(tries, undefined, circumstances.random);
  return { kind: 'again', notBefore, spent: 'try', doubt: 'raised' };
}

/** Nothing that a provider hands back is taken on trust: what is no outcome says nothing, so the call may have been taken. */
export function parseOutcome(value: unknown): SendOutcome {
  if (typeof value !== 'object' || value === null) return { kind: 'unknown' };
  const { kind, providerId, stage, reason, scope, retryAfterMs, detail } = value as Record<string, unknown>;
  const noted = shortText(detail, DETAIL_LENGTH);
  const detailed = noted === undefined ? {} : { detail: noted };
  switch (kind) {
    case 'accepted': {
      const id = typeof providerId === 'string' && providerId.length <= PROVIDER_ID_LENGTH ? providerId : '';
      return id === '' ? { kind } : { kind, providerId: id };
    }
    case 'refused':
      return {
        kind,
        stage: FAILURE_STAGES.find((known) => known === stage) ?? 'refused',
        reason: FAILURE_REASONS.find((known) => known === reason) ?? 'refusedOther',
        ...detailed,
      };
    case 'unavailable': {
      const wish = typeof retryAfterMs === 'number' && retryAfterMs >= 0 && Number.isFinite(retryAfterMs);
      const wished = wish ? { retryAfterMs: Math.min(retryAfterMs, CHANNEL_GIVEN_UP_MS) } : {};
      return { kind, scope: scope === 'channel' ? scope : 'delivery', ...wished, ...detailed };
    }
    default:
      return { kind: 'unknown', ...detailed };
  }
}

function shortText(value: unknown, length: number): string | undefined {
  return typeof value === 'string' ? value.slice(0, length) : undefined;
}
