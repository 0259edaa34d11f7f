/** What is done with several contacts at once, each with its way back. Undo touches only those that this act changed. */
import type { Contact } from '#audience/types';
import type { Contacts, MoveResult } from '#app/types';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { ContactId, GroupId } from '#domain/ids';

export interface BulkResult {
  /** Contacts that were changed. */
  readonly count: number;
  readonly undo: () => Promise<void>;
}

type Moves = Pick<Contacts, 'join' | 'leave' | 'undo'>;

export async function joinGroups(
  contacts: Moves,
  chosen: readonly Contact[],
  groups: readonly GroupId[],
): Promise<BulkResult> {
  const joined = groups
    .map((group) => ({ group, ids: idsOf(chosen.filter((contact) => !contact.groups.includes(group))) }))
    .filter(({ ids }) => ids.length > 0);
  const taken: (() => Promise<void>)[] = [];
  for (const { group, ids } of joined)
    taken.push(takeBack(contacts, await contacts.join(ids, group), () => contacts.leave(ids, group)));
  return {
    count: new Set(joined.flatMap(({ ids }) => ids)).size,
    undo: async () => {
      for (const back of taken) await back();
    },
  };
}

export async function leaveGroup(contacts: Moves, chosen: readonly Contact[], group: GroupId): Promise<BulkResult> {
  const ids = idsOf(chosen.filter((contact) => contact.groups.includes(group)));
  if (ids.length === 0) return { count: 0, undo: () => Promise.resolve() };
  const left = await contacts.leave(ids, group);
  return { count: ids.length, undo: takeBack(contacts, left, () => contacts.join(ids, group)) };
}

/** One step (CON-8): of many by undoing the commit, which leaves what others changed since; of one by its opposite. */
function takeBack(contacts: Moves, moved: MoveResult, opposite: () => Promise<MoveResult>): () => Promise<void> {
  return async () => {
    if (moved.kind === 'commit') await contacts.undo(moved.entry);
    else if (moved.kind === 'change') await opposite();
  };
}

/** Groups that at least one of them can leave; the default group is nobody's to leave. */
export function leavableGroups(chosen: readonly Contact[]): readonly GroupId[] {
  return [...new Set(chosen.flatMap((contact) => contact.groups))].filter((group) => group !== DEFAULT_GROUP_ID);
}

const idsOf = (contacts: readonly Contact[]): readonly ContactId[] => contacts.map((contact) => contact.id);
