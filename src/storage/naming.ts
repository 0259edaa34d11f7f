/** Which blocks an entry names. */
import type { CommitBody, Entry } from '#log/types';
import type { NamingEntry } from './pack-types.ts';

export function namingOf({ id, time, body }: Entry): NamingEntry | undefined {
  const { blocks = [] } = body as Partial<CommitBody>;
  return blocks.length > 0 ? { entry: id, time, blocks } : undefined;
}
