/**
 * What the two workers answer. The audience worker owns the columns and all writes to the log; the import worker owns
 * parsing. They speak to each other through one MessagePort, so that a million rows never pass the page.
 */
import type { Remote } from 'comlink';
import type { BringInFigures } from '#audience/bring-in';
import type { Dynamic } from '#audience/groups';
import type { Way } from '#audience/reach';
import type { SentOthers } from '#audience/slice-others';
import type { TextColumns } from '#audience/slice-texts';
import type { PlannedWrites } from '#audience/plan-rows';
import type {
  ContactWindow,
  Filter,
  FunnelWindowRequest,
  GroupCount,
  TagCount,
  SendPlan,
  SendRequest,
  WindowRequest,
} from '#audience/types';
import type { NamedKeys } from '#import/read-keys';
import type {
  CellProblem,
  Continued,
  FileProblem,
  ImportProgress,
  ImportSettings,
  ImportSummary,
  MappedField,
  Mend,
  PreviewResult,
  Reading,
  RowOutcome,
  RowProblem,
  RowSample,
  UnknownWord,
} from '#import/types';
import type { Contact, Field, KeyField, TextField } from '#domain/contact';
import type {
  CharacteristicId,
  ContactId,
  DeviceId,
  EntryId,
  GroupId,
  ImportId,
  MessageId,
  WorkspaceId,
} from '#domain/ids';
import type { ChannelType } from '#domain/channel';
import type { Scoped } from '#domain/scope';
import type { EncodedBlock } from '#log/block';
import type { HistoryStep } from '#log/history-types';
import type { ContactDeliveries, NamingMessage } from './contact-messages.ts';
import type { BlockRef, CellName, NewCharacteristic, NewGroup } from '#log/types';

export interface OpenWorkspace {
  readonly workspace: WorkspaceId;
  readonly device: DeviceId;
  /** Base64url of 16 bytes. */
  readonly salt: string;
}

export interface AudienceEvents {
  /** After every change, from this tab or another. */
  readonly onChange: (state: {
    readonly version: number;
    readonly total: number;
    readonly loading: 'loading' | 'loaded';
  }) => void;
}

/** A group of a workspace that is brought in, and which it is in the open one: of the same name, or a new one. */
export interface BringInGroup {
  readonly from: GroupId;
  readonly to: NewGroup;
  readonly isNew: boolean;
}

/** As `BringInGroup`, of characteristics. */
export interface BringInCharacteristic {
  readonly from: CharacteristicId;
  readonly to: NewCharacteristic;
  readonly isNew: boolean;
}

/** Cells already validated and normalised by the import worker. */
export interface ReadyContact {
  readonly cells: { readonly [F in Field]?: string };
  readonly joins: readonly GroupId[];
  readonly newGroups: readonly NewGroup[];
}

/** A change of one contact by hand: cells by name (an empty text empties the cell), groups to join and to leave. */
export interface ContactEdit {
  readonly cells: { readonly [Name in CellName]?: string };
  readonly joins: readonly GroupId[];
  readonly leaves: readonly GroupId[];
}

export type ChangeResult =
  /** `inverse`: the edit that takes it back. */
  | { readonly kind: 'changed'; readonly inverse: ContactEdit }
  | { readonly kind: 'unchanged' | 'gone' | 'keyMissing' }
  | { readonly kind: 'taken'; readonly by: ContactId };

/** Whom a filter let through at that moment; the worker keeps the last ones. */
export interface Choice {
  readonly choice: number;
  readonly count: number;
}
/** `missing`: lines, counted from 0, that name nobody who is listed. */
export interface KeysChoice extends Choice {
  readonly missing: readonly number[];
}
export type Chosen =
  { readonly contacts: readonly ContactId[] } | { readonly choice: number; readonly without: readonly ContactId[] };

/** `others`: all static groups that some of them are in and that are not joined. */
export interface BulkAct {
  readonly cells: { readonly [Name in CellName]?: string };
  readonly joins: readonly GroupId[];
  readonly leaves: readonly GroupId[] | 'others';
}
/**
 * `entries`: to be undone together; `count`: contacts of which something was new. `changed`: one contact alone, by hand;
 * the inverse takes it back. `lost`: the choice is not known any more.
 */
