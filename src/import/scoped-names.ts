/**
 * How people head columns of what holds for a business line or a channel, and of addresses besides phone and email, in
 * English and Chinese: `Phone@<line key>`, `OpenID@<channel code>`, `DingTalk ID`, and `bind_id`, which says the scope row
 * by row (IMP-4). Names as `normaliseName` leaves them.
 */
import {
  formatScoped,
  isChannelField,
  isPlainField,
  isScopeCode,
  SCOPED_FIELDS,
  type ScopedField,
} from '#domain/scope';
import { NAMES_BY_FIELD, normaliseName, TAG_NAMES } from './column-names.ts';
import { toPlainForms } from './clean-text.ts';
import type { ProposedField } from './types.ts';

const BIND_NAMES: ReadonlySet<string> = new Set([...['bindid', '绑定id', '绑定编号', '綁定id']]);

const NAMES: Readonly<Record<ScopedField, readonly string[]>> = {
  phone: NAMES_BY_FIELD.phone,
  email: NAMES_BY_FIELD.email,
  tag: TAG_NAMES,
  app: [
    ...['registrationid', 'registrationids', 'appregistrationid', 'regid', 'appid', 'app', 'jpushid'],
    ...['注册id', 'app注册id', '极光id', '设备id', '註冊id'],
  ],
  wechatoa: [
    ...['openid', 'wechatopenid', 'wechatoa', 'wechatoaopenid', 'wechatid', 'officialaccountopenid'],
    ...['微信openid', '公众号openid', '公众号id', '微信公众号openid', '微信公众号id', '服务号openid', '微信id'],
  ],
  wechatmp: [
    ...['miniprogramopenid', 'miniprogramid', 'wechatmp', 'wechatmpopenid', 'mpopenid'],
    ...['小程序openid', '小程序id', '微信小程序openid', '微信小程序id', '小程式openid'],
  ],
  alipaylife: [
    ...['alipayid', 'alipayuserid', 'alipay', 'alipaylife', 'alipaylifeid'],
    ...['支付宝id', '支付宝用户id', '支付宝生活号id', '生活号id', '支付寶id'],
  ],
  dingtalkcc: [
    'dingtalkid',
    'dingtalkuserid',
    'dingtalkcc',
    'dingdingid',
    '钉钉id',
    '钉钉用户id',
    '钉钉userid',
    '釘釘id',
  ],
  wechatwk: [
    ...['wecomid', 'wecomuserid', 'wechatworkid', 'wechatwk', 'enterprisewechatid', 'wxworkid'],
    ...['企业微信id', '企业微信用户id', '企业微信userid', '企微id', '企業微信id'],
  ],
  wechatwkLinkedcorp: [
    ...['wecomlinkedenterpriseid', 'wecomlinkedcorpid', 'wecomlinkedid', 'wechatwklinkedcorp'],
    ...['企业微信互联企业id', '互联企业id', '企微互联企业id', '企業微信互聯企業id'],
  ],
};
const fieldByName = new Map(SCOPED_FIELDS.flatMap((field) => NAMES[field].map((name) => [name, field] as const)));

/** `Phone@all` is `Phone`. */
export const withoutAll = (heading: string): string => heading.replace(/[@＠]\s*all\s*$/i, '');

/** By its headings, what each column is for a line or a channel; undefined for others. */
export function matchScoped(headings: readonly string[]): readonly (ProposedField | undefined)[] {
  const bindAt = headings.findIndex((heading) => BIND_NAMES.has(normaliseName(heading)));
  const taken = new Set<ProposedField>();
  return headings.map((heading, at) => {
    if (at === bindAt) return 'bindId';
    const field = fieldOf(heading, bindAt < 0 ? 'byHeading' : 'byRow');
    if (field === undefined) return undefined;
    // Tags add up.
    if (taken.has(field) && !field.startsWith('tag')) return 'ignore';
    taken.add(field);
    return field;
  });
}

export const isScopedName = (heading: string): boolean =>
  fieldOf(heading, 'byHeading') !== undefined || BIND_NAMES.has(normaliseName(heading));

function fieldOf(heading: string, scopes: 'byHeading' | 'byRow'): ProposedField | undefined {
  const text = toPlainForms(heading);
  const border = text.lastIndexOf('@');
  if (border >= 0) {
    const [field, scope] = [fieldByName.get(normaliseName(text.slice(0, border))), text.slice(border + 1).trim()];
    return field && !isPlainField(field) && isScopeCode(scope) ? formatScoped({ field, scope }) : undefined;
  }
  const field = fieldByName.get(normaliseName(text));
  if (field === undefined) return undefined;
  if (isPlainField(field)) return field;
  // Without a scope nobody can tell of which channel it is; it may be the registration at a fair.
  return scopes === 'byRow' && isChannelField(field) ? formatScoped({ field, scope: '' }) : undefined;
}
