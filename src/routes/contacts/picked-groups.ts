/** Groups chosen in a form: those that exist, and names of those that are made when the form is sent. */
import type { Groups } from '#app/types';
import type { SmsType } from '#domain/contact';
import { GROUP_NAME_LENGTH } from '#domain/group';
import { normaliseName } from '#domain/name';
import type { GroupId } from '#domain/ids';

export interface PickedGroups {
  readonly existing: readonly GroupId[];
  readonly created: readonly string[];
}

export const NO_GROUPS: PickedGroups = { existing: [], created: [] };

export const countPicked = (picked: PickedGroups): number => picked.existing.length + picked.created.length;

/** The same name in another spelling is the same group. */
export function addCreated(picked: PickedGroups, name: string): PickedGroups {
  const tidy = name.trim().replace(/\s+/gu, ' ').slice(0, GROUP_NAME_LENGTH);
  const isThere = picked.created.some((each) => normaliseName(each) === normaliseName(tidy));
  return tidy === '' || isThere ? picked : { ...picked, created: [...picked.created, tidy] };
}

/** Makes the new ones, and answers the ids of all. */
export async function createPicked(
  groups: Pick<Groups, 'create'>,
  picked: PickedGroups,
  smsType?: SmsType,
): Promise<readonly GroupId[]> {
  const made: GroupId[] = [];
  for (const name of picked.created) made.push((await groups.create(name, smsType)).group.id);
  return [...new Set([...picked.existing, ...made])];
}
