/**
 * How people head the columns of their lists, in English and Chinese, as `normaliseName` leaves it. Data only.
 * Sources: exports of Google Contacts, Outlook, Mailchimp, HubSpot, Brevo, 企业微信, 有赞 and 飞书, and the platforms that
 * this product stands beside.
 */
import type { Field } from '#domain/contact';

/** A column of consent that names no channel speaks for every channel type. */
export const GENERAL_CONSENT: readonly string[] = [
  ...['consent', 'consents', 'consentgiven', 'optin', 'optedin', 'marketingconsent', 'acceptsmarketing', 'gdprconsent'],
  ...['subscribed', 'subscriptionstatus', 'permission', 'marketingpermission', 'agreed', 'agreetomarketing'],
  ...[
    '同意',
    '是否同意',
    '同意营销',
    '营销同意',
    '同意接收',
    '订阅',
    '是否订阅',
    '订阅状态',
    '授权',
    '是否授权',
    '營銷同意',
    '訂閱',
  ],
];

export const GIVEN_NAMES: readonly string[] = [
  ...['firstname', 'givenname', 'forename', 'first', 'givennames', 'prenom', 'vorname'],
  ...['名', '名字', '名前'],
];
export const FAMILY_NAMES: readonly string[] = [
  ...['lastname', 'surname', 'familyname', 'last', 'secondname', 'nom', 'nachname'],
  ...['姓', '姓氏'],
];

export const NAMES_BY_FIELD: Readonly<Record<Field, readonly string[]>> = {
  userId: [
    ...['userid', 'uid', 'customerid', 'customerno', 'customernumber', 'customercode', 'clientid', 'clientno'],
    ...['contactid', 'memberid', 'memberno', 'membernumber', 'externalid', 'accountid', 'accountno', 'accountnumber'],
    ...['crmid', 'recordid', 'subscriberid', 'userno', 'usercode', 'employeeid', 'kundennummer', 'externaluserid'],
    ...[
      '用户id',
      '用户编号',
      '用户号',
      '客户id',
      '客户编号',
      '客户号',
      '客户代码',
      '会员id',
      '会员编号',
      '会员号',
      '会员卡号',
    ],
    ...[
      '工号',
      '员工编号',
      '账号',
      '账户id',
      '用戶id',
      '用戶編號',
      '客戶id',
      '客戶編號',
      '會員編號',
      '會員id',
      '外部id',
    ],
  ],
  phone: [
    ...[
      'phone',
      'phonenumber',
      'phoneno',
      'mobile',
      'mobilephone',
      'mobilenumber',
      'mobileno',
      'mobilephonenumber',
      'cell',
    ],
    ...[
      'cellphone',
      'cellnumber',
      'cellphonenumber',
      'tel',
      'telephone',
      'telephonenumber',
      'telno',
      'telnumber',
      'sms',
    ],
    ...['smsnumber', 'whatsapp', 'contactnumber', 'contactno', 'contactphone', 'phone1', 'phone1value', 'primaryphone'],
    ...['msisdn', 'handphone', 'handy', 'telefon', 'handynummer', 'mobiltelefon', 'telefono', 'movil', 'portable'],
    ...['homephone', 'workphone', 'businessphone', 'phonemobile'],
    ...[
      '手机',
      '手机号',
      '手机号码',
      '手机电话',
      '移动电话',
      '电话',
      '电话号码',
      '联系电话',
      '联系方式',
      '联系手机',
      '联系号码',
    ],
    ...[
      '电话1',
      '手机1',
      '号码',
      '收件人手机',
      '收货人手机',
      '收货电话',
      '会员手机',
      '客户手机',
      '客户电话',
      '注册手机',
      '注册手机号',
    ],
    ...[
      '手機',
      '手機號',
      '手機號碼',
      '電話',
      '電話號碼',
      '聯絡電話',
      '聯繫電話',
      '行動電話',
      '號碼',
      '電話番号',
      '携帯',
      '携帯電話',
    ],
    ...['전화번호', '휴대폰', '휴대전화', '핸드폰'],
  ],
  email: [
    ...[
      'email',
      'emailaddress',
      'mail',
      'mailaddress',
      'emailid',
      'email1',
      'email1value',
      'primaryemail',
      'workemail',
    ],
    ...['personalemail', 'contactemail', 'emails', 'correo', 'correoelectronico', 'courriel', 'emailadresse'],
    ...[
      '邮箱',
      '电子邮箱',
      '邮箱地址',
      '电子邮件',
      '邮件',
      '邮件地址',
      '电子邮箱地址',
      '电子邮件地址',
      '联系邮箱',
      '工作邮箱',
    ],
    ...['郵箱', '電子郵箱', '電子郵件', '郵件', '信箱', '電子信箱', 'メール', 'メールアドレス', '이메일'],
  ],
  name: [
    ...[
      'name',
      'fullname',
      'customername',
      'contactname',
      'displayname',
      'clientname',
      'membername',
      'username',
      'nickname',
    ],
    ...['contact', 'customer', 'recipient', 'recipientname', 'personname', 'employeename', 'nombre', 'kundenname'],
    ...[
      '姓名',
      '名称',
      '称呼',
      '联系人',
      '联系人姓名',
      '客户姓名',
      '客户名称',
      '客户',
      '用户名',
      '用户姓名',
      '会员姓名',
      '昵称',
    ],
    ...[
      '收件人',
      '收货人',
      '收件人姓名',
      '真实姓名',
      '中文名',
      '名稱',
      '稱呼',
      '聯絡人',
      '客戶姓名',
      '客戶名稱',
      '暱稱',
      '氏名',
      '이름',
    ],
  ],
  smsType: ['smstype', 'smskind', 'messagetype', 'typeofsms', '短信类型', '短信类别', '短訊類型', '簡訊類型'],
  status: [
    ...[
      'status',
      'activated',
      'active',
      'isactive',
      'enabled',
      'state',
      'contactstatus',
      'userstatus',
      'accountstatus',
    ],
    ...['状态', '是否激活', '激活', '激活状态', '是否启用', '启用', '用户状态', '客户状态', '狀態', '是否啟用'],
  ],
  blocked: [
    ...[
      'blocked',
      'isblocked',
      'blacklist',
      'blacklisted',
      'donotcontact',
      'dnc',
      'unsubscribed',
      'optedout',
      'optout',
    ],
    ...['donotsend', 'suppressed', 'hasoptedout', 'banned', 'blocklist', 'blocklisted'],
    ...[
      '黑名单',
      '是否黑名单',
      '是否拉黑',
      '拉黑',
      '屏蔽',
      '是否屏蔽',
      '退订',
      '是否退订',
      '已退订',
      '免打扰',
      '黑名單',
      '封鎖',
      '退訂',
    ],
  ],
  'consent:sms': [
    ...['smsconsent', 'consentsms', 'smsoptin', 'acceptssmsmarketing', 'smspermission', 'smssubscribed', 'textconsent'],
    ...['短信同意', '同意短信', '同意接收短信', '短信订阅', '短信授权', '短訊同意', '簡訊同意'],
  ],
  'consent:email': [
    ...['emailconsent', 'consentemail', 'emailoptin', 'acceptsemailmarketing', 'emailpermission', 'emailsubscribed'],
    ...[
      'newsletter',
      'newsletterconsent',
      '邮件同意',
      '同意邮件',
      '同意接收邮件',
      '邮件订阅',
      '邮箱订阅',
      '邮件授权',
      '郵件同意',
    ],
  ],
  'consent:webhook': ['webhookconsent', 'consentwebhook', 'webhook同意', '回调同意'],
};