export type BulkResult =
  | { readonly kind: 'done'; readonly entries: readonly EntryId[]; readonly count: number }
  | { readonly kind: 'changed'; readonly contact: ContactId; readonly inverse: ContactEdit }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'lost' };

/** An import as the log has it, whichever device it is from. */
export interface LoggedImport {
  readonly entry: EntryId;
  readonly importId?: ImportId;
  readonly fileName: string;
  /** Brought in from another workspace; `fileName` is its name. */
  readonly from?: 'workspace';
  readonly device: DeviceId;
  /** Absent until it is shared. */
  readonly author?: string;
  readonly atMs: number;
  /** Rows that were written: those that said something new. */
  readonly rows: number;
  readonly groups: readonly GroupId[];
  readonly newGroups: readonly NewGroup[];
  /** `waiting`: for blocks that have not come yet; it counts for nothing until then. */
  readonly state: 'done' | 'undone' | 'waiting';
  readonly undoneAtMs?: number;
}

/** `edited` and `messaged`: only the undone import made the contact. `changedSince`: something later stands in a cell of it. */
export type KeptReason = 'edited' | 'messaged' | 'changedSince';

export interface KeptByUndo {
  readonly contacts: readonly { readonly contact: Contact; readonly reason: KeptReason }[];
  /** Of all that were kept; `contacts` are the first. */
  readonly total: number;
  /** Contacts that the import made and that are in the bin now. */
  readonly binned: number;
  /** Listed contacts for whom a word of consent or block of the import still counts: undo loosens nothing. */
  readonly consents: number;
}

export type UndoResult =
  /** `emptyGroups`: made by it alone, and nobody is in them now; characteristics alike. */
  | {
      readonly kind: 'undone';
      readonly emptyGroups: readonly NewGroup[];
      readonly emptyCharacteristics: readonly NewCharacteristic[];
      readonly kept: KeptByUndo;
    }
  | {
      readonly kind: 'redone';
      readonly groups: readonly NewGroup[];
      readonly characteristics: readonly NewCharacteristic[];
      readonly undoneAtMs: number;
    }
  /** Somebody was faster. */
  | { readonly kind: 'asBefore' };

/** By field, the value that is to stand; of the others the latest does. */
export type MergeChoices = { readonly [F in TextField]?: string };
/** `entries`: to be undone together. `changed`: they are no longer what they were when they were shown. */
export type MergeResult =
  { readonly kind: 'merged'; readonly entries: readonly EntryId[] } | { readonly kind: 'changed' };

export interface DuplicatesWindow {
  /** Sets in all. */
  readonly total: number;
  readonly sets: readonly (readonly Contact[])[];
}

