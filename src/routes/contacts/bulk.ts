/** What is done with several contacts at once, each with its way back. Undo touches only those that this act changed. */
import type { Contact } from '#audience/types';
import type { Contacts } from '#app/types';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { ContactId, GroupId } from '#domain/ids';

export interface BulkResult {
  /** Contacts that were changed. */
  readonly count: number;
  readonly undo: () => Promise<void>;
}

export async function joinGroups(
  contacts: Pick<Contacts, 'join' | 'leave'>,
  chosen: readonly Contact[],
  groups: readonly GroupId[],
): Promise<BulkResult> {
  const joined = groups
    .map((group) => ({ group, ids: idsOf(chosen.filter((contact) => !contact.groups.includes(group))) }))
    .filter(({ ids }) => ids.length > 0);
  for (const { group, ids } of joined) await contacts.join(ids, group);
  return {
    count: new Set(joined.flatMap(({ ids }) => ids)).size,
    undo: async () => {
      for (const { group, ids } of joined) await contacts.leave(ids, group);
    },
  };
}

export async function leaveGroup(
  contacts: Pick<Contacts, 'join' | 'leave'>,
  chosen: readonly Contact[],
  group: GroupId,
): Promise<BulkResult> {
  const ids = idsOf(chosen.filter((contact) => contact.groups.includes(group)));
  if (ids.length > 0) await contacts.leave(ids, group);
  return { count: ids.length, undo: () => (ids.length > 0 ? contacts.join(ids, group) : Promise.resolve()) };
}

/** Groups that at least one of them can leave; the default group is nobody's to leave. */
export function leavableGroups(chosen: readonly Contact[]): readonly GroupId[] {
  return [...new Set(chosen.flatMap((contact) => contact.groups))].filter((group) => group !== DEFAULT_GROUP_ID);
}

const idsOf = (contacts: readonly Contact[]): readonly ContactId[] => contacts.map((contact) => contact.id);
