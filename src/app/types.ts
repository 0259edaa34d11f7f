/**
 * What pages may ask of the app. Implemented in this folder, handed to pages by context (`context.ts`).
 * Properties marked reactive are runes underneath: reading them in a component follows them.
 */
import type { ContactWindow, FunnelWindowRequest, SendPlan, SendRequest } from '#audience/types';
import type { Channel } from '#domain/channel';
import type { DeliveryFigures, FailureReason, Receipt } from '#domain/delivery';
import type { FilterNode } from '#domain/filter';
import type { ChannelCode, ContactId, EntryId, ImportId, MessageId, ViewId } from '#domain/ids';
import type { Funnel, Message, MessageContent, MessageDraft, MessageState } from '#domain/message';
import type { View, ViewContent } from '#domain/view';
import type {
  ImportFigures,
  ImportProgress,
  ImportSettings,
  ImportSummary,
  PreviewResult,
  Reading,
  RowOutcome,
  RowProblem,
  RowSample,
} from '#import/types';
import type { EntryRefusal } from '#log/types';
import type { ChannelChange, ChannelRequest, LinkAnswer } from '#protocol/api';
import type { Problem } from '#protocol/constants';
import type { ImportWorker, KeptByUndo, LoggedImport, UndoResult } from './worker-types.ts';
import type { Contacts, Who } from './contact-types.ts';
import type { Characteristics, Groups } from './name-types.ts';
import type { Backups, Workspaces } from './workspace-types.ts';

/** A refusal that the page puts into words; `offline`: no relay could be reached. */
export type Outcome<Value = undefined> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'refused'; readonly problem: Problem | 'offline' | 'storageFull' };

/** How far what was saved here is shared with the team (SYN-9). */
export interface Sharing {
  /** Reactive. Entries saved on this device that the relay does not have yet. */
  readonly pending: number;
  /** Reactive. Entries that the relay refused for good: set apart, counted nowhere. */
  readonly refused: number;
  /** Reactive. `waiting`: for blocks that lie on another device. */
  readonly phase: 'idle' | 'sharing' | 'waiting';
  /** Reactive. Blocks on their way to the relay (`up`) or from it, while there are any: `done` of `of`. */
  readonly blocks: { readonly way: 'up' | 'down'; readonly done: number; readonly of: number } | undefined;
  /** For saving them to a file. */
  readonly refusedEntries: () => Promise<readonly unknown[]>;
  /** All that is not shared, or not here, as of now (SYN-9). */
  readonly waiting: () => Promise<WaitingList>;
}

export interface WaitingList {
  /** Saved here, not shared yet, newest first; `total` of all of them. */
  readonly pending: readonly WaitingEntry[];
  readonly total: number;
  readonly refused: readonly WaitingEntry[];
  /** Imports whose blocks are still on another device; `since`: as the relay says, absent where it cannot be asked. */
  readonly uploads: readonly {
    readonly entry: EntryId;
    readonly device: 'here' | 'elsewhere';
    readonly blocks: number;
    readonly since?: number;
    readonly fileName?: string;
  }[];
}

export interface WaitingEntry {
  readonly id: EntryId;
  readonly atMs: number;
  readonly what:
    | { readonly kind: 'change'; readonly contact: ContactId; readonly name: string; readonly cells: readonly string[] }
    | { readonly kind: 'import' | 'bulk'; readonly rows: number; readonly fileName: string }
    | { readonly kind: 'messaged'; readonly rows: number }
    | { readonly kind: 'undo' | 'redo' | 'merge' | 'other' };
  readonly reason?: EntryRefusal;
}

/** What is written together (groups, for now), beside the log. */
export interface Content {
  /** Reactive. `shared` only where the relay has all of it on disk (SYN-9). */
  readonly sharing: 'local' | 'sharing' | 'shared';
}

/** A view as it can be shown. `place`: on this device, or in the team's document. */
export interface SavedView extends View {
  readonly place: 'own' | 'team';
  /** Its conditions, without those that name groups or characteristics which were deleted. */
  readonly where: FilterNode | undefined;
  /** What is wrong with it: conditions of a newer version, and ones that it lost. */
  readonly marks: readonly ('unknown' | 'groupGone' | 'characteristicGone')[];
}

export interface Views {
  /** Reactive. `loading` until device and document have been read; after the first contact rows. */
  readonly loading: 'loading' | 'loaded';
  /** Reactive, by name. */
  readonly list: readonly SavedView[];
  readonly byId: (id: string) => SavedView | undefined;
  /** Durable before they resolve. */
  readonly create: (place: SavedView['place'], name: string, content: ViewContent) => Promise<ViewId>;
  readonly change: (id: ViewId, change: Partial<ViewContent & Pick<View, 'name'>>) => Promise<void>;
  readonly remove: (id: ViewId) => Promise<{ readonly undo: () => Promise<void> }>;
}

