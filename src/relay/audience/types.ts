/**
 * What the relay may ask of a workspace's contacts. It keeps none of its own: each answer is worked out from log and
 * blocks by the code that devices run, in a process that lives as long as the question
 * (`docs/decisions/0014-audience-process.md`).
 */
import type { SendPlan, SendRequest } from '#audience/types';
import type { StrictField } from '#domain/contact';
import type { ContactId, GroupId, WorkspaceId } from '#domain/ids';
import type { EncodedBlock } from '#log/block';

export interface Audience {
  /** Whom a message reaches. `onPart` gets the recipients as devices send them, in order, one part at a time. */
  readonly resolve: (
    workspace: WorkspaceId,
    request: ResolveRequest,
    onPart: (part: EncodedBlock) => Promise<void>,
  ) => Promise<AudienceAnswer<SendPlan>>;
  /** Who these ids are, for erasing them: one answer a person, whichever of his ids were asked for. */
  readonly persons: (
    workspace: WorkspaceId,
    ids: readonly ContactId[],
  ) => Promise<AudienceAnswer<readonly KnownPerson[]>>;
  /** Contacts that a hand put into the bin before that time (milliseconds since 1970) and nobody has taken out. */
  readonly binned: (workspace: WorkspaceId, beforeMs: number) => Promise<AudienceAnswer<readonly ContactId[]>>;
  /** Ends what is under way, and answers what waits with `stopped`. */
  readonly stop: () => Promise<void>;
}

export type AudienceAnswer<Value> =
  | {
      readonly kind: 'answered';
      readonly value: Value;
      /** Position in the log up to which it is true; what was appended later is not in it. */
      readonly upTo: number;
      /** Commits that count for nothing here, since not all of their blocks are there. */
      readonly waiting: number;
    }
  /** `crashed`: the process ended without an answer; asking again is safe, and may end in the same way. */
  | { readonly kind: 'failed'; readonly why: 'noWorkspace' | 'timedOut' | 'crashed' | 'stopped' };

export interface ResolveRequest extends SendRequest {
  /** Groups whose documents stand; a membership of any other reaches nobody. */
  readonly existingGroups: readonly GroupId[];
}

export interface KnownPerson {
  /** All ids that are this person, merged and joined ones too. An id of which nothing is known is a person by itself. */
  readonly contacts: readonly ContactId[];
  /**
   * Keyed hashes (generation 0) of every user ID, phone and email that the log ever said of this person, undone
   * imports too; without those that are somebody else's now.
   */
  readonly keys: readonly ContactId[];
  /** Words that hold after the erasure (CON-10): `refused` of consents, `yes` of blocked. No other word is in it. */
  readonly refusing: { readonly [F in StrictField]?: string };
}
