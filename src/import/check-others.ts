/**
 * The columns of a slice that are no fields: a characteristic each, or tags. Side by side by row, as the plan takes them
 * (`SliceOthers`), and nothing for an empty cell. How many tags a file may have is counted over all its slices.
 */
import type { CharacteristicCell } from '#domain/characteristic';
import type { TagId } from '#domain/ids';
import { normaliseName } from '#domain/name';
import { splitTags, tagCell, TAG_LENGTH, type TagCell } from '#domain/tag';
import { cleanText } from './clean-text.ts';
import { LONGEST_CELL, MOST_TAGS } from './limits.ts';
import type { CellProblem, MappedField } from './types.ts';

/** As `SliceOthers` of the audience. */
export interface ReadOthers {
  readonly names: readonly (CharacteristicCell | TagCell)[];
  readonly starts: Uint32Array<ArrayBuffer>;
  readonly which: Uint16Array<ArrayBuffer>;
  readonly values: readonly string[];
}

export interface TagParts {
  /** The keyed hash of a tag. */
  readonly idOf: (tag: string) => TagId;
  /** Tags of the slices before. */
  readonly known: readonly string[];
}

export interface OtherColumns {
  readonly begin: (rows: number) => void;
  /** Of one row; `report` says what is wrong with a column's cell. */
  readonly read: (row: readonly string[], report: (column: number, problem: CellProblem) => void) => void;
  /** What was read last: it counts, or its row is in error. */
  readonly keep: () => void;
  readonly drop: () => void;
  /** `tags`: those that no slice before had. */
  readonly end: () => { readonly others: ReadOthers; readonly tags: readonly string[] };
}

/** Texts of tags that are looked up instead of being split again. */
const REMEMBERED = 1_000;

/** Undefined where the file has no such column. */
export function createOtherColumns(fields: readonly MappedField[], tags: TagParts): OtherColumns | undefined {
  const characteristics = fields.flatMap((field, at) => (field.startsWith('x:') ? [at] : []));
  const tagColumns = fields.flatMap((field, at) => (field === 'tags' ? [at] : []));
  if (characteristics.length + tagColumns.length === 0) return undefined;

  const names = characteristics.map((at) => fields[at] as CharacteristicCell | TagCell);
  /** By normalised tag, where it stands in `names`. */
  const placeByTag = new Map<string, number>();
  const texts: string[] = [];
  const split = new Map<string, readonly string[]>();
  tags.known.forEach(addTag);

  let [starts, which, values] = [new Uint32Array(1), new Uint16Array(64), [] as string[]];
  let [count, begun, tagsBegun, tagsOfRow] = [0, 0, 0, 0];

  function addTag(tag: string): number {
    const place = names.push(tagCell(tags.idOf(tag))) - 1;
    placeByTag.set(normaliseName(tag), place);
    texts.push(tag);
    return place;
  }

  function dropTags(from: number): void {
    for (const tag of texts.splice(from)) placeByTag.delete(normaliseName(tag));
    names.length = characteristics.length + texts.length;
  }

  function say(place: number, value: string): void {
    if (values.length === which.length) {
      const wider = new Uint16Array(which.length * 2);
      wider.set(which);
      which = wider;
    }
    which[values.length] = place;
    values.push(value);
  }

  function tagsIn(raw: string): readonly string[] {
    const found = split.get(raw);
    if (found) return found;
    const read = splitTags(cleanText(raw));
    if (split.size < REMEMBERED) split.set(raw, read);
    return read;
  }

  function readTags(raw: string, begun: number): CellProblem | undefined {
    for (const tag of tagsIn(raw)) {
      if (tag.length > TAG_LENGTH && [...tag].length > TAG_LENGTH) return 'tagTooLong';
      const known = placeByTag.get(normaliseName(tag));
      if (known === undefined && texts.length === MOST_TAGS) return 'tagsTooMany';
      const place = known ?? addTag(tag);
      // Two columns, or two spellings, may say one tag of one row.
      if (!which.subarray(begun, values.length).includes(place))
        say(place, texts[place - characteristics.length] as string);
    }
    return undefined;
  }

  return {
    begin(rows) {
      [starts, which, values] = [new Uint32Array(rows + 1), new Uint16Array(Math.max(64, rows)), []];
      [count, begun, tagsBegun, tagsOfRow] = [0, 0, texts.length, texts.length];
    },
    read(row, report) {
      begun = values.length;
      tagsOfRow = texts.length;
      for (let place = 0; place < characteristics.length; place += 1) {
        const at = characteristics[place] as number;
        const raw = row[at] ?? '';
        if (raw === '') continue;
        const value = raw.length > LONGEST_CELL ? '' : cleanText(raw);
        if (value !== '') say(place, value);
        else if (raw.length > LONGEST_CELL) report(at, 'cellTooLong');
      }
      for (const at of tagColumns) {
        const raw = row[at] ?? '';
        const problem = raw === '' ? undefined : raw.length > LONGEST_CELL ? 'cellTooLong' : readTags(raw, begun);
        if (problem) report(at, problem);
      }
    },
    keep() {
      count += 1;
      starts[count] = values.length;
    },
    drop() {
      values.length = begun;
      dropTags(tagsOfRow);
    },
    end: () => ({
      others: {
        names: [...names],
        starts: starts.slice(0, count + 1),
        which: which.slice(0, values.length),
        values,
      },
      tags: texts.slice(tagsBegun),
    }),
  };
}
