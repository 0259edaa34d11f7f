/**
 * Another workspace of this device, brought into the one that is open: its groups by name, its contacts by the audience
 * worker. Loaded when it is asked for.
 */
import { createCharacteristicDocuments } from '#documents/characteristic-documents';
import { openContentDocument } from '#documents/content-document';
import { createGroupDocuments } from '#documents/group-documents';
import { createContactIds } from '#log/contact-id';
import { isStorageFull } from '#storage/failure';
import type { WorkspaceRow } from '#storage/types';
import type { CharacteristicsPart } from './characteristics.svelte.ts';
import type { GroupsPart } from './groups.svelte.ts';
import type { Opened } from './opened.ts';
import { fromBase64Url } from './random-id.ts';
import type { BringInPlan } from './workspace-types.ts';
import type { BringInCharacteristic, BringInGroup } from './worker-types.ts';

export interface BringInPlanned extends BringInPlan {
  readonly groups: readonly BringInGroup[];
  readonly characteristics: readonly BringInCharacteristic[];
}

export async function planBringIn(
  { workers }: Opened,
  source: WorkspaceRow,
  {
    groups,
    characteristics,
  }: {
    readonly groups: Pick<GroupsPart, 'propose' | 'byId'>;
    readonly characteristics: Pick<CharacteristicsPart, 'propose'>;
  },
): Promise<BringInPlanned> {
  const mapped: BringInGroup[] = [];
  const from = await documentsOf(source);
  for (const { id, name, smsType, filter } of from.groups) {
    // Its conditions name what has other ids here.
    if (filter !== undefined) continue;
    const to = await groups.propose(name, smsType);
    mapped.push({ from: id, to, isNew: groups.byId(to.id) === undefined });
  }
  const named: BringInCharacteristic[] = [];
  for (const { id, name } of from.characteristics) named.push({ from: id, ...(await characteristics.propose(name)) });
  const { id: workspace, device, salt } = source;
  const figures = await workers.audience.planBringIn({ workspace, device, salt }, source.name, mapped, named);
  const newGroups = mapped.filter(({ isNew }) => isNew).length;
  return { figures, newGroups, groups: mapped, characteristics: named };
}

/** Groups first: a crash in between leaves an empty group, the other order contacts in one without a name. */
export async function writeBringIn(
  { workers, tabs }: Opened,
  planned: BringInPlanned,
  {
    groups,
    characteristics,
  }: {
    readonly groups: Pick<GroupsPart, 'adopt' | 'disown'>;
    readonly characteristics: Pick<CharacteristicsPart, 'adopt' | 'disown'>;
  },
): Promise<'written' | 'changed' | 'storageFull'> {
  const made = await groups.adopt(newOf(planned.groups));
  const named = await characteristics.adopt(newOf(planned.characteristics));
  const takeBack = async () => {
    await groups.disown(made);
    await characteristics.disown(named);
  };
  try {
    const result = await workers.audience.writeBringIn();
    if (result === 'changed') await takeBack();
    else tabs.tell('audience');
    return result;
  } catch (error) {
    await takeBack();
    if (isStorageFull(error)) return 'storageFull';
    throw error;
  }
}

const newOf = <New>(all: readonly { readonly to: New; readonly isNew: boolean }[]): readonly New[] =>
  all.filter(({ isNew }) => isNew).map(({ to }) => to);

async function documentsOf(source: WorkspaceRow) {
  const content = await openContentDocument(source.id);
  try {
    const ids = createContactIds(fromBase64Url(source.salt));
    const now = () => Date.now();
    return {
      groups: createGroupDocuments(content, ids.groupId, now).list(),
      characteristics: createCharacteristicDocuments(content, ids.characteristicId, now).list(),
    };
  } finally {
    await content.close();
  }
}
