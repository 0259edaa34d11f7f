/**
 * A column of a slice as one text: from one worker to the other it goes as a copy of memory, where thousands of texts
 * are written and read one by one, and a key in it is hashed without being made.
 */
import type { Field } from '#domain/contact';

export interface JoinedTexts {
  readonly text: string;
  /** One more than rows: text `at` stands from `starts[at]` to `starts[at + 1]`. Absent where `text` is every row's. */
  readonly starts?: Uint32Array<ArrayBuffer>;
}

export type Texts = readonly string[] | JoinedTexts;
export type TextColumns = { readonly [F in Field]?: Texts };

export const isJoined = (texts: Texts): texts is JoinedTexts => !Array.isArray(texts);

export function joinTexts(texts: readonly string[]): JoinedTexts {
  const [first] = texts;
  if (first !== undefined && texts.every((text) => text === first)) return { text: first };
  const starts = new Uint32Array(texts.length + 1);
  let end = 0;
  for (let at = 0; at < texts.length; at += 1) {
    end += (texts[at] as string).length;
    starts[at + 1] = end;
  }
  return { text: texts.join(''), starts };
}

export const joined = (texts: Texts): JoinedTexts => (isJoined(texts) ? texts : joinTexts(texts));

export const joinColumns = (columns: TextColumns): TextColumns =>
  Object.fromEntries(Object.entries(columns).map(([field, texts]) => [field, joined(texts)]));

export function joinedOf(fields: readonly Field[], columns: TextColumns): (JoinedTexts | undefined)[] {
  return fields.map((field) => {
    const texts = columns[field];
    return texts && joined(texts);
  });
}

/** Empty where there is no such column. */
export function textIn(texts: JoinedTexts | undefined, at: number): string {
  if (!texts) return '';
  const { text, starts } = texts;
  return starts ? text.slice(starts[at], starts[at + 1]) : text;
}

export const hasTextAt = ({ text, starts }: JoinedTexts, at: number): boolean =>
  starts ? (starts[at] as number) < (starts[at + 1] as number) : text !== '';
