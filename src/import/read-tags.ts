/** The tags of a file, cell by cell, for all or for a business line. How many a file has is counted over all its slices. */
import type { TagId } from '#domain/ids';
import { normaliseName } from '#domain/name';
import { lineTagCell } from '#domain/scope';
import { splitTags, tagCell, TAG_LENGTH } from '#domain/tag';
import type { CellName } from '#log/types';
import type { CellsByRow } from './cells-by-row.ts';
import { cleanText } from './clean-text.ts';
import { MOST_TAGS } from './limits.ts';
import type { CellProblem } from './types.ts';

export interface TagParts {
  /** The keyed hash of a tag. */
  readonly idOf: (tag: string) => TagId;
  /** Tags of the slices before. */
  readonly known: readonly string[];
}

export interface TagReader {
  readonly begin: () => void;
  /** `line` is empty for all. */
  readonly read: (raw: string, line: string) => CellProblem | undefined;
  readonly keep: () => void;
  readonly drop: () => void;
  /** Those that no slice before had. */
  readonly end: () => readonly string[];
}

interface Word {
  /** As it was met first. */
  readonly text: string;
  readonly id: TagId;
  readonly cell: CellName;
  /** Of that cell, in the slice that is read; -1 where it was not met there yet. */
  place: number;
}

/** Texts of tags that are looked up instead of being split again. */
const REMEMBERED = 1_000;

export function createTagReader(cells: CellsByRow, { idOf, known }: TagParts): TagReader {
  const words = new Map<string, Word>();
  const texts: string[] = [];
  const split = new Map<string, readonly string[]>();
  let [begun, kept] = [0, 0];

  function add(tag: string): Word {
    const id = idOf(tag);
    const word = { text: tag, id, cell: tagCell(id), place: -1 };
    words.set(normaliseName(tag), word);
    texts.push(tag);
    return word;
  }
  known.forEach(add);

  function placeOf(word: Word): number {
    if (word.place < 0) word.place = cells.placeOf(word.cell);
    return word.place;
  }

  function tagsIn(raw: string): readonly string[] {
    const found = split.get(raw);
    if (found) return found;
    const read = splitTags(cleanText(raw));
    if (split.size < REMEMBERED) split.set(raw, read);
    return read;
  }

  return {
    begin() {
      begun = kept = texts.length;
      for (const word of words.values()) word.place = -1;
    },
    read(raw, line) {
      for (const tag of tagsIn(raw)) {
        if (tag.length > TAG_LENGTH && [...tag].length > TAG_LENGTH) return 'tagTooLong';
        const known = words.get(normaliseName(tag));
        if (known === undefined && texts.length === MOST_TAGS) return 'tagsTooMany';
        const word = known ?? add(tag);
        const place = line === '' ? placeOf(word) : cells.placeOf(lineTagCell(word.id, line));
        // Two columns, or two spellings, may say one tag of one row.
        if (!cells.hasSaid(place)) cells.say(place, word.text);
      }
      return undefined;
    },
    keep() {
      kept = texts.length;
    },
    drop() {
      for (const tag of texts.splice(kept)) words.delete(normaliseName(tag));
    },
    end: () => texts.slice(begun),
  };
}
