/** What the audience worker says of groups by their conditions: how many, which of them a contact is in, whom they reach. */
import { isListed, rowOfContact } from '#audience/columns';
import { countReach, type Way } from '#audience/reach';
import type { GroupCount } from '#audience/types';
import type { AudienceView } from '#audience/view';
import type { ContactId, GroupId } from '#domain/ids';

export interface GroupAnswersParts {
  readonly view: AudienceView;
  /** A part of the contacts is no group. */
  readonly loaded: Promise<void>;
  /** What finds those whom conditions let through. */
  readonly warm: () => Promise<void>;
}

export function createGroupAnswers({ view, loaded, warm }: GroupAnswersParts) {
  const { groups, state } = view;
  async function ready(): Promise<void> {
    await loaded;
    if (groups.hasDynamic()) await warm();
  }
  return {
    async dynamicCounts(): Promise<readonly GroupCount[]> {
      await ready();
      return groups.dynamicCounts();
    },
    async dynamicGroupsOf(contact: ContactId): Promise<readonly GroupId[]> {
      await ready();
      const row = rowOfContact(state, contact);
      return row >= 0 && isListed(state, row) ? groups.dynamicOf(row) : [];
    },
    async reach(group: GroupId, ways: readonly Way[]): Promise<readonly number[]> {
      await ready();
      return countReach(view, group, ways);
    },
  };
}