export interface AudienceWorker {
  /** Resolves when the first window can be answered; `onChange` says when all is loaded. */
  readonly open: (workspace: OpenWorkspace, onChange: AudienceEvents['onChange']) => Promise<void>;
  /** Serves a `PlanPort` to the import worker on this port. */
  readonly servePlanning: (port: MessagePort) => Promise<void>;
  readonly window: (request: WindowRequest) => Promise<ContactWindow>;
  readonly contact: (id: ContactId) => Promise<Contact | undefined>;
  readonly groupCounts: () => Promise<readonly GroupCount[]>;
  /** How many are in each dynamic group, and in which of them a contact is. */
  readonly dynamicCounts: () => Promise<readonly GroupCount[]>;
  readonly dynamicGroupsOf: (contact: ContactId) => Promise<readonly GroupId[]>;
  /** How many of a group each channel reaches (GRP-6). */
  readonly reach: (group: GroupId, ways: readonly Way[]) => Promise<readonly number[]>;
  /** Groups as commits named them, for the time until their documents arrive. */
  readonly namedGroups: () => Promise<readonly NewGroup[]>;
  readonly namedCharacteristics: () => Promise<readonly NewCharacteristic[]>;
  /** All that a listed contact has, by name. */
  readonly tags: () => Promise<readonly TagCount[]>;
  /** What listed contacts have for a line or a channel, and which addresses besides phone and email. */
  readonly scoped: () => Promise<readonly Scoped[]>;
  readonly addContact: (
    contact: ReadyContact,
  ) => Promise<{ readonly kind: 'added' | 'exists'; readonly contact: Contact }>;
  /** "All that match", fixed at the click (CON-8). */
  readonly choose: (filter: Filter) => Promise<Choice>;
  /** Whom these name, by user ID, else phone, else email: everybody who holds it. */
  readonly chooseByKeys: (keys: readonly NamedKeys[]) => Promise<KeysChoice>;
  readonly chosenWindow: (chosen: Chosen, offset: number, limit: number) => Promise<ContactWindow>;
  /** Static groups in which some of them are. */
  readonly groupsAmong: (chosen: Chosen) => Promise<readonly GroupId[]>;
  /** Of each only what differs is written. Durable before it resolves. */
  readonly bulk: (chosen: Chosen, act: BulkAct) => Promise<BulkResult>;
  /** By hand; only what differs is written. Durable before it resolves. */
  readonly change: (id: ContactId, edit: ContactEdit) => Promise<ChangeResult>;
  /** Contacts that share a phone or an email (CON-13). */
  readonly duplicates: (offset: number, limit: number) => Promise<DuplicatesWindow>;
  readonly merge: (contacts: readonly ContactId[], choices: MergeChoices) => Promise<MergeResult>;
  /** Newest first (CON-12); empty where nobody has this id. */
  readonly history: (id: ContactId) => Promise<readonly HistoryStep[]>;
  /** The newest messages to a contact (CON-12); `waiting`: those of the outbox. */
  readonly messagesTo: (
    contact: ContactId,
    waiting: readonly NamingMessage[],
    limit: number,
  ) => Promise<ContactDeliveries>;
  /** Every import that the log names, of all devices, newest first. */
  readonly imports: () => Promise<readonly LoggedImport[]>;
  readonly undoEntry: (entry: EntryId) => Promise<UndoResult>;
  readonly redoEntry: (entry: EntryId) => Promise<UndoResult>;
  /** What an undo that stands has kept, as of now. */
  readonly keptByUndo: (entry: EntryId) => Promise<KeptByUndo>;
  readonly planSend: (request: SendRequest) => Promise<SendPlan>;
  readonly funnelWindow: (request: FunnelWindowRequest) => Promise<ContactWindow>;
  /** Encodes the effective recipients as blocks of at most `PART_RECIPIENTS` rows and stores them; answers plan and blocks. */
  readonly writeRecipients: (
    request: SendRequest,
  ) => Promise<{ readonly plan: SendPlan; readonly blocks: readonly BlockRef[] }>;
  /** Adds the entry of who was messaged. Called by the page after the relay's acknowledgement, once a message. */
  readonly addMessaged: (message: MessageId, channelType: ChannelType, blocks: readonly BlockRef[]) => Promise<void>;
  /** Looks for entries that another tab or another device wrote; `anew` where some that were known changed their time or are refused. */
  readonly refresh: (how?: 'more' | 'anew') => Promise<void>;
  /** All that stand, and of the dynamic ones the conditions that count. */
  readonly setGroups: (existing: readonly GroupId[], dynamic?: Dynamic) => void;
  /** What bringing in another workspace of this device would do; nothing is written (SYN-1). */
  readonly planBringIn: (
    source: OpenWorkspace,
    name: string,
    groups: readonly BringInGroup[],
    characteristics: readonly BringInCharacteristic[],
  ) => Promise<BringInFigures>;
  /** The tap, on what was planned last; `changed` where the audience moved since. */
  readonly writeBringIn: () => Promise<'written' | 'changed'>;
  readonly dropBringIn: () => Promise<void>;
}

/** One slice of a file, normalised: parallel columns, an empty string where the cell is empty. */
export interface CheckedSlice {
  readonly importId: ImportId;
  readonly count: number;
  readonly columns: TextColumns;
  /** Characteristics and tags; absent where the file has none. */
  readonly others?: SentOthers;
  /** A column names groups: whose each row is, is wanted. */
  readonly contacts?: 'wanted';
}

/** What a name of a file's column is, in the order in which the file names them; absent where nobody joins it. */
export type ColumnGroup = { readonly group: NewGroup; readonly kind: 'known' | 'new' } | undefined;

/** What a slice comes to, row by row. */
export interface PlannedSlice {
  /** Index into `ROW_OUTCOMES`. */
  readonly outcomes: Uint8Array;
  /** 1 where the row would be written but not sent to. */
  readonly suppressed: Uint8Array;
  /** Kept with the slice's chunk: an import that goes on after a closed tab then still knows whom it has met. */
  readonly seen?: Uint32Array;
  /** Ids of contacts, two halves a row, where they are wanted; both 0 where a row is nobody's. */
  readonly contacts?: Uint32Array;
  /** Which rows of the slice are to be written; absent where none. */
  readonly writes?: PlannedWrites;
}

