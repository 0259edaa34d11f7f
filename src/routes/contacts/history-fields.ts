/** The history of one contact as it is read: by field, the newest first. What an entry said together falls apart here. */
import type { HistoryEntry, Said } from '#app/types';
import { characteristicOf, isCharacteristicCell } from '#domain/characteristic';
import type { CharacteristicId, EntryId, GroupId } from '#domain/ids';
import { formatScoped, scopedOfCell } from '#domain/scope';
import { isLineTagCell } from '#domain/scoped-cell';
import { isTagCell } from '#domain/tag';
import { STRICT_FIELDS, STATUSES, TEXT_FIELDS, type Field } from '#domain/contact';
import { m } from '#messages';
import { phoneToShown } from './phone.ts';
import { scopedWord } from './scoped-words.ts';
import { consentWord, fieldWord, smsTypeWord, statusWord } from './words.ts';

export interface HistoryLine {
  readonly key: string;
  readonly step: HistoryEntry;
  /** Already in words; absent where nothing stood before. */
  readonly before?: string;
  readonly value: string;
  /** Absent for what happened once and is not replaced: a birth. */
  readonly standing?: 'stands' | 'replaced' | 'outweighed' | 'undone';
  /** A merge that stands: it can be taken back. */
  readonly merge?: EntryId;
}

export interface HistoryField {
  readonly name: string;
  readonly label: string;
  readonly lines: readonly HistoryLine[];
}

/** Names of what has a name of its own; undefined for what is gone. */
export interface HistoryNames {
  readonly group: (id: GroupId) => string | undefined;
  readonly characteristic: (id: CharacteristicId) => string | undefined;
}

export function historyFields(steps: readonly HistoryEntry[], names: HistoryNames): readonly HistoryField[] {
  const byField = new Map<string, HistoryLine[]>();
  for (const step of steps)
    step.said.forEach((said, at) => {
      // Messages have a list of their own, with what became of them.
      if (said.kind === 'messaged') return;
      const name = fieldOf(said);
      const lines = byField.get(name) ?? [];
      const isMerge = said.kind === 'merged' && said.standing === 'stands';
      const merge = isMerge ? { merge: step.entry } : {};
      lines.push({ key: `${step.entry} ${String(at)}`, step, ...merge, ...wordsOf(said, names.group) });
      byField.set(name, lines);
    });
  return [...byField]
    .sort(([one], [other]) => placeOf(one) - placeOf(other))
    .map(([name, lines]) => ({ name, label: labelOf(name, names.characteristic), lines }));
}

const CONTACT = 'contact';
const TAGS = 'tags';
const ORDER: readonly string[] = [
  ...['name', 'phone', 'email', 'userId', 'status', 'smsType'],
  ...STRICT_FIELDS,
  ...['other', TAGS, 'groups', CONTACT],
];

function placeOf(field: string): number {
  const place = ORDER.indexOf(field);
  return place >= 0 ? place : ORDER.indexOf('other');
}

type Told = Exclude<Said, { readonly kind: 'messaged' }>;

function fieldOf(said: Told): string {
  if (said.kind === 'cell') {
    if (said.name === 'deleted') return CONTACT;
    if (isTagCell(said.name)) return TAGS;
    // Tags of one line stand together, as those for all do.
    const scoped = isLineTagCell(said.name) ? scopedOfCell(said.name) : undefined;
    return scoped ? formatScoped(scoped) : said.name;
  }
  if (said.kind === 'group') return 'groups';
  return CONTACT;
}

const isField = (name: string): name is Field =>
  ([...TEXT_FIELDS, ...STRICT_FIELDS] as readonly string[]).includes(name);

export function labelOf(field: string, characteristicName: HistoryNames['characteristic']): string {
  if (isField(field)) return fieldWord[field]();
  if (field === 'groups') return m.history_groups();
  if (field === CONTACT) return m.history_contact();
  if (field === TAGS || isTagCell(field)) return m.contacts_tags();
  const scoped = scopedOfCell(field);
  if (scoped) return scopedWord(scoped);
  if (!isCharacteristicCell(field)) return m.history_characteristic({ name: field });
  return characteristicName(characteristicOf(field)) ?? m.history_characteristic_gone();
}

function wordsOf(
  said: Told,
  groupName: (id: GroupId) => string | undefined,
): Pick<HistoryLine, 'before' | 'value' | 'standing'> {
  switch (said.kind) {
    case 'born':
      return { value: m.history_born(), ...(said.standing === 'undone' && { standing: 'undone' }) };
    case 'merged':
      return { value: m.history_merged(), ...(said.standing === 'undone' && { standing: 'undone' }) };
    case 'group': {
      const group = groupName(said.group) ?? m.history_group_gone();
      const value = said.move === 'joined' ? m.history_joined({ group }) : m.history_left({ group });
      return { value, ...(said.standing === 'undone' && { standing: 'undone' }) };
    }
    case 'cell': {
      if (said.name === 'deleted') return { value: said.value === 'yes' ? m.history_deleted() : m.history_restored() };
      if (isTagCell(said.name) || isLineTagCell(said.name)) {
        const value = said.value === '' ? m.history_tag_removed({ tag: said.before ?? '' }) : said.value;
        return { value, ...(said.standing === 'undone' && { standing: 'undone' }) };
      }
      const before = said.before === undefined || said.before === '' ? undefined : valueWord(said.name, said.before);
      return {
        ...(before !== undefined && { before }),
        value: valueWord(said.name, said.value),
        standing: said.standing,
      };
    }
  }
}

/** A value of a field as it is shown. */
export function valueWord(field: string, value: string): string {
  if (value === '') return m.history_emptied();
  if (field === 'phone' || field.startsWith('phone@')) return phoneToShown(value);
  if (field === 'smsType') return smsTypeWord(value);
  if (field === 'status')
    return (STATUSES as readonly string[]).includes(value) ? statusWord[value as 'active']() : value;
  if (field === 'blocked') return value === 'yes' ? m.contacts_blocked() : m.contacts_filter_blocked_no();
  return field.startsWith('consent:') ? consentWord(value) : value;
}
