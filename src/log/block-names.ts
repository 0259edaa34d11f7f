/**
 * Whom a block may be about, without unpacking it: the low halves of all ids that its rows name, by themselves or by
 * their keys, in no order. Names stand before cells in a block, so that a quarter of the inflating answers which of many
 * blocks can hold one contact. A half may be somebody else's too; who acts on a row decodes the block.
 */
import { isRecord, isTexts, unpackIds, unpackNumbers } from './block-columns.ts';
import { isHashId, lowHalf, type ContactIds } from './contact-id.ts';
import { inflateTo } from './deflate.ts';

/** What follows the names; a quote in a text is escaped, so that no value can look like it. */
const AFTER_NAMES = { rows: ',"cells":', recipients: ',"addresses":' } as const;

/** Undefined where the bytes are no such block: then only decoding tells. */
export async function readNames(
  bytes: Uint8Array,
  kind: 'rows' | 'recipients',
  ids: ContactIds,
): Promise<Uint32Array<ArrayBuffer> | undefined> {
  const head = await inflateTo(bytes, AFTER_NAMES[kind]);
  const body = head === undefined ? undefined : parse(`${head}}`);
  const count = body?.['count'];
  if (!body || typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) return undefined;
  return kind === 'rows' ? namesOfRows(body, count, ids) : namesOfRecipients(body, count);
}

function namesOfRows(body: Readonly<Record<string, unknown>>, count: number, ids: ContactIds) {
  const keyValues = body['keyValue'];
  if (!isTexts(keyValues, count)) return undefined;
  const keys = unpackNumbers(body['key'], count, 2);
  const generations = unpackNumbers(body['generation'], count, 0xffff);
  const byRow = unpackIds(body['id'], count);
  if (!keys || !generations || !byRow) return undefined;
  const names = new Uint32Array(count + byRow.size);
  for (let row = 0; row < count; row += 1) {
    ids.hash(keys[row] ?? 0, keyValues[row] ?? '', generations[row] ?? 0);
    names[row] = ids.low;
  }
  let at = count;
  for (const id of byRow.values()) names[at++] = lowHalf(id);
  return names;
}

function namesOfRecipients(body: Readonly<Record<string, unknown>>, count: number) {
  const contacts = body['contacts'];
  if (!isTexts(contacts, count) || !contacts.every((id) => isHashId(id))) return undefined;
  return Uint32Array.from(contacts, lowHalf);
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
