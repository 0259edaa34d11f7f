/**
 * People as an audience of a million has them: Chinese and Western names as often as they are borne, phones of several
 * countries, some without email or user ID. In columns as an import hands them in, the same for the same seed.
 */
import type { Dice } from './dice.ts';
import type { TextColumns } from './contacts.ts';

/** The most frequent surnames come first, each next one a little rarer. */
const SURNAMES = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜',
  ...'崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤单仇解查区翟',
  ...['欧阳', '司马', '尉迟', '上官', '诸葛'],
];
const GIVEN = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红玲芬燕云建文志国海春秋雪梅婷宇浩轩子涵欣怡梓一诺晨思',
  ...'佳俊豪嘉懿煜城烨霖昊然明远博文致远立诚钰彤菲雨桐可馨诗涵紫萱语嫣若曦梦琪',
];
const FIRST =
  'James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Karen Lisa Nancy Matthew Anthony Betty Mark Donald Ashley Steven Emily Paul Andrew Joshua Kenneth Kevin Brian George Ana Jürgen Chloé Søren Mateusz Olga Ibrahim Priya Łucja Noah Emma Zoë José María Antonio François Björn Åsa Giulia Luca Marek Jana Petra Tomáš Lukáš Eliška Ahmed Fatima Yusuf Aisha Raj Anjali Hiroshi Yuki Minh Thảo'.split(
    ' ',
  );
const LAST =
  'Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Novák Müller García Ødegård Kowalski Petrova Haddad Sharma O’Neill Groß Schäfer Dvořák Svobodová Šťastný Rossi Bianchi Dubois Lefèvre Silva Santos Yılmaz Öztürk Jørgensen Strauß'.split(
    ' ',
  );
const DOMAINS = [
  'gmail.com',
  'qq.com',
  '163.com',
  'outlook.com',
  'yahoo.com',
  'example.com',
  'example.de',
  'example.cz',
];
/** Calling code and the digits after it. */
const PHONES = [
  ['86', 11],
  ['1', 10],
  ['44', 10],
  ['49', 10],
  ['420', 9],
  ['852', 8],
] as const;

/** Rarer towards the end, about as one over its place. */
const often = <Value>(dice: Dice, values: readonly Value[]): Value =>
  values[Math.floor(values.length ** (dice.below(1_000_000) / 1_000_000)) - 1] as Value;

export function crowdName(dice: Dice): string {
  if (dice.chance(0.45)) {
    const given = dice.chance(0.25) ? often(dice, GIVEN) : often(dice, GIVEN) + often(dice, GIVEN);
    return often(dice, SURNAMES) + given;
  }
  const middle = dice.chance(0.1) ? ` ${String.fromCharCode(65 + dice.below(26))}.` : '';
  return `${often(dice, FIRST)}${middle} ${often(dice, LAST)}`;
}

export function crowdPhone(dice: Dice): string {
  const [code, digits] = often(dice, PHONES);
  const rest = String(dice.below(10 ** 9)).padStart(9, '0') + String(dice.below(100)).padStart(2, '0');
  return `+${code}${code === '86' ? '1' : ''}${rest.slice(0, code === '86' ? digits - 1 : digits)}`;
}

function crowdEmail(dice: Dice): string {
  const part = often(dice, FIRST)
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '');
  const number = String(dice.below(100_000));
  return dice.chance(0.3)
    ? `${String(dice.below(10 ** 9))}@qq.com`
    : `${part}.${often(dice, LAST)
        .normalize('NFD')
        .toLowerCase()
        .replace(/[^a-z]/g, '')}${number}@${often(dice, DOMAINS)}`;
}

/** Rows `first` to below `end` of a crowd; the dice go on from slice to slice. */
export function crowdColumns(dice: Dice, first: number, end: number): TextColumns {
  const rows = Array.from({ length: end - first }, (_, at) => ({
    phone: crowdPhone(dice),
    name: dice.chance(0.02) ? '' : crowdName(dice),
    email: dice.chance(0.7) ? crowdEmail(dice) : '',
    userId: dice.chance(0.8) ? `U${String(100_000 + first + at)}` : '',
    smsType: dice.chance(0.5) ? 'marketing' : '',
    status: dice.chance(0.04) ? 'inactive' : '',
    blocked: dice.chance(0.02) ? 'yes' : '',
    'consent:sms': dice.pick(['given', 'given', 'unknown', 'refused', '']),
    'consent:email': dice.pick(['given', 'unknown', '']),
  }));
  const column = (field: keyof (typeof rows)[number]) => rows.map((row) => row[field]);
  return {
    ...{ phone: column('phone'), name: column('name'), email: column('email'), userId: column('userId') },
    ...{ smsType: column('smsType'), status: column('status'), blocked: column('blocked') },
    ...{ 'consent:sms': column('consent:sms'), 'consent:email': column('consent:email') },
  };
}
