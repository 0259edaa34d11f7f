/**
 * `{{variable|fallback}}` in content (TPL-1): the same code counts what is missing, shows the preview, and renders at
 * the relay. No expressions, no nesting, no HTML: a value is text and stays text.
 */
export const VARIABLES = ['name', 'phone', 'email', 'userId'] as const;
export type Variable = (typeof VARIABLES)[number];

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly fallback: string | undefined };

const PLACE = /\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}/gu;

export function parseTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const place of text.matchAll(PLACE)) {
    if (place.index > end) parts.push({ kind: 'text', text: text.slice(end, place.index) });
    parts.push({ kind: 'variable', name: place[1] ?? '', fallback: place[2]?.trim() });
    end = place.index + place[0].length;
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  return parts;
}

export type Rendering = { readonly kind: 'rendered'; readonly text: string } | { readonly kind: 'missing'; readonly variable: string };

/** A value that is empty counts as missing; a fallback, even an empty one, stands in for it. */
export function renderTemplate(parts: readonly TemplatePart[], valueOf: (variable: string) => string | undefined): Rendering {
  let text = '';
  for (const part of parts) {
    if (part.kind === 'text') text += part.text;
    else {
      const value = valueOf(part.name) || part.fallback;
      if (value === undefined) return { kind: 'missing', variable: part.name };
      text += value;
    }
  }
  return { kind: 'rendered', text };
}

/** Names used, each once, in order of appearance. */
export function variablesOf(parts: readonly TemplatePart[]): string[] {
  return [...new Set(parts.flatMap((part) => (part.kind === 'variable' ? [part.name] : [])))];
}
