/**
 * Brings the document to the relay and back in the tab that has the connection; what is written in the others comes to
 * it by their own channel. The provider is loaded then, and not before.
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
  connection: Pick<ConnectionPart, 'state' | 'lost' | 'isHere'>,
): ContentPart {
  let sharing = $state<Content['sharing']>('local');
  let isStopped = $state(false);
  const isWanted = $derived(connection.isHere && connection.state === 'online' && !isStopped);
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
      await hold();
    } catch {
      // The provider could not be loaded just now: the next change of the connection tries again.
      return;
    } finally {
      isAsking = false;
    }
    // Given up and taken again before the link was closed.
    if (isWanted) void follow();
  }

  $effect.root(() => {
    $effect(() => void follow());
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
