/** Words of the domain in the language shown. Functions, since the language is known only when they are called. */
import type { Contact } from '#audience/types';
import { CHANNEL_TYPES, type ChannelType } from '#domain/channel';
import { CONSENTS, SMS_TYPES, type Consent, type Field, type SmsType, type Status } from '#domain/contact';
import { DEFAULT_GROUP_ID, type Group } from '#domain/group';
import { m } from '#messages';
import { phoneToShown } from './phone.ts';
import { isStorageFull } from './storage-full.ts';

export const fieldWord: Readonly<Record<Field, () => string>> = {
  userId: m.field_user_id,
  phone: m.field_phone,
  email: m.field_email,
  name: m.field_name,
  smsType: m.field_sms_type,
  status: m.field_status,
  'consent:sms': m.field_consent_sms,
  'consent:email': m.field_consent_email,
  'consent:webhook': m.field_consent_webhook,
  blocked: m.field_blocked,
};

const smsTypeWords: Readonly<Record<SmsType, () => string>> = {
  verification: m.sms_type_verification,
  notification: m.sms_type_notification,
  marketing: m.sms_type_marketing,
};
/** Cells are text: what a newer version wrote is shown as it stands. */
export function smsTypeWord(value: string): string {
  return isOneOf(SMS_TYPES, value) ? smsTypeWords[value]() : value;
}

export const statusWord: Readonly<Record<Status, () => string>> = {
  active: m.status_active,
  inactive: m.status_inactive,
};

const consentWords: Readonly<Record<Consent, () => string>> = {
  given: m.consent_given,
  unknown: m.consent_unknown,
  refused: m.consent_refused,
};
export function consentWord(value: string | undefined): string {
  return value !== undefined && isOneOf(CONSENTS, value) ? consentWords[value]() : m.consent_unknown();
}

const channelWords: Readonly<Record<ChannelType, () => string>> = {
  email: m.contacts_channel_email,
  sms: m.contacts_channel_sms,
  webhook: m.contacts_channel_webhook,
};
export function channelWord(value: string): string {
  return isOneOf(CHANNEL_TYPES, value) ? channelWords[value]() : value;
}

function isOneOf<Value extends string>(values: readonly Value[], value: string): value is Value {
  return (values as readonly string[]).includes(value);
}

/** The default group has no name of its own: it is said in the language shown. */
export function groupWord(group: Pick<Group, 'id' | 'name'>): string {
  return group.id === DEFAULT_GROUP_ID ? m.groups_default() : group.name;
}

/** What a contact is called where a name is needed: its name, else the first key it has. */
export function contactWord(contact: Contact): string {
  const { name, phone, email, userId } = contact.cells;
  return name ?? (phone ? phoneToShown(phone) : undefined) ?? email ?? userId ?? m.contacts_no_name();
}

/** A write that did not come through, in words; a full disk by name. */
export function failureWord(error: unknown): string {
  return isStorageFull(error) ? m.contacts_storage_full() : m.contacts_not_saved();
}
