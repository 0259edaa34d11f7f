/**
 * Brings the document to the relay and back in the tab that has the connection; what is written in the others comes to
 * it by their own channel. What does it is loaded then, and not before.
 */
import { DOCUMENTS_PATH } from '#protocol/documents';
import type { ContentHold } from '#documents/content-hold';
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
  connection: Pick<ConnectionPart, 'state' | 'lost' | 'isHere' | 'contentState'>,
): ContentPart {
  let sharing = $state<Content['sharing']>('local');
  let isStopped = $state(false);
  const isWanted = $derived(connection.isHere && connection.state === 'online' && !isStopped);
  let held = $state.raw<ContentHold>();

  async function hold(): Promise<ContentHold> {
    const [{ content }, { workspace }, { holdContent }] = await Promise.all([
      documents,
      opened,
      import('#documents/content-hold'),
    ]);
    return holdContent({
      ...{ content, workspace: workspace.id, url: socketAddress() },
      onLost: connection.lost,
      // A newer app may be heard, or a smaller document have room; both begin with a new page.
      onRefused() {
        isStopped = true;
      },
    });
  }

  $effect.root(() => {
    $effect(() => {
      if (!isWanted) return undefined;
      let isOver = false;
      hold().then(
        (hold) => {
          if (isOver) hold.close();
          else held = hold;
        },
        // It could not be loaded just now: the next change of the connection tries again.
        () => {},
      );
      return () => {
        isOver = true;
        held?.close();
        held = undefined;
      };
    });
    $effect(() => {
      if (connection.contentState !== undefined) void held?.hear(connection.contentState);
    });
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
      held?.close();
    },
  };
}

const socketAddress = () => `${location.origin.replace(/^http/, 'ws')}${DOCUMENTS_PATH}`;
