/** How many of a group a channel reaches (GRP-6): who has an address there, is active, not blocked, and did not refuse. */
import { addressField, type Channel } from '#domain/channel';
import { STRICT_FIELDS } from '#domain/contact';
import type { GroupId } from '#domain/ids';
import { isActive, isBlocked, strictAt, textAt } from './columns.ts';
import type { AudienceView } from './view.ts';

export type Way = Pick<Channel, 'type' | 'settings'>;

/** In the order of the ways. Persons, not addresses: two who share one are two. */
export function countReach(
  { state, groups }: Pick<AudienceView, 'state' | 'groups'>,
  group: GroupId,
  ways: readonly Way[],
): number[] {
  const asked = ways.map((way) => ({
    field: addressField(way),
    consent: STRICT_FIELDS.find((name) => name === `consent:${way.type}`),
  }));
  const counts = asked.map(() => 0);
  groups.forEach(group, (row) => {
    if (!isActive(state, row) || isBlocked(state, row)) return;
    asked.forEach(({ field, consent }, at) => {
      const isReached =
        textAt(state, field, row) !== '' && (consent === undefined || strictAt(state, consent, row) !== 'refused');
      if (isReached) counts[at] = (counts[at] as number) + 1;
    });
  });
  return counts;
}
