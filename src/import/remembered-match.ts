/**
 * What the columns of such a file became before (IMP-4). A file is told by a keyed hash of its headings, so that no text
 * of anybody's list stays behind; what is remembered are fields. Pure: where it is kept is not known here.
 */
import type { ColumnMatch, MappedField } from './types.ts';

export interface RememberedMatch {
  /** Of the headings. */
  readonly hash: string;
  /** As many as there are columns. */
  readonly fields: readonly MappedField[];
}

/** Kinds of files that one device knows; beyond, the one that was not seen for longest goes. */
const MOST_REMEMBERED = 50;

/** Undefined where no column has a heading: such files cannot be told apart. */
export function headingsAsText(headings: readonly string[]): string | undefined {
  const names = headings.map((heading) => heading.trim());
  while (names.at(-1) === '') names.pop();
  return names.length === 0 ? undefined : JSON.stringify(names);
}

/** Newest first. */
export function withMatch(known: readonly RememberedMatch[], match: RememberedMatch): readonly RememberedMatch[] {
  return [match, ...known.filter(({ hash }) => hash !== match.hash)].slice(0, MOST_REMEMBERED);
}

/** As proposed, but where another choice was made before. */
export function proposeRemembered(
  columns: readonly ColumnMatch[],
  known: readonly RememberedMatch[],
  hash: string,
): readonly ColumnMatch[] {
  const fields = known.find((match) => match.hash === hash)?.fields;
  if (!fields) return columns;
  return columns.map((column, at): ColumnMatch => {
    const field = fields[at];
    // A column beyond the headings was not there before.
    if (field === undefined || field === column.field) return column;
    return { ...column, field, confidence: 'memory' };
  });
}
