/**
 * Lines that somebody typed or pasted: up to a hundred numbers to be added (CON-2), of which those that cannot be read are
 * said and kept; or whatever names contacts that exist.
 */
import type { Contacts } from '#app/types';
import type { ContactId, GroupId } from '#domain/ids';
import type { CellProblem } from '#import/types';

export const MOST_NUMBERS = 100;

export interface BadLine {
  readonly text: string;
  readonly problem: CellProblem;
}

export interface AddedNumbers {
  readonly added: readonly ContactId[];
  /** Those who were contacts before. */
  readonly known: number;
  /** To be mended. */
  readonly bad: readonly BadLine[];
}

/** Lines with something in them. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What names somebody: of a sheet's row its first column. */
export const namedLines = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (line.split(/[,;\t]/u)[0] ?? '').trim().replace(/^"(.*)"$/u, '$1')).filter((line) => line !== '');

export async function addNumbers(
  contacts: Pick<Contacts, 'add'>,
  lines: readonly string[],
  country: string,
  groups: readonly GroupId[],
): Promise<AddedNumbers> {
  const added: ContactId[] = [];
  const bad: BadLine[] = [];
  let known = 0;
  for (const line of lines) {
    const result = await contacts.add({ country, cells: { phone: line }, groups });
    if (result.kind === 'added') added.push(result.contact.id);
    else if (result.kind === 'exists') known += 1;
    else bad.push({ text: line, problem: result.problems[0]?.problem ?? 'phoneInvalid' });
  }
  return { added, known, bad };
}
