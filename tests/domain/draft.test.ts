import { describe, expect, test } from 'vitest';
import { fillContent, placesIn, previewSms, previewTemplate, unknownVariablesOf } from '#domain/content-preview';
import { contentOf, draftOf, emptyDraft, gapsOf } from '#domain/draft';
import type { GroupId } from '#domain/ids';
import { messageIdOf, messageTitle, type MessageDraft } from '#domain/message';

const email = { type: 'email' } as const;
const draft: MessageDraft = {
  ...emptyDraft('d'),
  groups: ['g' as GroupId],
  subject: 'Expo',
  text: 'Hello {{name|friend}}',
};

describe('what keeps a draft from being sent', () => {
  test('[MSG-2] is named in the order of the form', () => {
    expect(gapsOf(emptyDraft('d'), undefined)).toEqual(['groups', 'channel']);
    expect(gapsOf(emptyDraft('d'), email)).toEqual(['groups', 'subject', 'text']);
    expect(gapsOf(emptyDraft('d'), { type: 'sms' })).toEqual(['groups', 'templateId']);
    expect(gapsOf(draft, email)).toEqual([]);
  });

  test('[TPL-1] a variable that no contact has blocks, one with a fallback as well', () => {
    expect(gapsOf({ ...draft, text: 'Hi {{nmae|friend}}' }, email)).toEqual(['unknownVariable']);
    expect(unknownVariablesOf({ kind: 'email', subject: '{{x}} {{name}}', text: '{{x}} {{}}' })).toEqual(['x', '']);
  });

  test('[MSG-2] a text longer than the relay takes is said before it is confirmed', () => {
    expect(gapsOf({ ...draft, text: 'x'.repeat(20_001) }, email)).toEqual(['tooLong']);
    expect(gapsOf({ ...draft, subject: 'x'.repeat(999) }, email)).toEqual(['tooLong']);
  });
});

describe('content', () => {
  test('[MSG-1] only that of the channel type is sent; the rest stays in the draft', () => {
    expect(contentOf(draft, 'email')).toEqual({ kind: 'email', subject: 'Expo', text: 'Hello {{name|friend}}' });
    expect(contentOf(draft, 'webhook')).toEqual({ kind: 'text', text: 'Hello {{name|friend}}' });
  });

  test('[MSG-10] a copy has the content of the message and an id of its own', () => {
    const content = {
      kind: 'sms-template',
      templateId: '7',
      parameters: ['{{name}}'],
      templateText: 'Hi {1}',
    } as const;
    const copy = draftOf(content, emptyDraft('other'));
    expect(contentOf(copy, 'sms')).toEqual(content);
    expect(messageIdOf(copy)).toBe('other-1');
  });

  test('[MSG-10] a message is called by its subject, its template, or how it begins', () => {
    expect(messageTitle({ kind: 'email', subject: 'Expo', text: '' })).toBe('Expo');
    expect(messageTitle({ kind: 'text', text: '  Hello\n  there ' })).toBe('Hello there');
    expect(messageTitle({ kind: 'text', text: 'Dear {{name|friend}}, {{phone}}' })).toBe('Dear friend, …');
    expect(messageTitle({ kind: 'sms-template', templateId: '7', parameters: [], templateText: '' })).toBe('7');
  });
});

describe('preview', () => {
  const valueOf = (variable: string) => (variable === 'name' ? 'Ana' : undefined);

  test('[MSG-5] tells what comes from the contact, what stands in for it, and what is missing', () => {
    expect(previewTemplate('Hi {{name}}, {{email|by post}} {{phone}} {{nmae}}', valueOf)).toEqual([
      { kind: 'text', text: 'Hi ' },
      { kind: 'value', text: 'Ana' },
      { kind: 'text', text: ', ' },
      { kind: 'fallback', text: 'by post' },
      { kind: 'text', text: ' ' },
      { kind: 'missing', text: 'phone' },
      { kind: 'text', text: ' ' },
      { kind: 'unknown', text: 'nmae' },
    ]);
  });

  test("[MSG-5] a provider's text takes its parameters by number, in any order and more than once", () => {
    expect(placesIn('{2} then {1} and {2}')).toBe(2);
    const text = previewSms('{2}: {1}{3}', ['{{name}}', 'Expo'], valueOf).map((piece) => piece.text);
    expect(text.join('')).toBe('Expo: Ana{3}');
  });

  test('[MSG-7] a test message has the values of the person shown', () => {
    const content = { kind: 'email', subject: 'Hi {{name}}', text: '{{email|no mail}} {{phone}}.' } as const;
    expect(fillContent(content, valueOf)).toEqual({ kind: 'email', subject: 'Hi Ana', text: 'no mail .' });
  });
});
