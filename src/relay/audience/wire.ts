/**
 * What relay and audience process say to each other, over the channel that Node makes between them. The process reads
 * nothing by itself: it asks for entries and blocks, gets them, and hands its answer over. Types only.
 */
import type { SendPlan } from '#audience/types';
import type { BlockId, ContactId } from '#domain/ids';
import type { EncodedBlock } from '#log/block';
import type { EntryPage } from '#relay/store/log-types';
import type { KnownPerson, ResolveRequest } from './types.ts';

export type Task =
  | { readonly kind: 'resolve'; readonly request: ResolveRequest }
  | { readonly kind: 'persons'; readonly ids: readonly ContactId[] }
  | { readonly kind: 'binned'; readonly beforeMs: number };

/** What a task of each kind comes to. */
export interface TaskValues {
  readonly resolve: SendPlan;
  readonly persons: readonly KnownPerson[];
  readonly binned: readonly ContactId[];
}
export type TaskValue = TaskValues[keyof TaskValues];

/** What the process asks of the relay, and what it gets. */
export interface Calls {
  readonly entries: (after: number) => Promise<EntryPage>;
  /** Which of these are there. */
  readonly present: (ids: readonly BlockId[]) => Promise<readonly BlockId[]>;
  readonly blocks: (ids: readonly BlockId[]) => Promise<readonly (Uint8Array | undefined)[]>;
  /** Recipients, in order; answered when the relay is done with them. */
  readonly part: (part: EncodedBlock) => Promise<void>;
}
export type CallName = keyof Calls;

export type ToProcess =
  | { readonly kind: 'task'; readonly task: Task; readonly salt: Uint8Array }
  | { readonly kind: 'reply'; readonly call: number; readonly value: unknown };

export type FromProcess =
  | { readonly kind: 'call'; readonly call: number; readonly name: CallName; readonly value: unknown }
  | { readonly kind: 'done'; readonly value: TaskValue; readonly upTo: number; readonly waiting: number }
  | {
      readonly kind: 'failed';
      /** As thrown: what of it may be written down, the relay knows. */ readonly error: unknown;
    };
