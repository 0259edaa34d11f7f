/** A named set of contacts. What is here is the list itself; who is in it stands in the log. */
import type { SmsType } from './contact.ts';
import type { GroupId } from './ids.ts';

export interface Group {
  readonly id: GroupId;
  readonly name: string;
  readonly smsType?: SmsType;
  readonly createdAt: number;
  /** JSON of a filter: in a dynamic group is whoever it lets through (GRP-5), and nobody by hand. */
  readonly filter?: string;
}

/** Fixed on all devices (CON-3); derived, never written as a membership. Sixteen zeros are no hash of a name. */
export const DEFAULT_GROUP_ID = '0000000000000000' as GroupId;

export const GROUP_NAME_LENGTH = 60;
