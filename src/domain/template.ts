/**
 * `{{variable|fallback}}` in content (TPL-1): the same code counts what is missing, shows the preview, and renders at
 * the relay. No expressions, no nesting, no HTML: a value is text and stays text.
 */
export const VARIABLES = ['name', 'phone', 'email', 'userId'] as const;
export type Variable = (typeof VARIABLES)[number];

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly fallback: string | undefined };

/** Scanned by hand: a pattern for this backtracks for minutes on `{{` followed by many blanks. */
export function parseTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let written = 0;
  let open = text.indexOf('{{');
  while (open !== -1) {
    const close = text.indexOf('}}', open + 2);
    if (close === -1) break;
    // Of `{{{{name}}` the inner pair is the place; what stands before it is text.
    const start = text.lastIndexOf('{{', close - 2);
    if (start > written) parts.push({ kind: 'text', text: text.slice(written, start) });
    parts.push(readPlace(text.slice(start + 2, close)));
    written = close + 2;
    open = text.indexOf('{{', written);
  }
  if (written < text.length) parts.push({ kind: 'text', text: text.slice(written) });
  return parts;
}

function readPlace(inside: string): TemplatePart {
  const bar = inside.indexOf('|');
  return bar === -1
    ? { kind: 'variable', name: inside.trim(), fallback: undefined }
    : { kind: 'variable', name: inside.slice(0, bar).trim(), fallback: inside.slice(bar + 1).trim() };
}

export type Rendering =
  { readonly kind: 'rendered'; readonly text: string } | { readonly kind: 'missing'; readonly variable: string };

/** A value that is empty counts as missing; a fallback, even an empty one, stands in for it. */
export function renderTemplate(
  parts: readonly TemplatePart[],
  valueOf: (variable: string) => string | undefined,
): Rendering {
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
