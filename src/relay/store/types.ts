/**
 * The relay's memory, behind one asynchronous interface that SQLite implements and PostgreSQL will too; both pass
 * `tests/contracts/store.ts`. Every method is one transaction, durable when its promise resolves, and awaits nothing
 * foreign inside. Rows of a workspace are only ever reached with that workspace's id.
 */
import type { Channel, ChannelType, Platform } from '#domain/channel';
import type { DeliveryFigures, DeliveryState, Receipt } from '#domain/delivery';
import type { ChannelCode, MessageId, WorkspaceId } from '#domain/ids';
import type { MessageContent, Priority } from '#domain/message';
import type { DocumentStore } from '#relay/documents/types';
import type { Report, SendOutcome } from '#relay/provider';
import type { ErasureStore } from './erasure-types.ts';
import type { LogStore } from './log-types.ts';

export interface WorkspaceRow {
  readonly id: WorkspaceId;
  readonly name: string;
  /** Base64url; the key of contact ids. */
  readonly salt: string;
  readonly createdAt: number;
}

export interface MemberRow {
  readonly id: string;
  readonly workspace: WorkspaceId;
  readonly name: string;
  readonly role: 'owner';
}

export interface SessionRow {
  /** SHA-256 of the cookie's token, hex: the token itself is never stored. */
  readonly tokenHash: string;
  readonly member: string;
  readonly workspace: WorkspaceId;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A one-time link, by the hash of its token. */
export interface LinkRow {
  readonly tokenHash: string;
  readonly purpose: 'claim' | 'signIn';
  /** Whom a sign-in link lets in; absent: the owner. */
  readonly member?: string;
  readonly expiresAt: number;
}

export interface ChannelRow {
  readonly workspace: WorkspaceId;
  readonly code: ChannelCode;
  readonly name: string;
  readonly type: ChannelType;
  readonly platform: Platform;
  readonly settings: Readonly<Record<string, string>>;
  /** Sealed by the keyring; opaque here. */
  readonly sealedCredentials: string;
  readonly perSecond?: number;
  /** Unguessable part of the callback address. */
  readonly callbackSecret: string;
  readonly calledBackAt?: number;
}

export type ChannelPatch = Partial<Pick<ChannelRow, 'name' | 'settings' | 'sealedCredentials' | 'perSecond'>>;

export interface MessageIntake {
  readonly workspace: WorkspaceId;
  readonly id: MessageId;
  readonly author: string;
  readonly channel: ChannelCode;
  readonly content: MessageContent;
  readonly priority: Priority;
  /** What the device counted: persons, and persons that will be sent to. */
  readonly planned: number;
  readonly effective: number;
  readonly parts: readonly { readonly hash: string; readonly count: number }[];
  readonly receivedAt: number;
  readonly purgeAt: number;
}

export type IntakeResult =
  | { readonly kind: 'created' | 'known'; readonly missingParts: readonly number[]; readonly state: RelayMessageState }
  /** The same key with another payload. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'channelGone' };

/** `receiving`: parts are missing; `queued`: complete; `sending`; `sent`: every delivery has ended. */
export type RelayMessageState = 'receiving' | 'queued' | 'sending' | 'sent';

export interface RecipientPart {
  readonly index: number;
  readonly hash: string;
  readonly contacts: readonly string[];
  readonly addresses: readonly string[];
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

export type PartResult = { readonly kind: 'stored' | 'known' } | { readonly kind: 'noMessage' | 'mismatch' };
export type CompleteResult =
  | { readonly kind: 'accepted'; readonly recipients: number }
  | { readonly kind: 'partsMissing'; readonly missingParts: readonly number[] }
  | { readonly kind: 'noMessage' };

export interface MessageView {
  readonly id: MessageId;
  readonly author: string;
  readonly channel: ChannelCode;
  readonly state: RelayMessageState;
  readonly planned: number;
  readonly effective: number;
  readonly recipients: number;
  readonly receivedAt: number;
  readonly finishedAt?: number;
  readonly figures: DeliveryFigures;
}

export interface FeedItem extends Receipt {
  readonly cursor: number;
  readonly message: MessageId;
}

export interface ChannelKey {
  readonly workspace: WorkspaceId;
  readonly code: ChannelCode;
}

/** A claimed run of deliveries of one message: `from` ≤ recipient < `to`. */
export interface Batch {
  readonly id: number;
  readonly workspace: WorkspaceId;
  readonly message: MessageId;
  readonly channel: ChannelCode;
  readonly priority: Priority;
  readonly content: MessageContent;
  readonly from: number;
  readonly to: number;
  /** First half of every delivery's key in this message; see `delivery-key.ts`. */
  readonly keyPrefix: string;
  /** When the message was complete. */
  readonly queuedAt: number;
  /** After this nothing of the message may be handed over any more. */
  readonly purgeAt: number;
  /** `gone` also where another channel has taken the removed one's code meanwhile. */
  readonly channelState: 'there' | 'gone';
  /** Since when the channel has not taken anything (`setChannelDown`). */
  readonly channelDownSince?: number;
}

/** A delivery that still has something to be done. */
export interface Work {
  readonly message: MessageId;
  readonly recipient: number;
  readonly address: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Tries begun so far. */
  readonly tries: number;
  /** A try was begun and its outcome never written: the process died in between. */
  readonly interrupted: boolean;
  /** An earlier try may have been taken: the delivery never ends as failed for want of a provider, but as unknown. */
  readonly doubtful: boolean;
  /** Not to be tried before; milliseconds since 1970. */
  readonly notBefore: number;
}

/** What one turn of dispatch has to say, written in one transaction before the calls in `begins` are made. */
export interface Turn {
  readonly at: number;
  readonly ends: readonly { readonly message: MessageId; readonly recipient: number; readonly ending: Ending }[];
  readonly begins: readonly { readonly message: MessageId; readonly recipient: number }[];
}

export type Ending =
  | Exclude<SendOutcome, { kind: 'unavailable' }>
  /** Back to the queue, to be tried again. */
  | {
      readonly kind: 'again';
      readonly notBefore: number;
      /** Whether this try counts among those the delivery has; a channel at rest costs none. */
      readonly spent: 'try' | 'nothing';
      /** `raised`: this try may have been taken; `cleared`: the provider says that none was. */
      readonly doubt: 'raised' | 'kept' | 'cleared';
    };

/** How a try ended whose ending was never written here, as a dead process's call journal has it. */
export interface KnownTry {
  readonly batch: number;
  /** The claim under which the try was begun. */
  readonly owner: string;
  readonly recipient: number;
  /** The try's number, counted from 1. */
  readonly tries: number;
  readonly ending: Ending;
}

export interface RelayStore extends LogStore, ErasureStore {
  // Who
  /** That one, or the first; undefined where there is none. */
  readonly workspace: (id?: WorkspaceId) => Promise<WorkspaceRow | undefined>;
  readonly addLink: (link: LinkRow) => Promise<void>;
  /** Uses the link up, makes workspace and owner where none is, and opens the session; false where the link is spent, expired or unknown. */
  readonly claim: (
    tokenHash: string,
    now: number,
    workspace: WorkspaceRow,
    member: MemberRow,
    session: SessionRow,
  ) => Promise<boolean>;
  readonly signIn: (
    tokenHash: string,
    now: number,
    session: Omit<SessionRow, 'member' | 'workspace'>,
  ) => Promise<boolean>;
  readonly session: (
    tokenHash: string,
    now: number,
  ) => Promise<
    (SessionRow & { readonly member: string; readonly role: 'owner'; readonly memberName: string }) | undefined
  >;
  /** Slides the end of a session that still stands; one that has ended stays ended. */
  readonly renewSession: (tokenHash: string, now: number, expiresAt: number) => Promise<void>;
  readonly endSession: (tokenHash: string) => Promise<void>;

