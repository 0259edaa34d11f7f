/** What the worker answers that reads blocks while a snapshot is opened (`texts-helper.ts`). */
import { transfer } from 'comlink';
import { readTexts as read, type BlockTexts } from '#log/block-texts';

/** The memory moves to whoever asked. */
export async function readTexts(bytes: Uint8Array): Promise<BlockTexts | undefined> {
  const texts = await read(bytes);
  const columns = [...(texts?.cells.values() ?? [])].flatMap((cells) => ('bytes' in cells ? [cells] : []));
  const buffers = new Set(columns.flatMap(({ bytes, starts }) => [bytes.buffer, starts.buffer] as ArrayBuffer[]));
  return transfer(texts, [...buffers]);
}
