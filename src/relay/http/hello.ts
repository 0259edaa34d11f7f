/** What every event stream begins with: a device compares it with what it has, and asks only for what differs. */
import type { Hello } from '#protocol/api';
import type { Actor } from '#relay/auth/actor';
import type { ContentState } from '#relay/documents/content-state';
import type { RelayStore } from '#relay/store/types';
import { channelsOf } from './channel-routes.ts';
import { sessionOf } from './session-routes.ts';

export interface HelloDeps {
  readonly store: Pick<
    RelayStore,
    'workspace' | 'incarnation' | 'lastPosition' | 'entryAt' | 'lastCursor' | 'channels' | 'documents'
  >;
  readonly contentState: ContentState;
  readonly publicUrl: () => string;
}

export async function readHello({ store, contentState, publicUrl }: HelloDeps, actor: Actor): Promise<Hello> {
  const { workspace } = actor;
  const log = await store.lastPosition(workspace);
  const lastEntry = await store.entryAt(workspace, log);
  return {
    session: await sessionOf(store, actor),
    incarnation: await store.incarnation(),
    log,
    ...(lastEntry !== undefined && { lastEntry }),
    receipts: await store.lastCursor(workspace),
    channels: (await channelsOf(store, workspace, publicUrl())).revision,
    content: await contentState(workspace),
  };
}
