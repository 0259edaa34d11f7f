/** A message: one send to one audience. What becomes of each delivery is in `delivery.ts`. */
import type { ChannelType } from './channel.ts';
import type { ChannelCode, GroupId, MessageId } from './ids.ts';
import { parseTemplate } from './template.ts';

/** Text may hold `{{variable|fallback}}`; see `template.ts`. */
export type MessageContent =
  | { readonly kind: 'email'; readonly subject: string; readonly text: string }
  | {
      readonly kind: 'sms-template';
      readonly templateId: string;
      /** In the order of the template's places. */
      readonly parameters: readonly string[];
      /** The template's own text with {1} {2} …, for the preview only. */
      readonly templateText: string;
    }
  | { readonly kind: 'text'; readonly text: string };

export const CONTENT_KIND_BY_TYPE: Readonly<Record<ChannelType, MessageContent['kind']>> = {
  email: 'email',
  sms: 'sms-template',
  webhook: 'text',
};

export const PRIORITIES = ['high', 'medium', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** `waiting`: in this device's outbox, or being taken in by the relay. */
export const MESSAGE_STATES = ['draft', 'waiting', 'sending', 'sent', 'failed'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

export interface MessageAudience {
  readonly groups: readonly GroupId[];
}

export interface Message {
  readonly id: MessageId;
  readonly channel: ChannelCode;
  readonly channelType: ChannelType;
  readonly content: MessageContent;
  readonly audience: MessageAudience;
  readonly priority: Priority;
  readonly createdAt: number;
}

/**
 * What a composer holds before it is sent; of the contents only that of the channel's type is used.
 * Its id and version make the message's id, so that a draft leaves once, whoever sends it.
 */
export interface MessageDraft {
  readonly draftId: string;
  readonly version: number;
  readonly channel?: ChannelCode;
  readonly groups: readonly GroupId[];
  readonly priority: Priority;
  readonly subject: string;
  readonly text: string;
  readonly templateId: string;
  readonly templateText: string;
  readonly parameters: readonly string[];
}

export const messageIdOf = (draft: Pick<MessageDraft, 'draftId' | 'version'>): MessageId =>
  `${draft.draftId}-${String(draft.version)}` as MessageId;

/** By what a message is called in lists: its subject, else its template, else how its text begins. */
export function messageTitle(content: MessageContent): string {
  if (content.kind === 'email') return beginning(content.subject);
  if (content.kind === 'sms-template') return beginning(content.templateText) || content.templateId;
  return beginning(content.text);
}

/** With what stands in for a value that is missing, since a title is nobody's. */
function beginning(template: string): string {
  const text = parseTemplate(template).map((part) => (part.kind === 'text' ? part.text : part.fallback || '…'));
  return cut(text.join(''));
}

function cut(text: string): string {
  const letters = [...text.trim().replace(/\s+/gu, ' ')];
  return letters.length > 60 ? `${letters.slice(0, 59).join('')}…` : letters.join('');
}

/** A message that waited longer than this is not sent without asking again (MSG-7). */
export const ASKS_AGAIN_AFTER_MS = 6 * 60 * 60 * 1000;

/** The funnel from chosen to effective (MSG-6). Each step takes away from the one before; order is that of the rule. */
export const FUNNEL_STEPS = [
  'chosen',
  'planned',
  'active',
  'consenting',
  'notBlocked',
  'hasAddress',
  'effective',
] as const;
export type FunnelStep = (typeof FUNNEL_STEPS)[number];
/** How many persons are left after each step. */
export type Funnel = Readonly<Record<FunnelStep, number>>;
