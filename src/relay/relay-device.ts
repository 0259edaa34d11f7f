/**
 * The relay as a device among devices: what it says itself stands in the log like a member's word, later than all that
 * lies there. Whether something is to be said, and who ordered it, is the caller's.
 */
import { randomBytes } from 'node:crypto';
import type { DeviceId, EntryId, WorkspaceId } from '#domain/ids';
import type { EntryBody } from '#log/types';
import type { PushResult } from '#protocol/log';
import type { RelayStore } from '#relay/store/types';

export interface OwnEntry {
  /** Handed in where saying it twice must be saying it once; else random. */
  readonly id?: EntryId;
  readonly body: EntryBody;
}

export interface RelayDevice {
  /** In this order, durable before it resolves; each is answered by itself. `author`: the member who ordered it. */
  readonly append: (
    workspace: WorkspaceId,
    author: string,
    entries: readonly OwnEntry[],
  ) => Promise<readonly PushResult[]>;
}

export interface RelayDeviceDeps {
  readonly store: Pick<RelayStore, 'appendEntries' | 'incarnation'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The log has something new: devices are to be woken. */
  readonly onAppended: (workspace: WorkspaceId) => void;
}

export function createRelayDevice({ store, now, onAppended }: RelayDeviceDeps): RelayDevice {
  return {
    async append(workspace, author, own) {
      const pusher = { kind: 'relayDevice', device: deviceOf(await store.incarnation()) } as const;
      const entries = own.map(({ id = newId(), body }) => ({ id, body }));
      const pushed = await store.appendEntries({ workspace, author, pusher, entries, now: now() });
      if (pushed.kind !== 'answered') throw new Error(`the relay's own entries are ${pushed.kind}`);
      if (pushed.results.some(({ result }) => result === 'taken')) onAppended(workspace);
      return pushed.results;
    },
  };
}

/** The same for as long as this store goes on, another one where it was put back from a backup: two devices, two ids. */
export const deviceOf = (incarnation: string) => `relay-${incarnation}` as DeviceId;

const newId = () => randomBytes(16).toString('base64url') as EntryId;
