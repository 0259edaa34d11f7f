/**
 * The tap of an import: names of groups and characteristics first, then its entries; what was made for nothing is taken
 * back. A file's column may name groups too (IMP-10): those that exist, by any spelling, and those that the import makes.
 * Loaded with the first tap.
 */
import type { ImportRow } from '#storage/types';
import type { CharacteristicsPart } from './characteristics.svelte.ts';
import type { GroupsPart } from './groups.svelte.ts';
import type { ColumnGroup, ImportWorker, Remote } from './worker-types.ts';

type Worker = Pick<Remote<ImportWorker>, 'write' | 'groupNames'>;

export interface WriteParts {
  readonly worker: Worker;
  readonly groups: Pick<GroupsPart, 'adopt' | 'disown' | 'propose' | 'byId'>;
  readonly characteristics: Pick<CharacteristicsPart, 'adopt' | 'disown'>;
}

export async function writeImport({ worker, groups, characteristics }: WriteParts, row: ImportRow) {
  const { settings } = row;
  const named = settings.fields.includes('groups')
    ? await columnGroups(groups, await worker.groupNames(row.id), settings)
    : [];
  // Names first: a crash in between leaves an empty group, the other order would leave contacts in one without a name.
  const made = await groups.adopt([
    ...settings.newGroups,
    ...named.flatMap((each) => (each?.kind === 'new' ? each.group : [])),
  ]);
  const characteristicsMade = await characteristics.adopt(settings.newCharacteristics ?? []);
  const { kind } = await worker.write(row.id, named);
  if (kind !== 'written') {
    await groups.disown(made);
    await characteristics.disown(characteristicsMade);
  }
  return kind;
}

/** `names`: in the order in which the file names them; undefined where nobody joins one. */
export async function columnGroups(
  groups: Pick<GroupsPart, 'propose' | 'byId'>,
  names: readonly (string | undefined)[],
  { smsType }: Pick<ImportRow['settings'], 'smsType'>,
): Promise<readonly ColumnGroup[]> {
  const found: ColumnGroup[] = [];
  for (const name of names) {
    const group = name === undefined ? undefined : await groups.propose(name, smsType);
    const standing = group && groups.byId(group.id);
    // Made dynamic since it was checked: nobody joins it by hand.
    if (!group || standing?.dynamic) found.push(undefined);
    else found.push({ group, kind: standing ? 'known' : 'new' });
  }
  return found;
}
