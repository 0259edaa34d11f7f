/**
 * A document's way to the relay: Hocuspocus' provider, and the strict count behind the word "shared". Loaded when there
 * is a connection. Knows neither tabs nor the page; whoever opens it decides when it closes.
 */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import type * as Y from 'yjs';
import type { WorkspaceId } from '#domain/ids';
import { CLOSED, contentName } from '#protocol/documents';
import { countingSocket, type SocketCount } from './counting-socket.ts';

export interface ContentLinkOptions {
  readonly doc: Y.Doc;
  readonly workspace: WorkspaceId;
  /** `wss://…/api/documents`; the session's cookie goes along by itself. */
  readonly url: string;
  /** `local`: some of it may be on this device alone. `shared`: the relay has all of it on disk. */
  readonly onSharing: (sharing: 'local' | 'sharing' | 'shared') => void;
  /** The socket broke, or does not open (said once): it is tried again. */
  readonly onLost: () => void;
  /** The relay will not have it, now or later: nothing is tried again. */
  readonly onRefused: () => void;
  /** A browser's own where absent. */
  readonly socket?: typeof WebSocket;
}

export interface ContentLink {
  readonly close: () => void;
}

const FIRST_WAIT_MS = 500;
/** Above it a device that comes back waits longer than a person does. */
const LONGEST_WAIT_MS = 4_000;
/** Closed by the socket itself, before the relay could give a reason of its own. */
const FRAME_TOO_LARGE = 1009;
const FINAL: readonly number[] = [CLOSED.refused, CLOSED.full, FRAME_TOO_LARGE];

export function openContentLink(options: ContentLinkOptions): ContentLink {
  const { doc, workspace, url, onSharing, onLost, onRefused } = options;
  let count: SocketCount | undefined;
  let isClosed = false;

  const tell = () => {
    if (isClosed) return;
    if (count) onSharing(count.isAllStored() ? 'shared' : 'sharing');
    else if (!wasAllStored) onSharing('local');
  };
  // What was stored stays so when the socket breaks, until somebody writes.
  let wasAllStored = false;
  // A proxy that knows no sockets never lets one open.
  let hasFailed = false;

  const websocketProvider = new HocuspocusProviderWebsocket({
    url,
    delay: FIRST_WAIT_MS,
    minDelay: FIRST_WAIT_MS,
    maxDelay: LONGEST_WAIT_MS,
    WebSocketPolyfill: countingSocket(options.socket ?? WebSocket, {
      onOpen(opened) {
        count = opened;
        tell();
      },
      onChange: tell,
    }),
    onClose({ event }) {
      wasAllStored = count?.isAllStored() ?? wasAllStored;
      const isNews = count !== undefined || !hasFailed;
      hasFailed = count === undefined;
      count = undefined;
      if (isClosed) return;
      tell();
      if (FINAL.includes(event.code)) {
        close();
        onRefused();
      } else if (isNews) onLost();
    },
  });
  const provider = new HocuspocusProvider({ name: contentName(workspace), document: doc, websocketProvider });

  const written = (_update: Uint8Array, origin: unknown) => {
    if (origin === provider) return;
    wasAllStored = false;
    tell();
  };
  doc.on('update', written);
  provider.attach();

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    doc.off('update', written);
    provider.destroy();
    websocketProvider.destroy();
  }

  return { close };
}
