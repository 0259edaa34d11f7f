/** A device without a browser at a real relay's documents: a Yjs document, the app's own link, and raw sockets. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as Y from 'yjs';
import type { WorkspaceId } from '#domain/ids';
import { openContentLink } from '#documents/content-link';
import { DOCUMENTS_PATH } from '#protocol/documents';

export interface SocketHeaders {
  readonly cookie?: string;
  readonly origin?: string;
}

/** Node's own socket, which sends what headers it is given. */
export function socketWith(headers: SocketHeaders): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL) {
      super(url, { headers } as never);
    }
  };
}

export const socketUrl = (relayUrl: string) => `${relayUrl.replace(/^http/, 'ws')}${DOCUMENTS_PATH}`;

export type DocumentDevice = ReturnType<typeof createDocumentDevice>;

export function createDocumentDevice(
  relayUrl: string,
  cookie: string,
  workspace = 'workspace-of-a-test-01',
  doc = new Y.Doc(),
) {
  let sharing = 'local';
  let refused = 0;
  let lost = 0;
  const open = () =>
    openContentLink({
      ...{ doc, workspace: workspace as WorkspaceId, url: socketUrl(relayUrl) },
      socket: socketWith({ cookie, origin: relayUrl }),
      onSharing: (next) => {
        sharing = next;
      },
      onLost: () => {
        lost += 1;
      },
      onRefused: () => {
        refused += 1;
      },
    });
  let link = open();
  const map = doc.getMap<string | number>('groups');
  return {
    doc,
    map,
    sharing: () => sharing,
    refused: () => refused,
    lost: () => lost,
    isShared: () => until(() => sharing === 'shared', 'everything is shared'),
    disconnect: () => {
      link.close();
    },
    connect: () => {
      link = open();
    },
  };
}

export async function until(isSo: () => boolean, what: string, limitMs = 10_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`not within ${String(limitMs)} ms: ${what}`);
    await sleep(5);
  }
}
