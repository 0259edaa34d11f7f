/** What erasing works with in the page: the workspace's stores, its salt, the browser's randomness and timers. */
import type { BlockId } from '#domain/ids';
import type { EraseParts } from './erase-here.ts';
import type { Opened } from './opened.ts';
import { fromBase64Url, randomId } from './random-id.ts';

export async function erasePartsOf({ stores, workspace }: Pick<Opened, 'stores' | 'workspace'>): Promise<EraseParts> {
  return {
    erasures: (await stores.log()).erasures,
    blocks: stores.blocks,
    imports: stores.imports,
    salt: fromBase64Url(workspace.salt),
    newBlockId: () => randomId() as BlockId,
    pause: () => new Promise((resolve) => setTimeout(resolve)),
  };
}
