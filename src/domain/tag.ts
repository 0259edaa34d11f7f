/**
 * A tag: a word on a contact. It has no document: it is a cell of the log, `t:<id>`, with the tag as it was written as
 * value, and an empty one where it was taken away. So two devices that add one tag make one, and the later of adding and
 * taking away stands.
 */
import type { TagId } from './ids.ts';

export interface Tag {
  readonly id: TagId;
  /** As somebody wrote it. */
  readonly name: string;
}

/** In characters. */
export const TAG_LENGTH = 60;

export type TagCell = `t:${string}`;
const PREFIX = 't:';

export const tagCell = (id: TagId): TagCell => `${PREFIX}${id}`;
export const isTagCell = (name: string): name is TagCell => name.startsWith(PREFIX);
/** Of a cell that `isTagCell` has let through. */
export const tagOf = (cell: string): TagId => cell.slice(PREFIX.length) as TagId;

/** What stands between the tags of one text, in English and Chinese. */
const BETWEEN = /[,;|、，；]/u;

/** The tags of one text, each once as far as its spelling says, without the spaces around. */
export function splitTags(text: string): readonly string[] {
  const tags = text
    .split(BETWEEN)
    .map((tag) => tag.trim().replace(/\s+/gu, ' '))
    .filter((tag) => tag !== '');
  return tags.length > 1 ? [...new Set(tags)] : tags;
}

/** What comes back as the same tags from `splitTags`. */
export const joinTags = (tags: readonly string[]): string => tags.join(', ');

/**
 * Names of one text, separated as tags are; `isName` knows those that hold a separator themselves. The longest that it
 * knows counts.
 */
export function namesIn(text: string, isName: (text: string) => boolean): readonly string[] {
  const parts = text.split(BETWEEN);
  const ends = parts.reduce<number[]>((all, part) => [...all, (all.at(-1) ?? -1) + part.length + 1], []);
  const names: string[] = [];
  for (let first = 0; first < parts.length; first += 1) {
    const begin = first === 0 ? 0 : (ends[first - 1] ?? 0) + 1;
    const last = parts.findLastIndex((_, at) => at > first && isName(text.slice(begin, ends[at])));
    const name = text.slice(begin, ends[Math.max(first, last)]).trim().replace(/\s+/gu, ' ');
    if (name !== '') names.push(name);
    first = Math.max(first, last);
  }
  return [...new Set(names)];
}
