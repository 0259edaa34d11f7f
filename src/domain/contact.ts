/**
 * What is known of a contact, as named cells. A cell is (contact, field, scope); here the fields are named.
 * Which value of a cell stands is not decided here but by the fold in `log/`.
 */
import type { CharacteristicId, ContactId, GroupId } from './ids.ts';
import type { Tag } from './tag.ts';

/** Fields by which one person is told from another, in the order in which they are tried (CON-4). */
export const KEY_FIELDS = ['userId', 'phone', 'email'] as const;
export type KeyField = (typeof KEY_FIELDS)[number];

/** Fields whose latest value stands. */
export const TEXT_FIELDS = ['userId', 'phone', 'email', 'name', 'smsType', 'status'] as const;
/** Fields whose strictest value stands (CON-4): consent a channel type, and blocked. */
export const STRICT_FIELDS = ['consent:sms', 'consent:email', 'consent:webhook', 'blocked'] as const;

export type TextField = (typeof TEXT_FIELDS)[number];
export type StrictField = (typeof STRICT_FIELDS)[number];
export type Field = TextField | StrictField;

export const SMS_TYPES = ['verification', 'notification', 'marketing'] as const;
export type SmsType = (typeof SMS_TYPES)[number];

/** An absent status means active. */
export const STATUSES = ['active', 'inactive'] as const;
export type Status = (typeof STATUSES)[number];

/** Weakest first: of two consents, the one that stands further right is the stricter. Absent means unknown. */
export const CONSENTS = ['given', 'unknown', 'refused'] as const;
export type Consent = (typeof CONSENTS)[number];

/** Weakest first, as consent. Absent means no. */
export const BLOCKED = ['no', 'yes'] as const;
export type Blocked = (typeof BLOCKED)[number];

/** Cells of one contact without scope, as text. An absent field is an empty cell. */
export type Cells = { readonly [F in Field]?: string };

/** A contact as the list shows it. Times are milliseconds since 1970. */
export interface Contact {
  readonly id: ContactId;
  readonly cells: Cells;
  /** Static groups it is in; never empty: the default group holds whoever has no other (CON-3). */
  readonly groups: readonly GroupId[];
  /** Its characteristics that are not empty. Absent where it has none. */
  readonly characteristics?: { readonly [Id in CharacteristicId]?: string };
  /** Absent where it has none. */
  readonly tags?: readonly Tag[];
  /** Cells for a business line or a channel, and addresses besides phone and email, by name (`scope.ts`); those not empty. */
  readonly scoped?: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly firstContactAt?: number;
  readonly lastContactAt?: number;
  readonly lastChannelType?: string;
}