/** Asked by the import worker. Planning keeps the keys seen in this import, so slices come in the file's order. */
export interface PlanPort {
  /** Starts or restarts an import's plan: knows the keys of blocks that an earlier, killed run has written. */
  readonly beginPlan: (
    importId: ImportId,
    settings: ImportSettings,
    writtenBlocks: readonly BlockRef[],
  ) => Promise<{ readonly version: number }>;
  readonly plan: (slice: CheckedSlice) => Promise<PlannedSlice>;
  /** Packs a block that the import worker has written: deflating is as dear as all the rest of encoding. */
  readonly pack: (written: Uint8Array, rows: number) => Promise<EncodedBlock>;
  /** Adds the commit entry in one strict transaction with the import's row; `changed` where the audience moved since `beginPlan`. */
  readonly commit: (
    importId: ImportId,
    fileName: string,
    settings: ImportSettings,
    blocks: readonly BlockRef[],
    plannedVersion: number,
    groups?: readonly ColumnGroup[],
  ) => Promise<'written' | 'changed'>;
  readonly endPlan: (importId: ImportId) => void;
}

export interface ImportWorker {
  readonly open: (
    workspace: OpenWorkspace,
    planning: MessagePort,
    onProgress: (progress: ImportProgress) => void,
  ) => Promise<void>;
  readonly preview: (file: Blob, fileName: string, reading?: Reading) => Promise<PreviewResult>;
  /** Words in columns of status and consent that mean nothing yet: the whole file is read for them. */
  readonly unknownWords: (
    file: Blob,
    reading: Reading,
    fields: readonly MappedField[],
  ) => Promise<readonly UnknownWord[]>;
  readonly check: (file: Blob, fileName: string, settings: ImportSettings) => Promise<ImportId>;
  /** Also of one that was paused. */
  readonly resume: (id: ImportId) => Promise<void>;
  /** Resolves when nothing of it runs here; what was checked is kept (IMP-9). One that has ended stays so. */
  readonly pause: (id: ImportId) => Promise<void>;
  /** Its kept file is another than it was: whoever reads the old one, in any tab, stops. */
  readonly beginAnew: (id: ImportId) => Promise<void>;
  /** Names that its column of groups has, in their order; undefined where nobody joins one. */
  readonly groupNames: (id: ImportId) => Promise<readonly (string | undefined)[]>;
  /** `groups`: what these names are. */
  readonly write: (
    id: ImportId,
    groups?: readonly ColumnGroup[],
  ) => Promise<{ readonly kind: 'written' | 'storageFull' } | { readonly kind: 'changed' }>;
  readonly cancel: (id: ImportId) => Promise<void>;
  readonly summaries: () => Promise<readonly ImportSummary[]>;
  readonly samples: (id: ImportId, outcome: RowOutcome | 'suppressed', limit: number) => Promise<readonly RowSample[]>;
  readonly problems: (id: ImportId, limit: number) => Promise<readonly RowProblem[]>;
  readonly readKeys: (country: string, lines: readonly string[]) => Promise<readonly NamedKeys[]>;
  /** Resolves when the mended cells are kept; the check begins anew. What is written stays as it is. */
  readonly mend: (id: ImportId, mends: readonly Mend[]) => Promise<void>;
  /** As CSV, with the reasons in the words given; undefined where its rows are no longer kept. */
  readonly errorFile: (id: ImportId, words: Readonly<Record<CellProblem, string>>) => Promise<Blob | undefined>;
  /** Where the file holds the errors of an import of this device, what was mended in it belongs to that import. */
  readonly continueFrom: (file: Blob) => Promise<Continued>;
  /** Validates and normalises one contact typed by hand (CON-2), by the same code as a file's row. */
  readonly readContact: (
    country: string,
    cells: { readonly [F in Field]?: string },
  ) => Promise<
    | { readonly kind: 'ready'; readonly cells: { readonly [F in Field]?: string } }
    | {
        readonly kind: 'problems';
        readonly problems: readonly { readonly field: Field; readonly problem: CellProblem }[];
      }
  >;
}

export type { FileProblem, KeyField, Remote };
