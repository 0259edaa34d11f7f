/**
 * What dispatch is handed and what it answers. Everything of the outside world (clock, chance, timers, providers,
 * figures, log) comes in here, so that its tests run in a world of their own.
 */
import type { Platform } from '#domain/channel';
import type { ChannelCode, MessageId, WorkspaceId } from '#domain/ids';
import type { Log } from '#relay/log';
import type { Provider, ProviderKind, SendOutcome } from '#relay/provider';
import type { RelayStore } from '#relay/store/types';
import type { CallJournal } from './call-journal.ts';

/** A channel ready to send. The same `provider` object as long as the channel's settings and credentials are the same. */
export interface ChannelProvider {
  readonly platform: Platform;
  readonly repeats: ProviderKind['repeats'];
  readonly provider: Provider;
  /** Messages a second at most. */
  readonly perSecond?: number;
}

export interface Timers {
  readonly set: (milliseconds: number, callback: () => void) => unknown;
  readonly clear: (timer: unknown) => void;
  /** After what the event loop has ready now: answers that arrive together are written together. */
  readonly soon: (callback: () => void) => void;
}

/** Figures of the running process; none of them names a person or a message. */
export interface DispatchMetrics {
  /** One call came back after `milliseconds` with these outcomes. */
  readonly called: (platform: Platform, milliseconds: number, outcomes: readonly SendOutcome['kind'][]) => void;
  /** One turn was written. */
  readonly turned: (milliseconds: number, ends: number, begins: number) => void;
  /** A channel takes nothing for now. */
  readonly rested: (platform: Platform, milliseconds: number) => void;
}

export interface DispatchDeps {
  readonly store: RelayStore;
  readonly journal: CallJournal;
  /** Since its batch was read, this person was erased. */
  readonly isErased: (message: MessageId, recipient: number) => boolean;
  /** Asked at least once a second while a channel works; undefined: the channel is gone. */
  readonly providerFor: (workspace: WorkspaceId, code: ChannelCode) => Promise<ChannelProvider | undefined>;
  readonly now: () => number;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
  readonly timers: Timers;
  /** New items stand in the workspace's feed. Called often; whoever wakes devices gathers. */
  readonly onReceipts: (workspace: WorkspaceId) => void;
  readonly metrics: DispatchMetrics;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** Names this process among all that share the store. */
  readonly owner: string;
}

export interface Dispatch {
  readonly start: () => Promise<void>;
  /** A message is complete, or something else may be ready: looks at once instead of at the next round. */
  readonly wake: () => void;
  /** A channel was changed or removed: asks for its provider again before the next call. */
  readonly channelChanged: (workspace: WorkspaceId, code: ChannelCode) => void;
  /** No new calls; waits for those under way, at most `limitMs`, writes how they ended, and gives all leases back. */
  readonly stop: (limitMs: number) => Promise<void>;
}
