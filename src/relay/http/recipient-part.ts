/** A part of a message's recipients, from a device's bytes to columns that the store can trust. */
import { PART_RECIPIENTS } from '#protocol/constants';
import { decodeRecipients } from '#log/block';
import type { RecipientBlock } from '#log/types';
import { hasControlCharacters } from './channel-form.ts';

/** Inflated: 5,000 recipients with 3 kB of variables each. */
const INFLATED_BYTES = 16_000_000;
const ADDRESS_LENGTH = 200;
const VALUE_LENGTH = 2_000;

/** Undefined where the bytes are no such block, or hold more or other things than a recipient can be. */
export async function readPart(bytes: Uint8Array): Promise<RecipientBlock | undefined> {
  const decoded = await decodeRecipients(bytes, { maxBytes: INFLATED_BYTES });
  if (decoded.kind !== 'decoded') return undefined;
  const { count, addresses, variables } = decoded.block;
  const isSound =
    count >= 1 &&
    count <= PART_RECIPIENTS &&
    addresses.every(isAddress) &&
    Object.values(variables).every((values) => values.every((value) => value.length <= VALUE_LENGTH));
  return isSound ? decoded.block : undefined;
}

/** Empty of somebody erased. What exactly it must look like is the channel's to say; a line end in it would be an injection in any. */
function isAddress(address: string): boolean {
  return address.length <= ADDRESS_LENGTH && !hasControlCharacters(address);
}
