/** A block, of whatever kind, without somebody who was erased: for the device and the relay. What it is called then is not said here. */
import { decodeRecipients, decodeRows, encodeRecipients, encodeRows, type EncodedBlock } from './block.ts';
import type { ErasureFilter } from './erasure-filter.ts';
import type { LogTime } from './types.ts';

/** Undefined where nobody erased is in it, and where it is no block of rows or recipients. */
export async function filterBlock(
  bytes: Uint8Array,
  filter: ErasureFilter,
  saidAt: LogTime,
): Promise<EncodedBlock | undefined> {
  const rows = await decodeRows(bytes);
  if (rows.kind === 'decoded') {
    const left = filter.rows(rows.block.columns, saidAt);
    return left === rows.block.columns ? undefined : encodeRows(left);
  }
  const recipients = await decodeRecipients(bytes);
  if (recipients.kind !== 'decoded') return undefined;
  const left = filter.recipients(recipients.block);
  return left === recipients.block ? undefined : encodeRecipients(left);
}