export interface Imports {
  /** Reads the beginning of the file; with a reading, as told instead of as detected. */
  readonly preview: (file: File, reading?: Reading) => Promise<PreviewResult>;
  /** Words in columns of status and consent that mean nothing yet, commonest first. */
  readonly unknownWords: ImportWorker['unknownWords'];
  /** Keeps a copy of the file and starts checking it; progress comes through `watch`. Nothing is visible until `write`. */
  readonly check: (file: File, settings: ImportSettings) => Promise<ImportId>;
  readonly watch: (id: ImportId, onProgress: (progress: ImportProgress) => void) => () => void;
  readonly samples: (id: ImportId, outcome: RowOutcome | 'suppressed', limit: number) => Promise<readonly RowSample[]>;
  readonly problems: (id: ImportId, limit: number) => Promise<readonly RowProblem[]>;
  /** Errors mended in place or in a file of their own (IMP-7). */
  readonly mend: ImportWorker['mend'];
  readonly errorFile: ImportWorker['errorFile'];
  readonly continueFrom: ImportWorker['continueFrom'];
  /** The tap: adds the entry. The figures shown before are exactly what happens; `changed` where they no longer hold. */
  readonly write: (
    id: ImportId,
  ) => Promise<
    | { readonly kind: 'written' }
    | { readonly kind: 'changed'; readonly progress: ImportProgress }
    | { readonly kind: 'storageFull' }
  >;
  /** Nothing remains. */
  readonly cancel: (id: ImportId) => Promise<void>;
  /** Reactive. What an earlier visit left unfinished and is not under way: what was being checked goes on by itself (IMP-9). */
  readonly unfinished: readonly ImportSummary[];
  readonly resume: (id: ImportId) => Promise<void>;
  /** The check rests until `resume`, also after the tab was closed. */
  readonly pause: (id: ImportId) => Promise<void>;
  /** Names of files given together with an earlier one and not begun: none of them is kept (IMP-1). */
  readonly waitingFiles: () => Promise<readonly string[]>;
  readonly keepWaitingFiles: (names: readonly string[]) => Promise<void>;
  readonly list: () => Promise<readonly ImportSummary[]>;
  /** Every import of every device, newest first (IMP-11). */
  readonly past: () => Promise<readonly PastImport[]>;
  /** Contacts it made go to the bin, values it changed come back, groups it made that are empty now go. */
  readonly undo: (entry: EntryId) => Promise<UndoResult>;
  readonly redo: (entry: EntryId) => Promise<UndoResult>;
  /** What an undo that stands has kept, as of now. */
  readonly kept: (entry: EntryId) => Promise<KeptByUndo>;
}

export interface PastImport extends LoggedImport {
  readonly who: Who;
  /** Exact ones stand only on the device that imported. */
  readonly figures?: ImportFigures;
}

export interface Channels {
  /** Reactive. `loading` until there is one, or the relay has said that there is none. */
  readonly loading: 'loading' | 'loaded';
  /** Reactive; as of the last visit to the relay. */
  readonly list: readonly Channel[];
  readonly create: (request: ChannelRequest) => Promise<Outcome<Channel>>;
  readonly change: (code: ChannelCode, change: ChannelChange) => Promise<Outcome<Channel>>;
  readonly remove: (code: ChannelCode) => Promise<Outcome>;
  /** Without content the channel's usual sentence goes; a template that the platform approved must be named (CHA-4). */
  readonly test: (
    code: ChannelCode,
    address?: string,
    content?: MessageContent,
  ) => Promise<
    Outcome<{ readonly kind: 'works' } | { readonly kind: 'fails'; readonly reason: string; readonly detail?: string }>
  >;
}

/** A message with what is known of it on this device. */
export interface MessageRecord extends Message {
  readonly state: MessageState;
  readonly funnel: Funnel;
  readonly figures: DeliveryFigures;
  readonly sentAt?: number;
  readonly groupNames: readonly string[];
  /** Why it failed as a whole, where it did. */
  readonly problem?: Problem;
  /** Why it is still on this device, where it waits. `asksAgain`: longer than 6 hours, it leaves only after `sendAgain` (MSG-7). */
  readonly waiting?: 'offline' | 'signedOut' | 'leaving' | 'asksAgain';
}

/** `kept`: on this device and on its way. `changed`: by now others would get it than were confirmed; nothing was sent. */
export type SendResult =
  | { readonly kind: 'kept'; readonly message: MessageRecord }
  | { readonly kind: 'changed' | 'noRecipients' | 'storageFull' };

export interface DeliveryLine extends Receipt {
  readonly contact: ContactId;
  readonly address: string;
  readonly name: string;
}

export interface DeliveryLinesWindow {
  /** In the state asked for. */
  readonly total: number;
  readonly lines: readonly DeliveryLine[];
  /** Persons in each state, of all. */
  readonly counts: Readonly<Record<Receipt['state'], number>>;
  /** Why those failed that did, most frequent first; `undefined` where nobody said. */
  readonly reasons: readonly { readonly reason: FailureReason | undefined; readonly count: number }[];
}

