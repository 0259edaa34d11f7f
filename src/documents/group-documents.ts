/** Groups as they stand in the document. Who is in a group stands in the log, not here. */
import { SMS_TYPES, type SmsType } from '#domain/contact';
import { GROUP_NAME_LENGTH, type Group } from '#domain/group';
import type { GroupId } from '#domain/ids';
import type { ContentDocument } from './content-document.ts';
import { createNamedDocuments } from './named-documents.ts';

/** The keyed hash of the normalised name and a generation; see `#log/contact-id`. */
export type GroupIdOf = (normalisedName: string, generation: number) => GroupId;

export type GroupDocuments = ReturnType<typeof createGroupDocuments>;

export function createGroupDocuments(content: ContentDocument, groupId: GroupIdOf, now: () => number) {
  const named = createNamedDocuments<GroupId, Pick<Group, 'smsType' | 'filter'>>(
    content,
    {
      ...{ map: 'groups', nameLength: GROUP_NAME_LENGTH, idOf: groupId, moreFields: ['smsType', 'filter'] },
      readMore(value) {
        const smsType = SMS_TYPES.find((type) => type === value('smsType'));
        const filter = value('filter');
        return { ...(smsType && { smsType }), ...(typeof filter === 'string' && { filter }) };
      },
    },
    now,
  );
  return {
    ...named,
    findOrPropose(name: string): { kind: 'exists'; group: Group } | { kind: 'free'; id: GroupId } {
      const found = named.findOrPropose(name);
      // Nobody is put into a dynamic one: what asks for a group to fill gets another.
      if (found.kind === 'exists' && found.row.filter !== undefined) return { kind: 'free', id: named.freeId(name) };
      return found.kind === 'exists' ? { kind: 'exists', group: found.row } : found;
    },
    async create(name: string, smsType?: SmsType): Promise<{ kind: 'created' | 'exists'; group: Group }> {
      const { kind, row } = await named.create(name, smsType ? { smsType } : {});
      return { kind, group: row };
    },
    /** Two of one name with other conditions, made apart, stay two: neither's conditions are lost. */
    async createDynamic(
      name: string,
      filter: string,
      smsType?: SmsType,
    ): Promise<{ kind: 'created' | 'exists'; group: Group }> {
      const { kind, row } = await named.create(name, { filter, ...(smsType && { smsType }) }, filter);
      return { kind, group: row };
    },
  };
}
