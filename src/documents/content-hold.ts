/**
 * Keeps a document shared while there is a connection: by a socket, but only once the relay's document is another than
 * this device's, or somebody writes here. Until then "shared" is the relay's own word, and no socket is open.
 */
import * as Y from 'yjs';
import { hashOf } from '#log/deflate';
import { STATE_DIGITS } from '#protocol/documents';
import type { ContentDocument } from './content-document.ts';
import { openContentLink, type ContentLink, type ContentLinkOptions } from './content-link.ts';

export interface ContentHoldOptions extends Omit<ContentLinkOptions, 'doc' | 'onSharing'> {
  readonly content: Pick<ContentDocument, 'doc' | 'word'>;
}

export interface ContentHold {
  /** The document's state at the relay; empty where it is not known, or another than it was. */
  readonly hear: (state: string) => Promise<void>;
  readonly close: () => void;
}

export function holdContent({ content, ...options }: ContentHoldOptions): ContentHold {
  const { doc, word } = content;
  let phase: 'idle' | 'linked' | 'closed' = 'idle';
  let link: ContentLink | undefined;

  const written = () => {
    word.tell('local');
    linkNow();
  };
  doc.on('update', written);

  function linkNow(): void {
    if (phase !== 'idle') return;
    phase = 'linked';
    doc.off('update', written);
    link = openContentLink({ ...options, doc, onSharing: word.tell });
  }

  return {
    async hear(state) {
      if (phase !== 'idle') return;
      const isWhole = doc.store.pendingStructs === null && doc.store.pendingDs === null;
      // No hash on a page without HTTPS: there it is always the socket.
      const isSame = isWhole && state !== '' && (await stateOf(doc).catch(() => undefined)) === state;
      if (phase !== 'idle') return;
      if (isSame) word.tell('shared');
      else linkNow();
    },
    close() {
      if (phase === 'closed') return;
      phase = 'closed';
      doc.off('update', written);
      link?.close();
      word.yield();
    },
  };
}

async function stateOf(doc: Y.Doc): Promise<string> {
  return (await hashOf(Y.encodeSnapshot(Y.snapshot(doc)))).slice(0, STATE_DIGITS);
}
