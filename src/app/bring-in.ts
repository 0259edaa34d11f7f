/**
 * Another workspace of this device, brought into the one that is open: its groups by name, its contacts by the audience
 * worker. Loaded when it is asked for.
 */
import { openContentDocument } from '#documents/content-document';
import { createGroupDocuments } from '#documents/group-documents';
import { createContactIds } from '#log/contact-id';
import { isStorageFull } from '#storage/failure';
import type { WorkspaceRow } from '#storage/types';
import type { GroupsPart } from './groups.svelte.ts';
import type { Opened } from './opened.ts';
import { fromBase64Url } from './random-id.ts';
import type { BringInPlan } from './workspace-types.ts';
import type { BringInGroup } from './worker-types.ts';

export interface BringInPlanned extends BringInPlan {
  readonly groups: readonly BringInGroup[];
}

export async function planBringIn(
  { workers }: Opened,
  source: WorkspaceRow,
  groups: Pick<GroupsPart, 'propose' | 'byId'>,
): Promise<BringInPlanned> {
  const mapped: BringInGroup[] = [];
  for (const { id, name, smsType } of await groupsOf(source)) {
    const to = await groups.propose(name, smsType);
    mapped.push({ from: id, to, isNew: groups.byId(to.id) === undefined });
  }
  const { id: workspace, device, salt } = source;
  const figures = await workers.audience.planBringIn({ workspace, device, salt }, source.name, mapped);
  return { figures, newGroups: mapped.filter(({ isNew }) => isNew).length, groups: mapped };
}

/** Groups first: a crash in between leaves an empty group, the other order contacts in one without a name. */
export async function writeBringIn(
  { workers, tabs }: Opened,
  planned: BringInPlanned,
  groups: Pick<GroupsPart, 'adopt' | 'disown'>,
): Promise<'written' | 'changed' | 'storageFull'> {
  const made = await groups.adopt(planned.groups.filter(({ isNew }) => isNew).map(({ to }) => to));
  try {
    const result = await workers.audience.writeBringIn();
    if (result === 'changed') await groups.disown(made);
    else tabs.tell('audience');
    return result;
  } catch (error) {
    await groups.disown(made);
    if (isStorageFull(error)) return 'storageFull';
    throw error;
  }
}

async function groupsOf(source: WorkspaceRow) {
  const content = await openContentDocument(source.id);
  try {
    const ids = createContactIds(fromBase64Url(source.salt));
    return createGroupDocuments(content, ids.groupId, () => Date.now()).list();
  } finally {
    await content.close();
  }
}
