/**
 * Whom a simulated workspace writes about: few people with overlapping keys, in files as marketers have them.
 */
import type { Dice } from '#tests/builders/dice';
import type { FileRow } from '#tests/audience/plan-model';
import type { World } from './world.ts';

export const userIdOf = (person: number): string => `U${String(person)}`;
export const phoneOf = (person: number): string => `+420${String(600_000_000 + person)}`;
export const emailOf = (person: number): string => `person${String(person)}@example.com`;

export const nameOf = (world: World): string => `name ${String((world.names += 1))}`;

/** Up to `most` rows about people who may stand in it twice, and whose phone may be another's by now. */
export function fileRows(world: World, dice: Dice, most: number): FileRow[] {
  const first = dice.below(world.people);
  return Array.from({ length: 1 + dice.below(most) }, (_, at) => {
    const person = dice.chance(0.8) ? (first + at) % world.people : dice.below(world.people);
    return rowOfPerson(world, dice, person);
  });
}

export function rowOfPerson(world: World, dice: Dice, person: number): FileRow {
  const other = dice.below(world.people);
  const keys = {
    ...(dice.chance(0.4) && { userId: userIdOf(person) }),
    ...(dice.chance(0.75) && { phone: phoneOf(dice.chance(0.12) ? other : person) }),
    ...(dice.chance(0.4) && { email: emailOf(dice.chance(0.06) ? other : person) }),
  };
  return {
    ...(Object.keys(keys).length > 0 ? keys : { phone: phoneOf(person) }),
    ...(dice.chance(0.8) && { name: nameOf(world) }),
    ...(dice.chance(0.15) && { status: dice.pick(['active', 'inactive']) }),
    ...(dice.chance(0.25) && { 'consent:sms': dice.pick(['given', 'given', 'unknown', 'refused']) }),
    ...(dice.chance(0.1) && { 'consent:email': dice.pick(['given', 'refused']) }),
    ...(dice.chance(0.06) && { blocked: dice.pick(['no', 'yes']) }),
  };
}