export interface Messages {
  /** Reactive, newest first. */
  readonly list: readonly MessageRecord[];
  readonly byId: (id: MessageId) => MessageRecord | undefined;
  readonly plan: (request: SendRequest) => Promise<SendPlan>;
  readonly funnelWindow: (request: FunnelWindowRequest) => Promise<ContactWindow>;
  /** Durable in the outbox before it resolves; leaves once there is a connection, once. */
  readonly send: (
    draft: Omit<Message, 'id' | 'createdAt'> & {
      readonly draftId: string;
      readonly version: number;
      /** The number in the question that was answered with yes. */
      readonly confirmed: number;
    },
  ) => Promise<SendResult>;
  /** For a message that waited more than 6 hours: it leaves after all. */
  readonly sendAgain: (id: MessageId) => Promise<void>;
  /** Takes a waiting message back. `accepted`: the relay has it already; `offline`: it may have, and cannot be asked now. */
  readonly discard: (id: MessageId) => Promise<'discarded' | 'accepted' | 'offline'>;
  /** The draft that was left behind, if any; kept at every keystroke, dropped when it was sent. */
  readonly readDraft: () => Promise<MessageDraft | undefined>;
  readonly keepDraft: (draft: MessageDraft) => Promise<void>;
  readonly dropDraft: () => Promise<void>;
  readonly lines: (
    id: MessageId,
    request: { readonly state?: Receipt['state']; readonly offset: number; readonly limit: number },
  ) => Promise<DeliveryLinesWindow>;
  /** Rises with every receipt of a message shown; ask for the lines again then. Reactive. */
  readonly version: number;
}

export interface Erasing {
  /** For good, everywhere (CON-10); the relay's to do, so only with a connection. The same `key` asks only once. */
  readonly erase: (contact: ContactId, key: string) => Promise<Outcome>;
}

export interface Connection {
  /** Reactive. `none`: this origin has no relay; `unclaimed`: it waits for its owner. */
  readonly state: 'starting' | 'offline' | 'none' | 'unclaimed' | 'signedOut' | 'online';
  /** Reactive. Messages in the outbox. */
  readonly waiting: number;
  /** Reactive. Milliseconds since 1970 of the last answer of the relay. */
  readonly lastSeenAt: number | undefined;
  /** Asks the relay again, now. */
  readonly check: () => Promise<void>;
  readonly claim: (token: string, workspaceName: string, memberName: string) => Promise<Outcome>;
  /** `elsewhere`: into another workspace than the one that was open; the app begins anew with it. */
  readonly signIn: (token: string) => Promise<Outcome<'here' | 'elsewhere'>>;
  readonly signOut: () => Promise<Outcome>;
  /** For another device of the same member: the token of a link that works once, till then. */
  readonly link: () => Promise<Outcome<LinkAnswer>>;
  readonly memberName: string | undefined;
}

export interface Device {
  /** Reactive. */
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** Brings these up to date. */
  readonly measure: () => Promise<void>;
  readonly kept: 'kept' | 'bestEffort' | 'unknown';
  readonly askToKeep: () => Promise<void>;
  /** Everything of this workspace leaves this device. */
  readonly wipe: () => Promise<void>;
  /** Reactive; ISO 3166 alpha-2, from the browser's language at first. */
  readonly country: string;
  readonly setCountry: (country: string) => Promise<void>;
}

export interface App {
  /** Reactive. */
  readonly phase:
    | { readonly kind: 'opening' }
    | { readonly kind: 'open' }
    | { readonly kind: 'failed'; readonly reason: 'storageBlocked' | 'storageFull' | 'newerVersion' | 'unknown' };
  readonly workspaceName: string;
  readonly workspaces: Workspaces;
  readonly backups: Backups;
  readonly contacts: Contacts;
  readonly sharing: Sharing;
  readonly content: Content;
  readonly groups: Groups;
  readonly characteristics: Characteristics;
  readonly views: Views;
  readonly imports: Imports;
  readonly channels: Channels;
  readonly messages: Messages;
  readonly connection: Connection;
  readonly erasing: Erasing;
  readonly device: Device;
}

export type {
  AddResult,
  ContactDraft,
  ContactMessage,
  ContactMessages,
  Contacts,
  EditDraft,
  EditResult,
  HistoryEntry,
  Who,
} from './contact-types.ts';
export type { Characteristics, Groups, ListedGroup } from './name-types.ts';
export type { Said, Standing } from '#log/history-types';
export type {
  ContactEdit,
  DuplicatesWindow,
  KeptByUndo,
  KeptReason,
  LoggedImport,
  MergeChoices,
  MergeResult,
  UndoResult,
} from './worker-types.ts';
