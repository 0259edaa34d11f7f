/** The wizard's answers as the import takes them. Undefined while a question is open. */
import type { Groups } from '#app/types';
import type { ImportSettings, MappedField, Reading } from '#import/types';
import { countPicked } from '../contacts/picked-groups.ts';
import type { Answers } from './wizard.svelte.ts';

export async function settingsOf(
  groups: Pick<Groups, 'propose' | 'byId'>,
  reading: Reading,
  fields: readonly MappedField[],
  answers: Answers,
): Promise<ImportSettings | undefined> {
  const { country, conflicts, consent, existing, smsType } = answers;
  if (consent === undefined || countPicked(answers.groups) === 0) return undefined;
  // Proposed, not made: they come to be with the import, or not at all.
  const proposed = await Promise.all(answers.groups.created.map((name) => groups.propose(name, smsType)));
  return {
    reading,
    fields,
    country,
    conflicts,
    groups: [...new Set([...answers.groups.existing, ...proposed.map((group) => group.id)])],
    newGroups: proposed.filter((group) => groups.byId(group.id) === undefined),
    ...(smsType !== undefined && fields.includes('phone') && { smsType }),
    consent,
    existing,
  };
}
