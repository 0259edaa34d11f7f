/** Contacts into a group and out of it, as the list of contacts does it. */
import type { AudienceWorker, BulkResult } from '#app/worker-types';
import type { ContactId, GroupId } from '#domain/ids';

type Bulk = Pick<AudienceWorker, 'bulk'>;

export const join = (audience: Bulk, contacts: readonly ContactId[], group: GroupId): Promise<BulkResult> =>
  audience.bulk({ contacts }, { cells: {}, joins: [group], leaves: [] });

export const leave = (audience: Bulk, contacts: readonly ContactId[], group: GroupId): Promise<BulkResult> =>
  audience.bulk({ contacts }, { cells: {}, joins: [], leaves: [group] });
