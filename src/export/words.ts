/**
 * How the columns of a file of contacts are headed and its words spelt, by language: as the import reads them, so that
 * such a file needs no matching (IMP-2, IMP-13). Data only.
 */
import type { ChannelType } from '#domain/channel';
import type { Blocked, Consent, SmsType, Status } from '#domain/contact';
import type { ScopedField } from '#domain/scope';
import type { ExportColumn, ExportLanguage } from './types.ts';

export interface ExportWords {
  readonly headings: Readonly<Record<ExportColumn, string>>;
  /** Followed by `@` and the scope, but where that is all. */
  readonly scoped: Readonly<Record<ScopedField, string>>;
  readonly status: Readonly<Record<Status, string>>;
  readonly blocked: Readonly<Record<Blocked, string>>;
  readonly consent: Readonly<Record<Consent, string>>;
  readonly smsType: Readonly<Record<SmsType, string>>;
  readonly channel: Readonly<Record<ChannelType, string>>;
  readonly sheet: string;
}

export const EXPORT_WORDS: Readonly<Record<ExportLanguage, ExportWords>> = {
  en: {
    headings: {
      ...{ id: 'Fieldcast ID', name: 'Name', phone: 'Phone', email: 'Email', userId: 'User ID', groups: 'Groups' },
      ...{ tags: 'Tags', channel: 'Last channel' },
      ...{ smsType: 'SMS type', status: 'Status', blocked: 'Blocked' },
      ...{ 'consent:sms': 'SMS consent', 'consent:email': 'Email consent', 'consent:webhook': 'Webhook consent' },
      ...{ createdAt: 'Created', changedAt: 'Last changed' },
      ...{ firstContactAt: 'First contact', lastContactAt: 'Last contact' },
    },
    scoped: {
      ...{ phone: 'Phone', email: 'Email', tag: 'Tags', app: 'Registration ID', wechatoa: 'OpenID' },
      ...{ wechatmp: 'Mini-program OpenID', alipaylife: 'Alipay ID', dingtalkcc: 'DingTalk ID', wechatwk: 'WeCom ID' },
      wechatwkLinkedcorp: 'WeCom linked-enterprise ID',
    },
    status: { active: 'active', inactive: 'inactive' },
    blocked: { yes: 'yes', no: 'no' },
    consent: { given: 'yes', refused: 'no', unknown: 'unknown' },
    smsType: { verification: 'verification', notification: 'notification', marketing: 'marketing' },
    channel: { email: 'Email', sms: 'SMS', webhook: 'Webhook' },
    sheet: 'Contacts',
  },
  'zh-CN': {
    headings: {
      ...{ id: 'Fieldcast 编号', name: '姓名', phone: '手机号', email: '邮箱', userId: '用户ID', groups: '用户组' },
      ...{ tags: '标签', channel: '最近通道' },
      ...{ smsType: '短信类型', status: '状态', blocked: '黑名单' },
      ...{ 'consent:sms': '短信同意', 'consent:email': '邮件同意', 'consent:webhook': '回调同意' },
      ...{ createdAt: '创建时间', changedAt: '最近更改' },
      ...{ firstContactAt: '首次联系', lastContactAt: '最近联系' },
    },
    scoped: {
      ...{ phone: '手机号', email: '邮箱', tag: '标签', app: '注册ID', wechatoa: '微信OpenID' },
      ...{ wechatmp: '小程序OpenID', alipaylife: '支付宝ID', dingtalkcc: '钉钉ID', wechatwk: '企业微信ID' },
      wechatwkLinkedcorp: '企业微信互联企业ID',
    },
    status: { active: '启用', inactive: '停用' },
    blocked: { yes: '是', no: '否' },
    consent: { given: '是', refused: '否', unknown: '未知' },
    smsType: { verification: '验证码', notification: '通知', marketing: '营销' },
    channel: { email: '邮件', sms: '短信', webhook: 'Webhook' },
    sheet: '联系人',
  },
};
