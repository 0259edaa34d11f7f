/** What conditions of lists are chosen from, by name: groups, countries by calling code, imports. */
import type { PastImport } from '#app/types';
import { characteristicCell, type Characteristic, type CharacteristicCell } from '#domain/characteristic';
import type { Group } from '#domain/group';
import type { ListCondition } from '#domain/filter';
import { formatScoped, isAddressName, type AddressName, type Scoped } from '#domain/scope';
import type { Tag } from '#domain/tag';
import { m } from '#messages';
import { callingCodes, countryName } from '../countries.ts';
import { groupWord } from '../words.ts';
import type { Choice, NameOf } from './filter-words.ts';

export interface FilterLists {
  readonly choices: (field: ListCondition['field']) => readonly Choice[];
  /** The workspace's own, as fields. */
  readonly characteristics: () => readonly { readonly value: CharacteristicCell; readonly label: string }[];
  /** Phones and emails of lines, and other addresses, that any contact has. */
  readonly addresses: () => readonly AddressName[];
  /** The first of these calling codes that several countries share. */
  readonly sharedCode: (codes: readonly string[]) => string | undefined;
  readonly nameOf: NameOf;
}

/** Of the countries that share a code, by which it is known. */
const FIRST_OF_CODE = ['US', 'RU', 'GB', 'IT', 'AU', 'NO', 'FI', 'MA'];

export interface FilterSources {
  readonly groups: () => readonly Group[];
  readonly tags: () => readonly Tag[];
  readonly characteristics: () => readonly Characteristic[];
  readonly imports: () => readonly PastImport[];
  readonly scoped: () => readonly Scoped[];
}

export function createFilterLists(
  { groups, tags, characteristics, imports, scoped }: FilterSources,
  locale: string,
): FilterLists {
  const namesByCode = new Map<string, string[]>();
  const byName = [...callingCodes()].sort(
    ([one], [other]) => FIRST_OF_CODE.indexOf(other) - FIRST_OF_CODE.indexOf(one),
  );
  for (const [country, code] of byName) {
    const names = namesByCode.get(code) ?? [];
    names.push(countryName(locale, country));
    namesByCode.set(code, names);
  }
  const codes = [...namesByCode]
    .map(([value, names]) => ({ value, label: `${names.join(', ')} +${value}`, short: `${names[0] ?? ''} +${value}` }))
    .sort((one, other) => one.label.localeCompare(other.label, locale));
  const dated = ({ fileName, atMs }: PastImport) => `${fileName} (${new Date(atMs).toLocaleDateString(locale)})`.trim();
  const choices: FilterLists['choices'] = (field) => {
    if (field === 'callingCode') return codes;
    if (field === 'tag') return tags().map(({ id, name }) => ({ value: id, label: name }));
    return field === 'group'
      ? groups().map((group) => ({ value: group.id, label: groupWord(group) }))
      : imports().map((one) => ({ value: one.entry, label: dated(one) }));
  };
  return {
    choices,
    characteristics: () => characteristics().map(({ id, name }) => ({ value: characteristicCell(id), label: name })),
    addresses: () => scoped().map(formatScoped).filter(isAddressName),
    sharedCode: (chosen) => chosen.find((code) => (namesByCode.get(code)?.length ?? 0) > 1),
    nameOf(field, value) {
      if (field === 'characteristic')
        return characteristics().find(({ id }) => id === value)?.name ?? m.history_characteristic_gone();
      const choice = choices(field).find((one) => one.value === value);
      return choice?.short ?? choice?.label ?? value;
    },
  };
}
