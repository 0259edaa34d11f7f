/** What the page may ask of the audience, and what it gets: a window of rows, never all of them. */
import type { Contact } from '#domain/contact';
import type { Channel } from '#domain/channel';
import type { FilterNode } from '#domain/filter';
import type { ContactId, GroupId } from '#domain/ids';
import type { Tag } from '#domain/tag';
import type { Funnel, FunnelStep, MessageAudience, MessageContent } from '#domain/message';

export interface Filter {
  /** Name part or pinyin initials, phone digits in any spelling, email part, user ID part. */
  readonly search?: string;
  readonly group?: GroupId;
  /** Default active (CON-5). `deleted`: those that a hand put in the bin (CON-10); nobody else is ever listed with them. */
  readonly status?: 'active' | 'inactive' | 'all' | 'deleted';
  readonly blocked?: 'yes' | 'no';
  /** Besides all of the above; `status` also stays what it is without it. */
  readonly where?: FilterNode;
}

export const SORT_FIELDS = ['name', 'phone', 'email', 'createdAt', 'lastContactAt'] as const;
export type SortField = (typeof SORT_FIELDS)[number];

export interface Sort {
  readonly by: SortField;
  readonly order: 'up' | 'down';
}

export interface WindowRequest {
  readonly filter: Filter;
  readonly sort: Sort;
  readonly offset: number;
  readonly limit: number;
}

export interface ContactWindow {
  /** Rises with every change of the audience; a window of an older version is stale. */
  readonly version: number;
  readonly total: number;
  readonly offset: number;
  readonly contacts: readonly Contact[];
}

export interface SendPlan {
  readonly funnel: Funnel;
  /** Effective recipients whose value for a used variable is missing, with no fallback. They will not be sent to. */
  readonly missing: Readonly<Record<string, number>>;
  /** Up to three real contacts: the first, the longest rendering, one with a missing value. */
  readonly samples: readonly Contact[];
}

export interface SendRequest {
  readonly audience: MessageAudience;
  readonly channel: Pick<Channel, 'type' | 'settings'>;
  readonly content: MessageContent;
}

export interface FunnelWindowRequest extends SendRequest {
  /** Contacts that this step took away; for `chosen` and `effective`, those that are in it. */
  readonly step: FunnelStep;
  readonly offset: number;
  readonly limit: number;
}

export interface GroupCount {
  readonly group: GroupId;
  readonly contacts: number;
}

export interface TagCount extends Tag {
  readonly contacts: number;
}

export type { Contact, ContactId };
