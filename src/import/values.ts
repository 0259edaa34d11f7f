/** Words of files for status, blocked, consent and SMS type, in English and Chinese. A word not known here is an error. */
import { cleanText, toPlainForms } from './clean-text.ts';
import type { Blocked, Consent, SmsType, Status } from '#domain/contact';

const YES = ['yes', 'y', 'true', 't', '1', 'x', 'on', '✓', '✔', '√', '是', '有', '对', '已', '真'] as const;
const NO = ['no', 'n', 'false', 'f', '0', 'off', '✗', '✘', '×', '否', '没有', '无', '不', '未', '假'] as const;

const STATUS = words<Status>({
  active: [
    ...YES,
    'active',
    'activated',
    'enabled',
    'valid',
    'normal',
    'live',
    '启用',
    '激活',
    '已激活',
    '正常',
    '有效',
    '活跃',
    '啟用',
  ],
  inactive: [
    ...[...NO, 'inactive', 'deactivated', 'disabled', 'invalid', 'archived', 'closed'],
    ...['停用', '禁用', '未激活', '失效', '无效', '不活跃', '注销', '已停用'],
  ],
});
const BLOCKED = words<Blocked>({
  yes: [
    ...[
      ...YES,
      'blocked',
      'block',
      'blacklisted',
      'blacklist',
      'banned',
      'unsubscribed',
      'opted out',
      'opt-out',
      'optout',
    ],
    ...['拉黑', '已拉黑', '黑名单', '屏蔽', '已屏蔽', '退订', '已退订', '封禁'],
  ],
  no: [
    ...[...NO, 'not blocked', 'unblocked', 'normal', 'active', 'subscribed', 'ok'],
    ...['正常', '未拉黑', '未屏蔽', '未退订', '已订阅', '订阅'],
  ],
});
const CONSENT = words<Consent>({
  given: [
    ...[
      ...YES,
      'given',
      'granted',
      'consented',
      'agreed',
      'accepted',
      'subscribed',
      'opt-in',
      'opted in',
      'optin',
      'in',
    ],
    ...['同意', '已同意', '订阅', '已订阅', '接受', '允许', '授权', '已授权'],
  ],
  refused: [
    ...[...NO, 'refused', 'denied', 'declined', 'withdrawn', 'unsubscribed', 'opt-out', 'opted out', 'optout', 'out'],
    ...['不同意', '未同意', '拒绝', '已拒绝', '退订', '已退订', '取消订阅', '不允许', '未授权', '撤回'],
  ],
  unknown: ['unknown', 'pending', 'not asked', 'n/a', '-', '?', '未知', '不详', '待确认', '未确认', '未询问'],
});
const SMS_TYPE = words<SmsType>({
  verification: ['verification', 'verification code', 'code', 'otp', '验证码', '驗證碼', '验证'],
  notification: ['notification', 'notice', 'transactional', '通知', '通知类'],
  marketing: ['marketing', 'promotion', 'promotional', '营销', '推广', '会员营销', '行銷', '營銷'],
});

/** In which form words are looked up, and told what they mean. */
export const wordOf = (text: string): string => toPlainForms(cleanText(text)).toLowerCase();

export const readStatus = (text: string): Status | undefined => STATUS.get(text.toLowerCase());
export const readBlocked = (text: string): Blocked | undefined => BLOCKED.get(text.toLowerCase());
export const readConsent = (text: string): Consent | undefined => CONSENT.get(text.toLowerCase());
export const readSmsType = (text: string): SmsType | undefined => SMS_TYPE.get(text.toLowerCase());

function words<Value extends string>(table: Readonly<Record<Value, readonly string[]>>): ReadonlyMap<string, Value> {
  const entries = Object.entries<readonly string[]>(table) as [Value, readonly string[]][];
  return new Map(entries.flatMap(([value, spellings]) => spellings.map((spelling) => [spelling, value] as const)));
}
