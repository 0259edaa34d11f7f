/**
 * Reads the fold's columns in the product's words: one row as a contact, one cell as text. Holds nothing itself, so
 * that it is always as of now.
 */
import {
  STRICT_FIELDS,
  TEXT_FIELDS,
  type Contact,
  type Field,
  type StrictField,
  type TextField,
} from '#domain/contact';
import { characteristicOf, isCharacteristicCell } from '#domain/characteristic';
import type { CharacteristicId, ContactId, GroupId } from '#domain/ids';
import { isScopedCell } from '#domain/scoped-cell';
import { isTagCell, tagOf, type Tag } from '#domain/tag';
import { LISTED } from '#log/born';
import { highHalf, idFromHalves, isHashId, lowHalf } from '#log/contact-id';
import { STRICT_WORDS, type FoldState } from '#log/fold-state';
import { msOfTime } from '#log/time';

/** Empty where nothing was said or the cell was emptied. */
export const textAt = (state: FoldState, field: TextField, row: number): string => state.texts[field].get(row) ?? '';

export const strictAt = (state: FoldState, field: StrictField, row: number): string | undefined =>
  STRICT_WORDS[field][(state.stricts[field].ranks[row] ?? 0) - 1];

export const isListed = (state: FoldState, row: number): boolean => state.born[row] === LISTED;
export const isActive = (state: FoldState, row: number): boolean => state.texts.status.get(row) !== 'inactive';
export const isBlocked = (state: FoldState, row: number): boolean => strictAt(state, 'blocked', row) === 'yes';

export const idAt = (state: FoldState, row: number): ContactId =>
  idFromHalves<ContactId>(state.ids.highs[row] ?? 0, state.ids.lows[row] ?? 0);

/** -1 where nobody has this id. */
export const rowOfContact = (state: FoldState, id: ContactId): number =>
  isHashId(id) ? state.ids.find(highHalf(id), lowHalf(id)) : -1;

function othersAt(state: FoldState, row: number): Pick<Contact, 'characteristics' | 'tags' | 'scoped'> {
  const characteristics: { [Id in CharacteristicId]?: string } = {};
  const tags: Tag[] = [];
  const scoped: Record<string, string> = {};
  let [hasOwn, hasScoped] = [false, false];
  for (const [name, cells] of state.others) {
    const value = cells.valueAt(row) ?? '';
    if (value === '') continue;
    if (isTagCell(name)) tags.push({ id: tagOf(name), name: value });
    else if (isCharacteristicCell(name)) {
      characteristics[characteristicOf(name)] = value;
      hasOwn = true;
    } else if (isScopedCell(name)) {
      scoped[name] = value;
      hasScoped = true;
    }
  }
  tags.sort((one, other) => (one.name < other.name ? -1 : 1));
  return { ...(hasOwn && { characteristics }), ...(tags.length > 0 && { tags }), ...(hasScoped && { scoped }) };
}

export function contactAt(state: FoldState, row: number, groups: readonly GroupId[]): Contact {
  const cells: { [F in Field]?: string } = {};
  for (const field of TEXT_FIELDS) {
    const value = textAt(state, field, row);
    if (value !== '') cells[field] = value;
  }
  for (const field of STRICT_FIELDS) {
    const word = strictAt(state, field, row);
    if (word !== undefined) cells[field] = word;
  }
  const msOf = (stamps: Uint32Array) => msOfTime(state.stamps.timeOf(stamps[row] ?? 0));
  const lastChannelType = state.stamps.channelTypeOf(state.lastMessaged[row] ?? 0);
  return {
    id: idAt(state, row),
    cells,
    groups,
    ...othersAt(state, row),
    createdAt: msOf(state.created),
    changedAt: msOf(state.changed),
    ...(state.lastMessaged[row]
      ? { firstContactAt: msOf(state.firstMessaged), lastContactAt: msOf(state.lastMessaged) }
      : {}),
    ...(lastChannelType === undefined ? {} : { lastChannelType }),
  };
}
