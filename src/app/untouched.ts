/** Whether a workspace is as it began at the first visit: nothing was ever put into it, so nobody would miss it. */
import type { Stores } from './stores.ts';
import type { GroupsPart } from './groups.svelte.ts';

export async function isUntouched(
  stores: Pick<Stores, 'log' | 'imports' | 'messages' | 'meta'>,
  groups: Pick<GroupsPart, 'none'>,
): Promise<boolean> {
  const { sharing } = await stores.log();
  const [counts, cursor, imports, messages, draft, noGroups] = await Promise.all([
    sharing.counts(),
    sharing.cursor(),
    stores.imports.list(),
    stores.messages.list(),
    stores.meta.get('draft'),
    groups.none(),
  ]);
  const isLogEmpty = counts.pending === 0 && cursor === 0;
  return isLogEmpty && imports.length === 0 && messages.length === 0 && draft === undefined && noGroups;
}
