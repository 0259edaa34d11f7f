/** The wizard's answers as the import takes them. Undefined while a question is open. */
import type { Characteristics, Groups } from '#app/types';
import { characteristicCell } from '#domain/characteristic';
import { splitTags } from '#domain/tag';
import type { FilePreview, ImportSettings, MappedField } from '#import/types';
import { countPicked } from '../contacts/picked-groups.ts';
import { namesOfNew, type ChosenField } from './match.ts';
import type { Answers } from './wizard.svelte.ts';

export interface SettingsParts {
  readonly groups: Pick<Groups, 'propose' | 'byId' | 'list'>;
  readonly characteristics: Pick<Characteristics, 'propose' | 'list'>;
}

export async function settingsOf(
  { groups, characteristics }: SettingsParts,
  { reading, columns }: Pick<FilePreview, 'reading' | 'columns'>,
  chosen: readonly ChosenField[],
  answers: Answers,
): Promise<ImportSettings | undefined> {
  const { country, conflicts, consent, existing, smsType, meanings } = answers;
  if (consent === undefined || countPicked(answers.groups) === 0) return undefined;
  // Proposed, not made: they come to be with the import, or not at all.
  const proposed = await Promise.all(answers.groups.created.map((name) => groups.propose(name, smsType)));
  const { fields, newCharacteristics } = await fieldsOf(
    characteristics,
    chosen,
    columns.map(({ name }) => name),
  );
  return {
    reading,
    fields,
    country,
    conflicts,
    groups: [...new Set([...answers.groups.existing, ...proposed.map((group) => group.id)])],
    newGroups: proposed.filter((group) => groups.byId(group.id) === undefined),
    ...(newCharacteristics.length > 0 && { newCharacteristics }),
    ...(fields.includes('groups') && { groupNames: groupNamesOf(groups.list) }),
    ...(smsType !== undefined && fields.includes('phone') && { smsType }),
    consent,
    existing,
    ...(meanings && { meanings }),
  };
}

async function fieldsOf(
  characteristics: SettingsParts['characteristics'],
  chosen: readonly ChosenField[],
  names: readonly string[],
): Promise<Required<Pick<ImportSettings, 'fields' | 'newCharacteristics'>>> {
  const made = namesOfNew(chosen, names, characteristics.list);
  const newCharacteristics: NonNullable<ImportSettings['newCharacteristics']>[number][] = [];
  const fields: MappedField[] = [];
  for (const [column, field] of chosen.entries()) {
    if (field !== 'new') {
      fields.push(field);
      continue;
    }
    const { to, isNew } = await characteristics.propose(made.get(column) ?? '');
    if (isNew) newCharacteristics.push(to);
    fields.push(characteristicCell(to.id));
  }
  return { fields, newCharacteristics };
}

/** What a column that names groups must know of those that are there. */
const groupNamesOf = (groups: Groups['list']): NonNullable<ImportSettings['groupNames']> => ({
  separated: groups.filter(({ name }) => splitTags(name).length > 1).map(({ name }) => name),
  dynamic: groups.filter(({ dynamic }) => dynamic).map(({ name }) => name),
});
