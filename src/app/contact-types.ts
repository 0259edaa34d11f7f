/** What pages may ask of contacts, all at once or one by one; and of whom a word in a history is. As `types.ts`. */
import type { ContactWindow, Filter, TagCount, WindowRequest } from '#audience/types';
import type { Contact, Field } from '#domain/contact';
import type { ContactId, EntryId, GroupId, TagId } from '#domain/ids';
import type { Scoped, ScopedName } from '#domain/scope';
import type { Tag } from '#domain/tag';
import type { DeliveryState } from '#domain/delivery';
import type { CellProblem } from '#import/types';
import type { HistoryStep } from '#log/history-types';
import type { ContactDelivery } from './contact-messages.ts';
import type {
  BulkAct,
  BulkResult,
  Choice,
  Chosen,
  ContactEdit,
  DuplicatesWindow,
  KeysChoice,
  MergeChoices,
  MergeResult,
} from './worker-types.ts';

export interface ContactDraft {
  readonly country: string;
  readonly cells: { readonly [F in Field]?: string };
  readonly groups: readonly GroupId[];
}
export type AddResult =
  | { readonly kind: 'added'; readonly contact: Contact }
  | { readonly kind: 'exists'; readonly contact: Contact }
  | {
      readonly kind: 'problems';
      readonly problems: readonly { readonly field: Field; readonly problem: CellProblem }[];
    };

export interface Contacts {
  /** Reactive. Rises with every change; ask for the window again then. */
  readonly version: number;
  /** Reactive. Contacts in all, and whether all are loaded yet. */
  readonly total: number;
  readonly loading: 'loading' | 'loaded';
  readonly window: (request: WindowRequest) => Promise<ContactWindow>;
  readonly contact: (id: ContactId) => Promise<Contact | undefined>;
  /** All that a contact has, by name. */
  readonly tags: () => Promise<readonly TagCount[]>;
  /** For which lines and channels any has something, and which addresses besides phone and email. */
  readonly scoped: () => Promise<readonly Scoped[]>;
  /** Those of a typed text. */
  readonly readTags: (text: string) => Promise<readonly Tag[]>;
  /** Durable before it resolves: "saved on this device". */
  readonly add: (draft: ContactDraft) => Promise<AddResult>;
  /** All that match now, to be acted on as one; `chosenWindow` reads them. */
  readonly choose: (filter: Filter) => Promise<Choice>;
  /** Whom lines name, by phone as people write it, email or user ID; `country` for numbers without +. */
  readonly chooseByLines: (country: string, lines: readonly string[]) => Promise<KeysChoice>;
  readonly chosenWindow: (chosen: Chosen, offset: number, limit: number) => Promise<ContactWindow>;
  /** Static groups in which some of them are. */
  readonly groupsAmong: (chosen: Chosen) => Promise<readonly GroupId[]>;
  /** One step for all of them; `undo` of its entries takes it back, of one contact alone its inverse. */
  readonly bulk: (chosen: Chosen, act: BulkAct) => Promise<BulkResult>;
  /** By hand: texts as typed, words as they stand in `#domain/contact`; `deleted` is the bin's cell. */
  readonly change: (id: ContactId, draft: EditDraft) => Promise<EditResult>;
  /** Newest first (CON-12). */
  readonly history: (id: ContactId) => Promise<readonly HistoryEntry[]>;
  /** The newest messages to it with their receipts, newest first; ask again where messages change (CON-12). */
  readonly messages: (id: ContactId, limit: number) => Promise<ContactMessages>;
  /** Sets of contacts that share a phone or an email and may be one person (CON-13). */
  readonly duplicates: (offset: number, limit: number) => Promise<DuplicatesWindow>;
  /** They are one contact from then on; `undo` of its entries takes them apart. */
  readonly merge: (contacts: readonly ContactId[], choices: MergeChoices) => Promise<MergeResult>;
  /** Takes a bulk change or a merge back, or brings it again; what others changed since stays. */
  readonly undo: (commit: EntryId) => Promise<void>;
  readonly redo: (commit: EntryId) => Promise<void>;
}

export interface EditDraft extends ContactEdit {
  /** For numbers written without +. */
  readonly country: string;
  readonly tags?: { readonly add: readonly string[]; readonly remove: readonly TagId[] };
  /** Texts as typed, by field and scope; an empty one takes it away. */
  readonly scoped?: { readonly [Name in ScopedName]?: string };
}
export type EditResult =
  /** `undo`: writes what stood before. */
  | { readonly kind: 'changed'; readonly undo: () => Promise<void> }
  | { readonly kind: 'unchanged' | 'gone' }
  | { readonly kind: 'taken'; readonly by: ContactId }
  /** Of what is `scoped`. */
  | { readonly kind: 'problem'; readonly problem: CellProblem }
  | Extract<AddResult, { readonly kind: 'problems' }>;

/** Whose word an entry is, as far as this device can tell. */
export type Who = { readonly kind: 'here' | 'elsewhere'; readonly name?: string };
export interface HistoryEntry extends HistoryStep {
  readonly who: Who;
  readonly atMs: number;
}

/** What lies here of a message to a contact; what it says is known where `Messages.byId` knows it. */
export interface ContactMessage extends ContactDelivery {
  readonly who: Who;
  readonly state: DeliveryState;
}
export interface ContactMessages {
  readonly total: number;
  readonly lines: readonly ContactMessage[];
}
