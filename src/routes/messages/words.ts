/** Messages in words: states, steps, and each reason as a sentence. Functions, since the language may change. */
import type { MessageRecord, Outcome } from '#app/types';
import type { ChannelType } from '#domain/channel';
import type { DeliveryState, FailureReason } from '#domain/delivery';
import type { FunnelStep, MessageState } from '#domain/message';
import type { Variable } from '#domain/template';
import { m } from '#messages';
import type { Tone } from '#ui/icon';

type Words<Key extends string> = Readonly<Record<Key, () => string>>;
/** All that a refusal can be called. */
export type Refusal = Extract<Outcome, { readonly kind: 'refused' }>['problem'];

export const messageStateWord: Words<MessageState> = {
  draft: m.message_state_draft,
  waiting: m.message_state_waiting,
  sending: m.message_state_sending,
  sent: m.message_state_sent,
  failed: m.message_state_failed,
};

export const messageStateTone: Readonly<Record<MessageState, Tone>> = {
  draft: 'neutral',
  waiting: 'wait',
  sending: 'neutral',
  sent: 'good',
  failed: 'bad',
};

export const waitingWord: Words<NonNullable<MessageRecord['waiting']>> = {
  offline: m.message_waiting_offline,
  signedOut: m.message_waiting_signed_out,
  leaving: m.message_waiting_leaving,
  asksAgain: m.message_waiting_asks,
};

export const deliveryStateWord: Words<DeliveryState> = {
  queued: m.delivery_queued,
  unknown: m.delivery_unknown,
  accepted: m.delivery_accepted,
  failed: m.delivery_failed,
  delivered: m.delivery_delivered,
  clicked: m.delivery_clicked,
};

export const deliveryStateTone: Readonly<Record<DeliveryState, Tone>> = {
  queued: 'neutral',
  unknown: 'wait',
  accepted: 'neutral',
  failed: 'bad',
  delivered: 'good',
  clicked: 'good',
};

export const reasonWord: Words<FailureReason> = {
  addressInvalid: m.reason_address_invalid,
  addressUnknown: m.reason_address_unknown,
  mailboxFull: m.reason_mailbox_full,
  blockedByProvider: m.reason_blocked_by_provider,
  optedOutAtProvider: m.reason_opted_out_at_provider,
  contentRefused: m.reason_content_refused,
  templateRefused: m.reason_template_refused,
  tooManyToAddress: m.reason_too_many_to_address,
  quotaExhausted: m.reason_quota_exhausted,
  credentialsRefused: m.reason_credentials_refused,
  channelGone: m.reason_channel_gone,
  variableMissing: m.reason_variable_missing,
  regionUnsupported: m.reason_region_unsupported,
  phoneUnreachable: m.reason_phone_unreachable,
  providerUnavailable: m.reason_provider_unavailable,
  expired: m.reason_expired,
  erased: m.reason_erased,
  refusedOther: m.reason_refused_other,
};

export const problemWord: Words<Refusal> = {
  signedOut: m.problem_signed_out,
  forbidden: m.problem_forbidden,
  notFound: m.problem_not_found,
  malformed: m.problem_malformed,
  tooLarge: m.problem_too_large,
  keyMissing: m.problem_key_missing,
  keyReused: m.problem_key_reused,
  partsMissing: m.problem_parts_missing,
  partMismatch: m.problem_part_mismatch,
  behind: m.problem_relay_failed,
  erasing: m.problem_relay_failed,
  blockTaken: m.problem_relay_failed,
  channelGone: m.problem_channel_gone,
  codeTaken: m.problem_code_taken,
  nameTaken: m.problem_name_taken,
  linkSpent: m.problem_link_spent,
  foreignOrigin: m.problem_foreign_origin,
  tooManyRequests: m.problem_too_many_requests,
  relayFailed: m.problem_relay_failed,
  offline: m.problem_offline,
  storageFull: m.problem_storage_full,
};

export const funnelStepWord: Words<FunnelStep> = {
  chosen: m.funnel_chosen,
  planned: m.funnel_planned,
  active: m.funnel_active,
  consenting: m.funnel_consenting,
  notBlocked: m.funnel_not_blocked,
  hasAddress: m.funnel_has_address,
  effective: m.funnel_effective,
};

/** What a step took away; the first takes nothing. */
export const funnelLossWord: Readonly<Record<Exclude<FunnelStep, 'chosen'>, (lost: { count: number }) => string>> = {
  planned: m.funnel_lost_planned,
  active: m.funnel_lost_active,
  consenting: m.funnel_lost_consenting,
  notBlocked: m.funnel_lost_not_blocked,
  hasAddress: m.funnel_lost_has_address,
  effective: m.funnel_lost_effective,
};

export const channelTypeWord: Words<ChannelType> = {
  email: m.compose_channel_email,
  sms: m.compose_channel_sms,
  webhook: m.compose_channel_webhook,
};

export const variableWord: Words<Variable> = {
  name: m.compose_variable_name,
  phone: m.compose_variable_phone,
  email: m.compose_variable_email,
  userId: m.compose_variable_user_id,
};

/** As it stands inside a sentence. */
export const fieldInSentence: Words<Variable> = {
  name: m.compose_field_name,
  phone: m.compose_field_phone,
  email: m.compose_field_email,
  userId: m.compose_field_user_id,
};

/** As the menu inserts it: a name has a friendly word to fall back on, a number or an address has none. */
export function placeOf(variable: Variable): string {
  return variable === 'name' ? `{{name|${m.compose_fallback()}}}` : `{{${variable}}}`;
}