/** Tags stand in one column, whatever is between them. */
export const TAG_NAMES: readonly string[] = [
  ...[
    'tags',
    'tag',
    'labels',
    'label',
    'keywords',
    '标签',
    '客户标签',
    '用户标签',
    '会员标签',
    '标记',
    '標籤',
    'タグ',
    '태그',
  ],
];

/** Columns that name the groups of each row. */
export const GROUP_NAMES: readonly string[] = [
  ...[
    'groups',
    'group',
    'groupname',
    'groupnames',
    '用户组',
    '分组',
    '群组',
    '组别',
    '用戶組',
    '分組',
    'グループ',
    '그룹',
  ],
];

/** What an export writes beside what the import reads back: no characteristic is made of it. */
export const PASSED_OVER: readonly string[] = [
  ...['fieldcastid', 'created', 'lastchanged', 'firstcontact', 'lastcontact', 'lastchannel'],
  ...['fieldcast编号', '创建时间', '最近更改', '首次联系', '最近联系', '最近通道'],
];

/** By which a sheet is known to be an export: the heading of its ID column. */
export const OWN_ID_NAMES: readonly string[] = ['fieldcastid', 'fieldcast编号'];

/**
 * How exports head what they read back: there any other heading is a characteristic's, though it be called like a field
 * elsewhere. `export/words.ts` has them as they are written.
 */
export const OWN_NAMES: Readonly<Record<Field | 'tags' | 'groups', readonly string[]>> = {
  ...{ name: ['name', '姓名'], phone: ['phone', '手机号'], email: ['email', '邮箱'], userId: ['userid', '用户id'] },
  ...{ smsType: ['smstype', '短信类型'], status: ['status', '状态'], blocked: ['blocked', '黑名单'] },
  ...{ 'consent:sms': ['smsconsent', '短信同意'], 'consent:email': ['emailconsent', '邮件同意'] },
  ...{ 'consent:webhook': ['webhookconsent', '回调同意'], tags: ['tags', '标签'], groups: ['groups', '用户组'] },
};

/** A heading is short; what is longer is no name, and is not looked through. */
const LONGEST_NAME = 100;

/** The form in which headings are compared: no case, width, blanks or punctuation, nothing in brackets. */
export function normaliseName(name: string): string {
  return name
    .slice(0, LONGEST_NAME)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[([【{<][^)\]】}>]*[)\]】}>]/g, '')
    .replace(/[\p{P}\p{S}\s\p{C}]/gu, '');
}
