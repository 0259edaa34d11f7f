/** Words of the domain in the language shown. Functions, since the language is known only when they are called. */
import type { Contact } from '#audience/types';
import type { Consent, Field, SmsType, Status } from '#domain/contact';
import { DEFAULT_GROUP_ID, type Group } from '#domain/group';
import { m } from '#messages';
import { phoneToShown } from './phone.ts';

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

export const smsTypeWord: Readonly<Record<SmsType, () => string>> = {
  verification: m.sms_type_verification,
  notification: m.sms_type_notification,
  marketing: m.sms_type_marketing,
};

export const statusWord: Readonly<Record<Status, () => string>> = {
  active: m.status_active,
  inactive: m.status_inactive,
};

export const consentWord: Readonly<Record<Consent, () => string>> = {
  given: m.consent_given,
  unknown: m.consent_unknown,
  refused: m.consent_refused,
};

/** The default group has no name of its own: it is said in the language shown. */
export function groupWord(group: Pick<Group, 'id' | 'name'>): string {
  return group.id === DEFAULT_GROUP_ID ? m.groups_default() : group.name;
}

/** What a contact is called where a name is needed: its name, else the first key it has. */
export function contactWord(contact: Contact): string {
  const { name, phone, email, userId } = contact.cells;
  return name ?? (phone ? phoneToShown(phone) : undefined) ?? email ?? userId ?? m.contacts_no_name();
}
