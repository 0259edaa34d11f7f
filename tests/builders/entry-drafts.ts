/** Many small changes by hand, for tests of packing: told apart by their ids, each a cell of one contact. */
import type { DeviceId, EntryId } from '#domain/ids';
import type { ChangeBody } from '#log/types';
import type { EntryDraft } from '#storage/types';
import { rowOf } from './blocks.ts';

export function changeDraft(id: string, device = 'device'): EntryDraft & { readonly body: ChangeBody } {
  const row = rowOf('phone', '+420777123456', { name: id });
  return { id: id as EntryId, device: device as DeviceId, body: { kind: 'change', row, joins: [], leaves: [] } };
}

export const idsFrom = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(4, '0')}`);
