/** Signs of channel types; words for platforms, their fields and choices, and what a test came to. */
import Mail from '@lucide/svelte/icons/mail';
import MessageSquareText from '@lucide/svelte/icons/message-square-text';
import Webhook from '@lucide/svelte/icons/webhook';
import type { ChannelType, Platform } from '#domain/channel';
import { m } from '#messages';
import type { Icon } from '#ui/icon';

export const TYPE_ICONS: Readonly<Record<ChannelType, Icon>> = {
  sms: MessageSquareText,
  email: Mail,
  webhook: Webhook,
};

const PLATFORM_WORDS: Readonly<Record<Platform, { readonly label: () => string; readonly text: () => string }>> = {
  smtp: { label: m.settings_platform_smtp, text: m.settings_platform_smtp_text },
  'tencent-sms': { label: m.settings_platform_tencent, text: m.settings_platform_tencent_text },
  'http-webhook': { label: m.settings_platform_webhook, text: m.settings_platform_webhook_text },
};
export const platformWord = (platform: Platform): string => PLATFORM_WORDS[platform].label();
export const platformText = (platform: Platform): string => PLATFORM_WORDS[platform].text();

/** By the field's name in `#domain/channel`; names are the same in all platforms. */
const FIELDS: Readonly<Record<string, () => string>> = {
  host: m.settings_field_host,
  port: m.settings_field_port,
  encryption: m.settings_field_encryption,
  from: m.settings_field_from,
  fromName: m.settings_field_from_name,
  user: m.settings_field_user,
  password: m.settings_field_password,
  sdkAppId: m.settings_field_sdk_app_id,
  signName: m.settings_field_sign_name,
  region: m.settings_field_region,
  endpoint: m.settings_field_endpoint,
  secretId: m.settings_field_secret_id,
  secretKey: m.settings_field_secret_key,
  url: m.settings_field_url,
  addressField: m.settings_field_address_field,
  signingSecret: m.settings_field_signing_secret,
};
export const fieldWord = (name: string): string => FIELDS[name]?.() ?? name;

export const fieldHint = (name: string): string | undefined =>
  name === 'signingSecret' ? m.settings_field_signing_secret_hint() : undefined;

const CHOICES: Readonly<Record<string, () => string>> = {
  none: m.settings_choice_none,
  tls: m.settings_choice_tls,
  starttls: m.settings_choice_starttls,
  phone: m.settings_choice_phone,
  email: m.settings_choice_email,
  userId: m.settings_choice_user_id,
};
export const choiceWord = (choice: string): string => CHOICES[choice]?.() ?? choice;

/** What went wrong in a test, as something that can be put right. */
export function testWord(reason: string): string {
  switch (reason) {
    case 'credentialsRefused':
      return m.settings_test_credentials();
    case 'providerUnavailable':
    case 'expired':
      return m.settings_test_unavailable();
    case 'addressInvalid':
    case 'addressUnknown':
    case 'mailboxFull':
    case 'optedOutAtProvider':
    case 'regionUnsupported':
    case 'phoneUnreachable':
      return m.settings_test_address_bad();
    default:
      return m.settings_test_refused();
  }
}
