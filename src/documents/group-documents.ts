/**
 * Groups as they stand in the document: flat keys `<id>/<field>`, so that two devices that make one group apart lose
 * nothing of it. Who is in a group stands in the log, not here.
 */
import type * as Y from 'yjs';
import { SMS_TYPES, type SmsType } from '#domain/contact';
import { GROUP_NAME_LENGTH, normaliseGroupName, type Group } from '#domain/group';
import type { GroupId } from '#domain/ids';
import type { NewGroup } from '#log/types';
import type { ContentDocument } from './content-document.ts';

interface GroupRow extends Group {
  readonly deletedAt?: number;
}

/** The keyed hash of the normalised name and a generation; see `#log/contact-id`. */
export type GroupIdOf = (normalisedName: string, generation: number) => GroupId;

export type GroupDocuments = ReturnType<typeof createGroupDocuments>;

export function createGroupDocuments(content: ContentDocument, groupId: GroupIdOf, now: () => number) {
  const map = content.doc.getMap<string | number>('groups');
  let awaited: readonly NewGroup[] = [];

  /** One that was deleted before its name arrived is known too: it must not show again by the name in the log. */
  const isKnown = (id: GroupId) => map.has(`${id}/name`) || map.has(`${id}/deletedAt`);
  const rows = (): GroupRow[] => [
    ...readRows(map),
    ...awaited.filter(({ id }) => !isKnown(id)).map((group) => ({ ...group, createdAt: 0 })),
  ];

  /** The group of this name, or the id a new one gets: a removed or renamed group never comes back by its old name. */
  const findOrPropose = (name: string): { kind: 'exists'; group: Group } | { kind: 'free'; id: GroupId } => {
    const normalised = normaliseGroupName(tidyName(name));
    const all = rows();
    const living = all.find((row) => row.deletedAt === undefined && normaliseGroupName(row.name) === normalised);
    if (living) return { kind: 'exists', group: withoutDeletion(living) };
    const taken = new Set(all.map((row) => row.id));
    let generation = 0;
    while (taken.has(groupId(normalised, generation))) generation += 1;
    return { kind: 'free', id: groupId(normalised, generation) };
  };

  return {
    /** Living groups, by name. */
    list(): readonly Group[] {
      return rows()
        .filter((row) => row.deletedAt === undefined)
        .map(withoutDeletion)
        .sort((one, other) => one.name.localeCompare(other.name));
    },

    /** Groups as commits of the log name them: such a name serves until the group's own document arrives. */
    await(named: readonly NewGroup[]): void {
      awaited = named;
    },

    findOrPropose,

    /** Durable before it resolves. Two devices that make the same name make the same group (SYN-4). */
    async create(
      name: string,
      smsType?: SmsType,
    ): Promise<{ readonly kind: 'created' | 'exists'; readonly group: Group }> {
      const found = findOrPropose(name);
      if (found.kind === 'exists') return found;
      const group: Group = { id: found.id, name: tidyName(name), createdAt: now(), ...(smsType && { smsType }) };
      await content.change(() => write(map, group));
      return { kind: 'created', group };
    },

    /** Groups that an import names; those that stand already stay as they are. Answers the ids that are new. */
    async adopt(groups: readonly NewGroup[]): Promise<readonly GroupId[]> {
      const missing = groups.filter((group) => !map.has(`${group.id}/name`));
      if (missing.length > 0) {
        await content.change(() => {
          for (const group of missing) write(map, { ...group, name: tidyName(group.name), createdAt: now() });
        });
      }
      return missing.map((group) => group.id);
    },

    /** Takes back `adopt`, for an import that was not written after all. */
    async disown(ids: readonly GroupId[]): Promise<void> {
      if (ids.length === 0) return;
      await content.change(() => {
        for (const id of ids) for (const field of FIELDS) map.delete(`${id}/${field}`);
      });
    },

    /** Groups that an import made and that its undo left empty. One that got another name since is somebody's by now. */
    async dropEmpty(groups: readonly NewGroup[]): Promise<void> {
      const own = groups.filter(({ id, name }) => {
        const standing = map.get(`${id}/name`);
        return standing === undefined || standing === tidyName(name);
      });
      if (own.length === 0) return;
      await content.change(() => {
        for (const { id } of own) if (!map.has(`${id}/deletedAt`)) map.set(`${id}/deletedAt`, now());
      });
    },

    /** Takes back `dropEmpty`: what was deleted before the undo was deleted by somebody's hand, and stays so. */
    async bringBack(groups: readonly NewGroup[], sinceMs: number): Promise<void> {
      const dropped = groups.filter(({ id }) => Number(map.get(`${id}/deletedAt`) ?? 0) >= sinceMs);
      if (dropped.length === 0) return;
      await content.change(() => {
        for (const { id } of dropped) map.delete(`${id}/deletedAt`);
      });
    },

    async rename(id: GroupId, name: string): Promise<'renamed' | 'nameTaken'> {
      const found = findOrPropose(name);
      if (found.kind === 'exists' && found.group.id !== id) return 'nameTaken';
      await content.change(() => map.set(`${id}/name`, tidyName(name)));
      return 'renamed';
    },

    /** Deletion is a time beside the group: it beats whatever is added meanwhile (SYN-5), and can be taken back. */
    async remove(id: GroupId): Promise<void> {
      await content.change(() => map.set(`${id}/deletedAt`, now()));
    },

    async restore(id: GroupId): Promise<void> {
      await content.change(() => map.delete(`${id}/deletedAt`));
    },

    watch(onChange: () => void): () => void {
      map.observe(onChange);
      return () => map.unobserve(onChange);
    },
  };
}

const FIELDS = ['name', 'smsType', 'createdAt', 'deletedAt'] as const;

function write(map: Y.Map<string | number>, group: Group): void {
  map.set(`${group.id}/name`, group.name);
  map.set(`${group.id}/createdAt`, group.createdAt);
  if (group.smsType) map.set(`${group.id}/smsType`, group.smsType);
}

/** What another device or version wrote is read with care: a row without a name is none. */
function readRows(map: Y.Map<string | number>): GroupRow[] {
  const rows: GroupRow[] = [];
  for (const [key, name] of map) {
    if (!key.endsWith('/name') || typeof name !== 'string') continue;
    const id = key.slice(0, -'/name'.length) as GroupId;
    const smsType = SMS_TYPES.find((type) => type === map.get(`${id}/smsType`));
    const deletedAt = map.get(`${id}/deletedAt`);
    rows.push({
      id,
      name,
      createdAt: Number(map.get(`${id}/createdAt`) ?? 0),
      ...(smsType && { smsType }),
      ...(typeof deletedAt === 'number' && { deletedAt }),
    });
  }
  return rows;
}

function withoutDeletion({ id, name, smsType, createdAt }: GroupRow): Group {
  return { id, name, createdAt, ...(smsType && { smsType }) };
}

/** Cut by characters, not by halves of them. */
const tidyName = (name: string) => [...name.trim().replace(/\s+/gu, ' ')].slice(0, GROUP_NAME_LENGTH).join('');