  // Channels
  readonly channels: (workspace: WorkspaceId) => Promise<readonly ChannelRow[]>;
  readonly channel: (workspace: WorkspaceId, code: ChannelCode) => Promise<ChannelRow | undefined>;
  readonly channelByCallback: (callbackSecret: string) => Promise<ChannelRow | undefined>;
  readonly addChannel: (channel: ChannelRow) => Promise<'added' | 'codeTaken' | 'nameTaken'>;
  readonly changeChannel: (
    workspace: WorkspaceId,
    code: ChannelCode,
    patch: ChannelPatch,
  ) => Promise<'changed' | 'nameTaken' | 'gone'>;
  /** Deliveries still queued on it fail with `channelGone` at hand-off. */
  readonly removeChannel: (workspace: WorkspaceId, code: ChannelCode) => Promise<'removed' | 'gone'>;

  // Intake
  readonly intake: (message: MessageIntake) => Promise<IntakeResult>;
  readonly addPart: (workspace: WorkspaceId, message: MessageId, part: RecipientPart) => Promise<PartResult>;
  /** Cuts the message into batches of at most `batchSize` deliveries and queues them. */
  readonly complete: (
    workspace: WorkspaceId,
    message: MessageId,
    batchSize: number,
    now: number,
  ) => Promise<CompleteResult>;
  readonly messages: (workspace: WorkspaceId, limit: number) => Promise<readonly MessageView[]>;
  readonly message: (workspace: WorkspaceId, id: MessageId) => Promise<MessageView | undefined>;

