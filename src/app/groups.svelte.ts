/**
 * Groups as pages see them: the lists from the document, the numbers from the audience worker.
 * The document is read after the first contact rows stand; until then what is asked waits.
 */
/* eslint-disable svelte/prefer-svelte-reactivity -- no map here is ever changed: a new one takes its place */
import { DEFAULT_GROUP_ID, type Group } from '#domain/group';
import type { GroupId } from '#domain/ids';
import { messageTitle } from '#domain/message';
import type { GroupDocuments } from '#documents/group-documents';
import type { DynamicPart } from './dynamic-groups.ts';
import type { Groups, ListedGroup } from './types.ts';
import type { Opened } from './opened.ts';

export interface GroupsPart extends Groups {
  readonly recount: () => Promise<void>;
  /** No group but the default one. */
  readonly none: () => Promise<boolean>;
  /** Documents of groups that an import names; answers how to take them back. */
  readonly adopt: GroupDocuments['adopt'];
  readonly disown: GroupDocuments['disown'];
  readonly dropEmpty: GroupDocuments['dropEmpty'];
  readonly bringBack: GroupDocuments['bringBack'];
}

export function createGroups(opened: Promise<Opened>, documents: Promise<GroupDocuments>): GroupsPart {
  let groups = $state.raw<readonly Group[]>([]);
  let counts = $state.raw<ReadonlyMap<GroupId, number>>(new Map());
  let dynamic = $state.raw<ReadonlyMap<GroupId, DynamicPart>>(new Map());
  let dynamicCounts = $state.raw<ReadonlyMap<GroupId, number>>(new Map());
  let loading = $state<Groups['loading']>('loading');
  let countDynamic: (() => void) | undefined;

  function withCount(group: Group): ListedGroup {
    const part = dynamic.get(group.id);
    const contacts = (part ? dynamicCounts : counts).get(group.id) ?? 0;
    return { ...group, contacts, ...(part && { dynamic: part }) };
  }
  const defaultGroup: Group = { id: DEFAULT_GROUP_ID, name: '', createdAt: 0 };
  const list = $derived([...groups.map(withCount), withCount(defaultGroup)]);
  const byId = $derived(new Map(list.map((group) => [group.id, group])));

  /** What the log says may have changed: how many, and groups that another device made and whose document is on its way. */
  async function recount(): Promise<void> {
    const { workers } = await opened;
    const answered = await workers.audience.groupCounts();
    counts = new Map(answered.map(({ group, contacts }) => [group, contacts]));
    if (loading === 'loaded') await read();
    countDynamic?.();
  }

  async function read(): Promise<void> {
    const [{ workers }, document] = await Promise.all([opened, documents]);
    document.await(await workers.audience.namedGroups());
    const next = document.list();
    if (isSame(groups, next)) return;
    if (next.some(({ filter }) => filter !== undefined) || dynamic.size > 0) {
      const { createDynamicCounts, readDynamic } = await import('./dynamic-groups.ts');
      dynamic = readDynamic(next, document.isDeleted);
      countDynamic ??= createDynamicCounts(workers.audience, (answered) => (dynamicCounts = answered));
    }
    groups = next;
    await workers.audience.setGroups(
      groups.map((group) => group.id),
      [...dynamic].map(([id, { where }]) => ({ id, where })),
    );
  }

  async function follow(): Promise<void> {
    const document = await documents;
    document.watch(() => void read().then(recount));
    await read();
    loading = 'loaded';
    await recount();
  }
  // Where opening fails, `phase` says so.
  follow().catch(() => {});

  return {
    get loading() {
      return loading;
    },
    get list() {
      return list;
    },
    byId: (id) => byId.get(id),
    recount,
    none: async () => (await documents).list().length === 0,
    adopt: async (named) => (await documents).adopt(named),
    disown: async (ids) => (await documents).disown(ids),
    dropEmpty: async (named) => (await documents).dropEmpty(named),
    bringBack: async (named, sinceMs) => (await documents).bringBack(named, sinceMs),
    create: async (name, smsType) => (await documents).create(name, smsType),
    async createDynamic(name, filter, smsType) {
      const [document, { filterText }] = await Promise.all([documents, import('./dynamic-groups.ts')]);
      return document.createDynamic(name, filterText(filter), smsType);
    },
    async changeFilter(id, filter) {
      const [document, { filterText, wouldCircle }] = await Promise.all([documents, import('./dynamic-groups.ts')]);
      if (wouldCircle(dynamic, id, filter)) return 'circle';
      await document.change(id, 'filter', filterText(filter));
      return 'changed';
    },
    dynamicOf: async (contact) => (await opened).workers.audience.dynamicGroupsOf(contact),
    reach: async (group, ways) => (await opened).workers.audience.reach(group, ways),
    async propose(name, smsType) {
      const found = (await documents).findOrPropose(name);
      if (found.kind === 'exists') return { id: found.group.id, name: found.group.name };
      return { id: found.id, name, ...(smsType && { smsType }) };
    },
    rename: async (id, name) => (await documents).rename(id, name),
    async remove(id) {
      const document = await documents;
      await document.remove(id);
      return { undo: () => document.restore(id) };
    },
    async boundMessages(id) {
      const { stores } = await opened;
      const waiting = await stores.outbox.list();
      return waiting
        .filter(({ message }) => message.audience.groups.includes(id))
        .map(({ message }) => messageTitle(message.content));
    },
  };
}

function isSame(one: readonly Group[], other: readonly Group[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
