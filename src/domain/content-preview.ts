/**
 * A message as one person would see it, in pieces, so that a page can mark what comes from the contact and what is
 * missing. Reads templates by the same code as the relay; decides nothing about who is sent to.
 */
import type { MessageContent } from './message.ts';
import { VARIABLES, parseTemplate, variablesOf, type Variable } from './template.ts';

/** `value`: from the contact; `fallback`: in its place; `missing`: neither; `unknown`: no such field. */
export interface PreviewPiece {
  readonly kind: 'text' | 'value' | 'fallback' | 'missing' | 'unknown';
  /** For `missing` and `unknown` the variable's name. */
  readonly text: string;
}

export type ValueOf = (variable: Variable) => string | undefined;

export function previewTemplate(template: string, valueOf: ValueOf): PreviewPiece[] {
  return parseTemplate(template).map((part): PreviewPiece => {
    if (part.kind === 'text') return part;
    const variable = VARIABLES.find((known) => known === part.name);
    if (!variable) return { kind: 'unknown', text: part.name };
    const value = valueOf(variable);
    if (value) return { kind: 'value', text: value };
    if (part.fallback !== undefined) return { kind: 'fallback', text: part.fallback };
    return { kind: 'missing', text: variable };
  });
}

/** The provider's text with `{1}` `{2}` … filled from the parameters; a place without a parameter stays as it is. */
export function previewSms(templateText: string, parameters: readonly string[], valueOf: ValueOf): PreviewPiece[] {
  return templateText.split(/(\{\d{1,2}\})/u).flatMap((piece): PreviewPiece[] => {
    const place = /^\{(\d{1,2})\}$/u.exec(piece);
    const parameter = place && parameters[Number(place[1]) - 1];
    if (parameter) return previewTemplate(parameter, valueOf);
    return piece === '' ? [] : [{ kind: 'text', text: piece }];
  });
}

/** The content with this person's values in it, for a test message; what is missing is left out. */
export function fillContent(content: MessageContent, valueOf: ValueOf): MessageContent {
  const fill = (template: string) =>
    previewTemplate(template, valueOf)
      .map(({ kind, text }) => (kind === 'missing' || kind === 'unknown' ? '' : text))
      .join('');
  switch (content.kind) {
    case 'email':
      return { ...content, subject: fill(content.subject), text: fill(content.text) };
    case 'sms-template':
      return { ...content, parameters: content.parameters.map(fill) };
    case 'text':
      return { ...content, text: fill(content.text) };
  }
}

/** How many places a provider's text has: the greatest number in it. */
export function placesIn(templateText: string): number {
  return Math.max(0, ...[...templateText.matchAll(/\{(\d{1,2})\}/gu)].map((place) => Number(place[1])));
}

export function templatesOf(content: MessageContent): readonly string[] {
  if (content.kind === 'email') return [content.subject, content.text];
  return content.kind === 'sms-template' ? content.parameters : [content.text];
}

/** Variables that no contact has: sending is refused while there is one. */
export function unknownVariablesOf(content: MessageContent): readonly string[] {
  const used = templatesOf(content).flatMap((template) => variablesOf(parseTemplate(template)));
  return [...new Set(used)].filter((name) => !VARIABLES.some((known) => known === name));
}
