/** A message's content with a recipient's variables filled in, at hand-off; templates are parsed once a batch. */
import { templatesOf } from '#domain/content-preview';
import type { MessageContent } from '#domain/message';
import { parseTemplate, renderTemplate, type TemplatePart } from '#domain/template';
import type { RenderedContent } from '#relay/provider';

type Variables = Readonly<Record<string, string>>;

/** Undefined where a variable has neither value nor fallback. */
export type Render = (variables: Variables) => RenderedContent | undefined;

export function createRender(content: MessageContent): Render {
  const texts = templatesOf(content).map((template) => parseTemplate(template));
  const isPlain = texts.every((parts) => parts.every(({ kind }) => kind === 'text'));
  const render: Render = (variables) => {
    const rendered = texts.map((parts) => fill(parts, variables));
    return rendered.every((text) => text !== undefined) ? withTexts(content, rendered) : undefined;
  };
  if (!isPlain) return render;
  const same = render({});
  return () => same;
}

function withTexts(content: MessageContent, texts: readonly string[]): RenderedContent {
  switch (content.kind) {
    case 'email':
      return { kind: 'email', subject: texts[0] ?? '', text: texts[1] ?? '' };
    case 'sms-template':
      return { kind: 'sms-template', templateId: content.templateId, parameters: texts };
    case 'text':
      return { kind: 'text', text: texts[0] ?? '' };
  }
}

function fill(parts: readonly TemplatePart[], variables: Variables): string | undefined {
  const rendering = renderTemplate(parts, (name) => variables[name]);
  return rendering.kind === 'rendered' ? rendering.text : undefined;
}
