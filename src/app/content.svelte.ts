/**
 * Brings the document to the relay and back while somebody looks: one visible tab has the connection, and hands it over
 * when it is hidden. The provider is loaded then, and not before.
 */
import { DOCUMENTS_PATH } from '#protocol/documents';
import type { Documents } from './open-documents.ts';
import type { ConnectionPart } from './connection.svelte.ts';
import type { Content } from './types.ts';
import type { Opened } from './opened.ts';

export interface ContentPart extends Content {
  /** For good: the workspace leaves this device. */
  readonly stop: () => void;
}

export function createContent(
  opened: Promise<Opened>,
  documents: Promise<Documents>,
  connection: Pick<ConnectionPart, 'state' | 'lost'>,
): ContentPart {
  let sharing = $state<Content['sharing']>('local');
  let isVisible = $state(document.visibilityState === 'visible');
  let isStopped = $state(false);
  const isWanted = $derived(connection.state === 'online' && isVisible && !isStopped);
  let isAsking = false;
  let release: (() => void) | undefined;

  /** Until it is no longer wanted, or the relay will not have it. */
  async function hold(): Promise<void> {
    const { content } = await documents;
    const { workspace } = await opened;
    const { openContentLink } = await import('#documents/content-link');
    if (!isWanted) return;
    await new Promise<void>((resolve) => {
      const link = openContentLink({
        ...{ doc: content.doc, workspace: workspace.id, url: socketAddress() },
        onSharing: content.word.tell,
        onLost: connection.lost,
        // A newer app may be heard, or a smaller document have room; both begin with a new page.
        onRefused() {
          isStopped = true;
        },
      });
      release = () => {
        link.close();
        content.word.yield();
        resolve();
      };
    });
  }

  async function follow(): Promise<void> {
    if (!isWanted) {
      release?.();
      release = undefined;
      return;
    }
    if (isAsking) return;
    isAsking = true;
    try {
      const { tabs } = await opened;
      await tabs.exclusively('documents', () => (isWanted ? hold() : Promise.resolve()));
    } catch {
      // The provider could not be loaded just now: the next change of the connection tries again.
      return;
    } finally {
      isAsking = false;
    }
    // Hidden and shown again before the connection was given up.
    if (isWanted) void follow();
  }

  $effect.root(() => {
    $effect(() => void follow());
  });
  document.addEventListener('visibilitychange', () => {
    isVisible = document.visibilityState === 'visible';
  });
  documents.then(
    ({ content }) =>
      content.word.watch((next) => {
        sharing = next;
      }),
    () => {},
  );

  return {
    get sharing() {
      return sharing;
    },
    stop() {
      isStopped = true;
      release?.();
    },
  };
}

const socketAddress = () => `${location.origin.replace(/^http/, 'ws')}${DOCUMENTS_PATH}`;
