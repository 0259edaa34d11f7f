/** Seeded contacts as an import hands them in: parallel columns, an empty string where the cell is empty. */
import type { Field } from '#domain/contact';
import { createDice, type Dice } from './dice.ts';

const FIRST = [
  'Ana',
  'Jürgen',
  'Chloé',
  'Søren',
  'Wei',
  'Mateusz',
  'Olga',
  'Ibrahim',
  'Priya',
  'Łucja',
  'Noah',
  'Emma',
  'Zoë',
];
const LAST = [
  'Novák',
  'Müller',
  'García',
  'Ødegård',
  'Zhang',
  'Kowalski',
  'Petrova',
  'Haddad',
  'Sharma',
  'Smith',
  'O’Neill',
];
const CHINESE = ['张伟', '王芳', '李娜', '刘洋', '陈静', '杨帆', '赵敏', '黄磊', '周杰', '吴秀英'];

export type TextColumns = { readonly [F in Field]?: readonly string[] };

export const phoneOf = (dice: Dice): string => `+420${String(600_000_000 + dice.below(399_999_999))}`;

export const nameOf = (dice: Dice): string =>
  dice.chance(0.2) ? dice.pick(CHINESE) : `${dice.pick(FIRST)} ${dice.pick(LAST)}`;

export const emailOf = (dice: Dice): string => {
  const local = dice.pick(FIRST).toLowerCase();
  return `${local.replace(/[^a-z]/g, 'x')}.${String(dice.below(1_000_000))}@example.com`;
};

/** Eight columns as a marketer's file has them: about 80 bytes a row. */
export function contactColumns(count: number, seed: number): TextColumns {
  const dice = createDice(seed);
  const rows = Array.from({ length: count }, (_, row) => {
    const name = nameOf(dice);
    return {
      userId: `U${String(100_000 + row)}`,
      phone: phoneOf(dice),
      email: emailOf(dice),
      name,
      smsType: 'marketing',
      status: dice.chance(0.03) ? 'inactive' : '',
      'consent:sms': dice.chance(0.05) ? 'refused' : 'given',
      'consent:email': 'given',
    };
  });
  const column = (field: keyof (typeof rows)[number]) => rows.map((row) => row[field]);
  return {
    userId: column('userId'),
    phone: column('phone'),
    email: column('email'),
    name: column('name'),
    smsType: column('smsType'),
    status: column('status'),
    'consent:sms': column('consent:sms'),
    'consent:email': column('consent:email'),
  };
}
