/**
 * Everything that a device's database says, as text: each value of each table, blobs and bytes too, inflated where they
 * inflate. Knows nothing of what the values mean, so that nothing is passed over.
 */
import type { Dexie } from 'dexie';
import { inflate } from '#log/deflate';

const MOST_BYTES = 64_000_000;

export async function readDatabase(db: Dexie): Promise<string[]> {
  const texts: string[] = [];
  for (const table of db.tables)
    for (const key of await table.toCollection().primaryKeys()) {
      await readValue(key, texts);
      await readValue(await table.get(key as never), texts);
    }
  return texts;
}

/** Puts whatever text is in the value, however deep, at the end of `texts`. */
export async function readValue(value: unknown, texts: string[]): Promise<void> {
  if (typeof value === 'string') texts.push(value);
  else if (value instanceof Blob) await readBytes(new Uint8Array(await value.arrayBuffer()), texts);
  else if (value instanceof ArrayBuffer) await readBytes(new Uint8Array(value), texts);
  else if (ArrayBuffer.isView(value))
    await readBytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), texts);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of value instanceof Map ? value : Object.entries(value)) {
      texts.push(String(name));
      await readValue(inner, texts);
    }
}

/** As UTF-8 and as both UTF-16s; a block or a pack inflated, and its JSON read for what escapes hide. */
export async function readBytes(bytes: Uint8Array, texts: string[]): Promise<void> {
  for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const)
    texts.push(new TextDecoder(encoding).decode(bytes));
  const inflated = await inflate(bytes, MOST_BYTES);
  if (inflated === 'malformed' || inflated === 'tooLarge') return;
  const text = new TextDecoder().decode(inflated);
  texts.push(text);
  await readValue(parsed(text), texts);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