  // Dispatch
  /**
   * The oldest ready batch of this channel, high before medium before low, leased till then; expired leases count as ready.
   * `above`: only of a priority higher than this. `owner` is a name used for this one claim.
   */
  readonly claimBatch: (
    channel: ChannelKey,
    owner: string,
    now: number,
    leaseUntil: number,
    above?: Priority,
  ) => Promise<Batch | undefined>;
  /** Channels with ready work now, and when the next batch becomes ready otherwise. */
  readonly readyChannels: (
    now: number,
  ) => Promise<{ readonly ready: readonly ChannelKey[]; readonly nextAt: number | undefined }>;
  /** Deliveries of a claimed batch that have not ended. */
  readonly work: (batch: Batch) => Promise<readonly Work[]>;
  /** Writes endings (each a receipt in the feed) and beginnings; extends the lease. Fenced: throws nothing, answers 'lost' if the batch has another owner now, and then has written nothing. */
  readonly turn: (batch: Batch, owner: string, leaseUntil: number, turn: Turn) => Promise<'written' | 'lost'>;
  /** Gives the batch back: ended when nothing is left in it, else ready again at `notBefore`. Ends the message after its last batch. */
  readonly release: (batch: Batch, owner: string, now: number, notBefore: number) => Promise<void>;
  /**
   * Writes endings as a turn does; before `releaseAll`. Believed only where the batch is still in that claim's name and
   * this very try is begun and without an ending; anything else is left alone. Answers whose feeds have new items.
   */
  readonly settleTries: (at: number, tries: readonly KnownTry[]) => Promise<readonly WorkspaceId[]>;
  /** For an embedded store at start: every lease is of a dead process. Dispatch calls it when it starts. */
  readonly releaseAll: () => Promise<void>;
  /** Remembers since when a channel takes nothing (the first time stands until `undefined`), so that a restart does not begin the count anew. */
  readonly setChannelDown: (channel: ChannelKey, since: number | undefined) => Promise<void>;

  // Receipts and callbacks
  readonly feed: (workspace: WorkspaceId, after: number, limit: number) => Promise<readonly FeedItem[]>;
  readonly lastCursor: (workspace: WorkspaceId) => Promise<number>;
  readonly addCallback: (
    workspace: WorkspaceId,
    channel: ChannelCode,
    headers: string,
    body: Uint8Array,
    receivedAt: number,
  ) => Promise<void>;
  /** Oldest first; stays until `finishCallback`. */
  readonly callbacks: (limit: number) => Promise<
    readonly {
      readonly id: number;
      readonly workspace: WorkspaceId;
      readonly channel: ChannelCode;
      readonly headers: string;
      readonly body: Uint8Array;
      readonly receivedAt: number;
    }[]
  >;
  /** Applies the reports (states only move up; an unknown id is kept until its delivery appears or three days pass) and ends the callback, in one transaction. */
  readonly finishCallback: (
    id: number,
    workspace: WorkspaceId,
    channel: ChannelCode,
    reports: readonly Report[],
    now: number,
  ) => Promise<void>;

  readonly documents: DocumentStore;

  // Keeping house
  /** Personal data of messages past their retention goes; figures stay. Answers how many messages were purged. */
  readonly purge: (now: number) => Promise<number>;
  readonly counts: () => Promise<{
    readonly queued: number;
    readonly calling: number;
    readonly callbacks: number;
    readonly byState: Readonly<Record<DeliveryState, number>>;
  }>;
  readonly close: () => Promise<void>;
}

export type { Channel };
