/** Everything that a relay's data folder says, as text: each file by its bytes, journals too; what inflates is read inflated. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readBytes } from './stored-texts.ts';

export async function readFolder(folder: string): Promise<string[]> {
  const texts: string[] = [];
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, path);
    if (!statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    texts.push(bytes.toString('latin1'));
    if (!path.includes('sqlite')) await readBytes(new Uint8Array(bytes), texts);
  }
  return texts;
}
