/**
 * Channel types and platforms with what each needs to be told (CHA-2, CHA-3).
 * A platform's form is data, so that the page, the relay's check and the provider read one table.
 */
import type { ChannelCode } from './ids.ts';

export const CHANNEL_TYPES = ['sms', 'email', 'webhook'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

export const PLATFORMS = ['smtp', 'tencent-sms', 'http-webhook'] as const;
export type Platform = (typeof PLATFORMS)[number];

export interface ChannelField {
  readonly name: string;
  readonly kind: 'text' | 'secret' | 'number' | 'url' | 'email' | 'choice';
  readonly required: boolean;
  readonly choices?: readonly string[];
  readonly initial?: string;
}

export interface PlatformForm {
  readonly type: ChannelType;
  /** Shown again when the channel is edited. */
  readonly settings: readonly ChannelField[];
  /** Go to the relay, are encrypted there, and never come back. */
  readonly credentials: readonly ChannelField[];
  /** Whether the provider calls the relay back with receipts (CHA-2: the address to enter there is shown). */
  readonly callback: 'receipts' | 'none';
}

export const PLATFORM_FORMS: Readonly<Record<Platform, PlatformForm>> = {
  smtp: {
    type: 'email',
    settings: [
      { name: 'host', kind: 'text', required: true },
      { name: 'port', kind: 'number', required: true, initial: '587' },
      { name: 'encryption', kind: 'choice', required: true, choices: ['none', 'tls', 'starttls'], initial: 'starttls' },
      { name: 'from', kind: 'email', required: true },
      { name: 'fromName', kind: 'text', required: false },
      { name: 'user', kind: 'text', required: false },
    ],
    credentials: [{ name: 'password', kind: 'secret', required: false }],
    callback: 'none',
  },
  'tencent-sms': {
    type: 'sms',
    settings: [
      { name: 'sdkAppId', kind: 'text', required: true },
      { name: 'signName', kind: 'text', required: false },
      { name: 'region', kind: 'text', required: true, initial: 'ap-guangzhou' },
      { name: 'endpoint', kind: 'url', required: true, initial: 'https://sms.tencentcloudapi.com' },
    ],
    credentials: [
      { name: 'secretId', kind: 'secret', required: true },
      { name: 'secretKey', kind: 'secret', required: true },
    ],
    callback: 'receipts',
  },
  'http-webhook': {
    type: 'webhook',
    settings: [
      { name: 'url', kind: 'url', required: true },
      { name: 'addressField', kind: 'choice', required: true, choices: ['phone', 'email', 'userId'], initial: 'phone' },
    ],
    credentials: [{ name: 'signingSecret', kind: 'secret', required: true }],
    callback: 'receipts',
  },
};

/** A channel as members see it: everything but the credentials. */
export interface Channel {
  readonly code: ChannelCode;
  readonly name: string;
  readonly type: ChannelType;
  readonly platform: Platform;
  readonly settings: Readonly<Record<string, string>>;
  /** Messages a second at most; absent: as fast as the provider takes them. */
  readonly perSecond?: number;
  readonly callbackUrl?: string;
  readonly calledBackAt?: number;
}

export const CHANNEL_NAME_LENGTH = 30;
export const CHANNEL_CODE_PATTERN = /^[A-Za-z0-9]{1,20}$/;

/** The contact field that holds the address for a channel. */
export function addressField(channel: Pick<Channel, 'type' | 'settings'>): 'phone' | 'email' | 'userId' {
  if (channel.type === 'sms') return 'phone';
  if (channel.type === 'email') return 'email';
  const field = channel.settings['addressField'];
  return field === 'email' || field === 'userId' ? field : 'phone';
}
