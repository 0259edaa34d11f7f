/** The history of one contact (CON-12): what entries said of it, when, by whom, and what became of it. Types only. */
import type { ChannelType } from '#domain/channel';
import type { ContactId, DeviceId, EntryId, GroupId, ImportId, MessageId } from '#domain/ids';
import type { CellName, LogTime } from './types.ts';

/**
 * `stands`: it is what the contact has now. `replaced`: something later stands, or a member's word took its place.
 * `outweighed`: it never stood, since a weak value yields to one that is there, or a stricter word of consent counts.
 * `undone`: with the import, bulk change or merge that said it.
 */
export type Standing = 'stands' | 'replaced' | 'outweighed' | 'undone';

export type Said =
  /** `before` is what stood until then; absent where nothing did. An empty text: the cell was emptied. */
  | {
      readonly kind: 'cell';
      readonly name: CellName;
      readonly before?: string;
      readonly value: string;
      readonly standing: Standing;
    }
  | {
      readonly kind: 'group';
      readonly group: GroupId;
      readonly move: 'joined' | 'left';
      readonly standing: Standing;
    }
  /** The entry made the contact, or one that is part of it by now. */
  | { readonly kind: 'born'; readonly standing: 'stands' | 'undone' }
  | { readonly kind: 'merged'; readonly other: ContactId; readonly standing: 'stands' | 'undone' }
  | { readonly kind: 'messaged'; readonly message: MessageId; readonly channelType: ChannelType };

/** All that one entry said of the contact. */
export interface HistoryStep {
  readonly entry: EntryId;
  readonly time: LogTime;
  readonly device: DeviceId;
  /** Absent until the entry is shared. */
  readonly author?: string;
  readonly by: 'hand' | 'import' | 'bulk' | 'merge' | 'message';
  readonly importId?: ImportId;
  readonly fileName?: string;
  /** Brought in from another workspace; `fileName` is its name. */
  readonly from?: 'workspace';
  readonly said: readonly Said[];
}
