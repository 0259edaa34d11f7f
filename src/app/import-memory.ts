/** What the columns of a file became before, on this device and in this workspace (IMP-4); a guess, never in the way. */
import { headingsAsText, proposeRemembered, withMatch } from '#import/remembered-match';
import type { MappedField, PreviewResult } from '#import/types';
import type { MetaStore } from '#storage/types';

export interface MemoryParts {
  readonly meta: Pick<MetaStore, 'get' | 'set'>;
  /** Keyed by the workspace's salt. */
  readonly hashOfHeadings: (text: string) => string;
}

export async function withRemembered(
  { meta, hashOfHeadings }: MemoryParts,
  result: PreviewResult,
): Promise<PreviewResult> {
  if (result.kind !== 'preview') return result;
  const { preview } = result;
  const text = headingsAsText(preview.columns.map(({ name }) => name));
  const known = text === undefined ? undefined : await meta.get('matches');
  if (text === undefined || !known) return result;
  return {
    kind: 'preview',
    preview: { ...preview, columns: proposeRemembered(preview.columns, known, hashOfHeadings(text)) },
  };
}

/** `headings` as the file has them. */
export async function rememberMatch(
  { meta, hashOfHeadings }: MemoryParts,
  headings: readonly string[],
  fields: readonly MappedField[],
): Promise<void> {
  const text = headingsAsText(headings);
  if (text === undefined) return;
  await meta.set('matches', withMatch((await meta.get('matches')) ?? [], { hash: hashOfHeadings(text), fields }));
}
