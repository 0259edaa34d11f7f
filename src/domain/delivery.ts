/** Delivery states and how evidence adds up. Reports arrive late, twice and out of order, so merging is free of order. */

/**
 * Weakest evidence first. `failed` ranks below `delivered`: a phone's confirmation outweighs a provider's guess.
 * Withdrawn is no state: it stands beside, and takes nothing from the figures.
 */
export const DELIVERY_STATES = ['queued', 'unknown', 'accepted', 'failed', 'delivered', 'clicked'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Commutative, associative and idempotent, so every device ends with the same state. */
export function mergeState(one: DeliveryState, other: DeliveryState): DeliveryState {
  return DELIVERY_STATES.indexOf(one) >= DELIVERY_STATES.indexOf(other) ? one : other;
}

/** Where a failed delivery stopped (STA-2). */
export const FAILURE_STAGES = ['invalidTarget', 'refused', 'undelivered'] as const;
export type FailureStage = (typeof FAILURE_STAGES)[number];

/** Why, as the interface puts it into words. A provider's own code stands beside it as `detail`, never its free text. */
export const FAILURE_REASONS = [
  'addressInvalid',
  'addressUnknown',
  'mailboxFull',
  'blockedByProvider',
  'optedOutAtProvider',
  'contentRefused',
  'templateRefused',
  'tooManyToAddress',
  'quotaExhausted',
  'credentialsRefused',
  'channelGone',
  'variableMissing',
  'regionUnsupported',
  'phoneUnreachable',
  'providerUnavailable',
  'expired',
  'erased',
  'refusedOther',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

export interface Receipt {
  /** Position of the recipient in the message, from 0. */
  readonly recipient: number;
  readonly state: DeliveryState;
  readonly stage?: FailureStage;
  readonly reason?: FailureReason;
  /** The provider's own short code (`550 5.1.1`, `FailedOperation.PhoneNumberInBlacklist`). */
  readonly detail?: string;
  /** Milliseconds since 1970, by the relay's clock. */
  readonly at: number;
}

/** Figures of a message (STA-1): `sent` counts what a channel accepted. */
export interface DeliveryFigures {
  readonly queued: number;
  readonly unknown: number;
  readonly sent: number;
  readonly failed: number;
  readonly delivered: number;
  readonly clicked: number;
}
