/** The platforms that this relay can send by. */
import type { Platform } from '#domain/channel';
import type { ProviderKind } from '#relay/provider';
import { httpWebhook } from './http-webhook.ts';
import { smtp } from './smtp.ts';
import { tencentSms } from './tencent-sms.ts';

export const PROVIDERS: Readonly<Record<Platform, ProviderKind>> = {
  smtp,
  'tencent-sms': tencentSms,
  'http-webhook': httpWebhook,
};
