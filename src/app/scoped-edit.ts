/**
 * What somebody typed for a line, a channel, or as an address besides phone and email, as cells: read as a file's cells
 * are. A line's tags are one text to whoever types, and a cell each in the log.
 */
import type { ContactId } from '#domain/ids';
import { normaliseName } from '#domain/name';
import { lineTagCell, parseScoped, scopedOfCell, type ScopedName } from '#domain/scope';
import { isLineTagCell } from '#domain/scoped-cell';
import { splitTags, TAG_LENGTH } from '#domain/tag';
import { readAddressId } from '#import/address-id';
import type { CellProblem } from '#import/types';
import { createContactIds } from '#log/contact-id';
import type { Opened } from './opened.ts';
import { fromBase64Url } from './random-id.ts';
import type { EditDraft } from './types.ts';

type Cells = Readonly<Record<string, string>>;
export type ScopedReading =
  { readonly kind: 'cells'; readonly cells: Cells } | { readonly kind: 'problem'; readonly problem: CellProblem };

const problem = (problem: CellProblem): ScopedReading => ({ kind: 'problem', problem });
const cell = (name: string, value: string): ScopedReading => ({ kind: 'cells', cells: { [name]: value } });

export async function readScoped(
  app: Opened,
  id: ContactId,
  country: string,
  scoped: NonNullable<EditDraft['scoped']>,
): Promise<ScopedReading> {
  let cells: Cells = {};
  for (const [name, text] of Object.entries(scoped)) {
    const read = await readOne(app, id, country, name as ScopedName, (text ?? '').trim());
    if (read.kind === 'problem') return read;
    cells = { ...cells, ...read.cells };
  }
  return { kind: 'cells', cells };
}

async function readOne(
  app: Opened,
  id: ContactId,
  country: string,
  name: ScopedName,
  text: string,
): Promise<ScopedReading> {
  const { field, scope } = parseScoped(name) ?? {};
  if (field === undefined || scope === undefined) return problem('scopeInvalid');
  if (field === 'tag') return readTags(app, id, scope, text);
  if (text === '') return cell(name, '');
  if (field === 'phone' || field === 'email') return readKey(app, country, field, name, text);
  const read = readAddressId(field, text);
  return read === undefined ? problem('idInvalid') : cell(name, read);
}

async function readKey(
  { workers }: Opened,
  country: string,
  field: 'phone' | 'email',
  name: string,
  text: string,
): Promise<ScopedReading> {
  const imports = await workers.imports();
  const read = await imports.readContact(country, { [field]: text });
  return read.kind === 'ready'
    ? cell(name, read.cells[field] ?? '')
    : problem(read.problems[0]?.problem ?? 'valueUnknown');
}

/** Those that are typed and not there are added, those that are there and not typed go. */
async function readTags(
  { workers, workspace }: Opened,
  id: ContactId,
  line: string,
  text: string,
): Promise<ScopedReading> {
  const typed = splitTags(text);
  if (typed.some((tag) => [...tag].length > TAG_LENGTH)) return problem('tagTooLong');
  const contact = await workers.audience.contact(id);
  const { tagId } = createContactIds(fromBase64Url(workspace.salt));
  const cells: Record<string, string> = {};
  const has = new Set<string>();
  const wanted = new Set(typed.map(normaliseName));
  for (const [name, tag] of Object.entries(contact?.scoped ?? {})) {
    if (!isLineTagCell(name) || scopedOfCell(name)?.scope !== line) continue;
    has.add(normaliseName(tag));
    if (!wanted.has(normaliseName(tag))) cells[name] = '';
  }
  for (const tag of typed) if (!has.has(normaliseName(tag))) cells[lineTagCell(tagId(tag), line)] = tag;
  return { kind: 'cells', cells };
}
