/** Reads a file as the import worker would: preview, every slice, checked. For tests. */
import { readFileSync } from 'node:fs';
import { createSliceChecker, type CheckSettings } from '#import/check-slice';
import type { TextLimits } from '#import/limits';
import { previewFile } from '#import/preview';
import { BEGINNING, openRows } from '#import/row-source';
import type { FilePreview, ImportSettings, Reading, RowProblem } from '#import/types';
import type { Field } from '#domain/contact';
import type { TagId } from '#domain/ids';

export const fixture = (name: string): Blob =>
  new Blob([readFileSync(new URL(`../fixtures/import/${name}`, import.meta.url))]);

export async function previewOf(file: Blob, told?: Reading): Promise<FilePreview> {
  const result = await previewFile(file, told);
  if (result.kind === 'problem') throw new Error(result.problem);
  return result.preview;
}

export async function problemOf(file: Blob): Promise<string> {
  const result = await previewFile(file);
  return result.kind === 'problem' ? result.problem : 'none';
}

export async function rawRows(file: Blob, reading: Reading, limits?: TextLimits) {
  const source = await openRows(file, reading, limits);
  if (typeof source === 'string') throw new Error(source);
  const rows: (readonly string[])[] = [];
  const numbers: number[] = [];
  for (let place = BEGINNING; ;) {
    const slice = await source.read(place);
    if (!slice) return { rows, numbers, header: source.header };
    rows.push(...slice.rows);
    numbers.push(...slice.numbers);
    place = slice.next;
  }
}

export interface CheckedFile {
  readonly contacts: readonly { readonly [F in Field]?: string }[];
  readonly problems: readonly RowProblem[];
  /** Characteristics and tags of each, by cell. */
  readonly others: readonly Readonly<Record<string, string>>[];
}

/** As matched by name, with the country given. */
export async function checkFile(file: Blob, country: string, more: Partial<ImportSettings> = {}): Promise<CheckedFile> {
  const preview = await previewOf(file, more.reading);
  const settings: CheckSettings = {
    fields: preview.columns.map(({ field }) => (field === 'new' ? 'ignore' : field)),
    country,
    consent: 'unknown',
    ...more,
  };
  const source = await openRows(file, preview.reading);
  if (typeof source === 'string') throw new Error(source);
  const check = createSliceChecker(settings, source.header, {
    idOf: (tag) => tag as TagId,
    known: [],
    knownScopes: [],
  });
  const contacts: { [F in Field]?: string }[] = [];
  const problems: RowProblem[] = [];
  const others: Readonly<Record<string, string>>[] = [];
  for (let place = BEGINNING; ;) {
    const slice = await source.read(place);
    if (!slice) return { contacts, problems, others };
    const checked = check(slice);
    problems.push(...checked.problems);
    for (let index = 0; index < checked.count; index++) {
      const contact: { [F in Field]?: string } = {};
      for (const [field, column] of Object.entries(checked.columns)) {
        if (column[index]) contact[field as Field] = column[index] as string;
      }
      contacts.push(contact);
      const said = checked.others;
      const cells = said ? Array.from(said.which.subarray(said.starts[index], said.starts[index + 1])) : [];
      others.push(
        Object.fromEntries(
          cells.map((which, at) => [said?.names[which] ?? '', said?.values[(said.starts[index] ?? 0) + at] ?? '']),
        ),
      );
    }
    place = slice.next;
  }
}
