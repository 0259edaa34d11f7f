/** What makes two intakes under one key the same message, and which variables a message's content asks for. */
import { createHash } from 'node:crypto';
import { templatesOf } from '#domain/content-preview';
import type { MessageContent } from '#domain/message';
import { parseTemplate, variablesOf } from '#domain/template';
import type { MessageIntake } from './types.ts';

/** Channel, content and recipients; by a fixed order of fields, so that JSON's order of keys does not matter. */
export function messageFingerprint(message: Pick<MessageIntake, 'channel' | 'content' | 'parts'>): string {
  const parts = message.parts.map(({ hash, count }) => [hash, count]);
  return createHash('sha256')
    .update(JSON.stringify([message.channel, contentFields(message.content), parts]))
    .digest('hex');
}

function contentFields(content: MessageContent): readonly unknown[] {
  switch (content.kind) {
    case 'email':
      return [content.kind, content.subject, content.text];
    case 'sms-template':
      return [content.kind, content.templateId, content.parameters];
    case 'text':
      return [content.kind, content.text];
  }
}

/** In order of appearance, each once. Values of others are not kept at the relay at all. */
export function contentVariables(content: MessageContent): readonly string[] {
  return variablesOf(templatesOf(content).flatMap((template) => parseTemplate(template)));
}
