/** What pages may ask of groups and characteristics, which a team names. Implemented in this folder (`types.ts`). */
import type { Way } from '#audience/reach';
import type { Characteristic } from '#domain/characteristic';
import type { SmsType } from '#domain/contact';
import type { FilterNode } from '#domain/filter';
import type { Group } from '#domain/group';
import type { CharacteristicId, ContactId, GroupId } from '#domain/ids';
import type { NewCharacteristic, NewGroup } from '#log/types';
import type { DynamicPart } from './dynamic-groups.ts';

export interface ListedGroup extends Group {
  readonly contacts: number;
  /** Of a group whose members are whoever its conditions let through (GRP-5). */
  readonly dynamic?: DynamicPart;
}

export interface Groups {
  /** Reactive. `loading` until the document that names them is read; it comes after the first contact rows. */
  readonly loading: 'loading' | 'loaded';
  /** Reactive, by name, the default group last; its name is empty, since pages name it in the reader's language. */
  readonly list: readonly ListedGroup[];
  readonly byId: (id: GroupId) => ListedGroup | undefined;
  readonly create: (
    name: string,
    smsType?: SmsType,
  ) => Promise<{ readonly kind: 'created' | 'exists'; readonly group: Group }>;
  /** Whoever the conditions let through, always as of now (GRP-5). */
  readonly createDynamic: (
    name: string,
    filter: FilterNode,
    smsType?: SmsType,
  ) => Promise<{ readonly kind: 'created' | 'exists'; readonly group: Group }>;
  /** `circle`: it would name itself, directly or by way of others; nothing was changed. */
  readonly changeFilter: (id: GroupId, filter: FilterNode) => Promise<'changed' | 'circle'>;
  /** Dynamic groups that a contact is in, as of now. */
  readonly dynamicOf: (contact: ContactId) => Promise<readonly GroupId[]>;
  /** How many of a group each of these channels reaches, in their order (GRP-6). */
  readonly reach: (group: GroupId, ways: readonly Way[]) => Promise<readonly number[]>;
  /** What an import names a group that it makes (`ImportSettings.newGroups`); nothing is made yet. An existing name answers that group. */
  readonly propose: (name: string, smsType?: SmsType) => Promise<NewGroup>;
  readonly rename: (id: GroupId, name: string) => Promise<'renamed' | 'nameTaken'>;
  /** Contacts stay (GRP-2). Answers how to take it back. */
  readonly remove: (id: GroupId) => Promise<{ readonly undo: () => Promise<void> }>;
  /** Names of messages waiting on this device that are bound to it. */
  readonly boundMessages: (id: GroupId) => Promise<readonly string[]>;
}

export interface Characteristics {
  /** Reactive. As of `Groups`. */
  readonly loading: 'loading' | 'loaded';
  /** Reactive, by name. */
  readonly list: readonly Characteristic[];
  readonly byId: (id: CharacteristicId) => Characteristic | undefined;
  /** The list, once it is read. */
  readonly all: () => Promise<readonly Characteristic[]>;
  readonly create: (
    name: string,
  ) => Promise<{ readonly kind: 'created' | 'exists'; readonly characteristic: Characteristic }>;
  /** What an import names one that it makes; nothing is made yet. An existing name answers that one. */
  readonly propose: (name: string) => Promise<{ readonly to: NewCharacteristic; readonly isNew: boolean }>;
  readonly rename: (id: CharacteristicId, name: string) => Promise<'renamed' | 'nameTaken'>;
  /** Its values are hidden, and stay in the log. Answers how to take it back. */
  readonly remove: (id: CharacteristicId) => Promise<{ readonly undo: () => Promise<void> }>;
}
