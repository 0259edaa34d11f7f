/**
 * From what stands in the composer to a message's content, and what still keeps it from being sent. Pure, so that the
 * page only shows what is said here.
 */
import type { Channel } from './channel.ts';
import { unknownVariablesOf } from './content-preview.ts';
import { CONTENT_KIND_BY_TYPE, type MessageContent, type MessageDraft } from './message.ts';

/** As the relay's own limits (`#protocol/api`), so that nothing is refused after it was confirmed. */
export const CONTENT_LENGTHS = {
  subject: 998,
  text: 20_000,
  templateId: 40,
  templateText: 2_000,
  parameter: 500,
} as const;
export const MOST_PARAMETERS = 30;

export const DRAFT_GAPS = ['groups', 'channel', 'subject', 'text', 'templateId', 'unknownVariable', 'tooLong'] as const;
export type DraftGap = (typeof DRAFT_GAPS)[number];

export function emptyDraft(draftId: string): MessageDraft {
  return {
    draftId,
    version: 1,
    groups: [],
    priority: 'medium',
    subject: '',
    text: '',
    templateId: '',
    templateText: '',
    parameters: [],
  };
}

/** A new draft with the content of an earlier message. */
export function draftOf(content: MessageContent, draft: MessageDraft): MessageDraft {
  switch (content.kind) {
    case 'email':
      return { ...draft, subject: content.subject, text: content.text };
    case 'text':
      return { ...draft, text: content.text };
    case 'sms-template': {
      const { templateId, templateText, parameters } = content;
      return { ...draft, templateId, templateText, parameters };
    }
  }
}

export function contentOf(draft: MessageDraft, type: Channel['type']): MessageContent {
  const kind = CONTENT_KIND_BY_TYPE[type];
  switch (kind) {
    case 'email':
      return { kind, subject: draft.subject.trim(), text: draft.text };
    case 'text':
      return { kind, text: draft.text };
    case 'sms-template':
      return {
        kind,
        templateId: draft.templateId.trim(),
        parameters: draft.parameters,
        templateText: draft.templateText,
      };
  }
}

/** What is missing, in the order of the form. Empty: it can be sent, if there is somebody to send to. */
export function gapsOf(draft: MessageDraft, channel: Pick<Channel, 'type'> | undefined): readonly DraftGap[] {
  const gaps: DraftGap[] = [];
  if (draft.groups.length === 0) gaps.push('groups');
  if (!channel) return [...gaps, 'channel'];
  const content = contentOf(draft, channel.type);
  if (content.kind === 'email' && content.subject === '') gaps.push('subject');
  if (content.kind !== 'sms-template' && content.text.trim() === '') gaps.push('text');
  if (content.kind === 'sms-template' && content.templateId === '') gaps.push('templateId');
  if (unknownVariablesOf(content).length > 0) gaps.push('unknownVariable');
  if (isTooLong(content)) gaps.push('tooLong');
  return gaps;
}

function isTooLong(content: MessageContent): boolean {
  const { subject, text, templateId, templateText, parameter } = CONTENT_LENGTHS;
  if (content.kind === 'text') return content.text.length > text;
  if (content.kind === 'email') return content.subject.length > subject || content.text.length > text;
  return (
    content.templateId.length > templateId ||
    content.templateText.length > templateText ||
    content.parameters.length > MOST_PARAMETERS ||
    content.parameters.some((each) => each.length > parameter)
  );
}
