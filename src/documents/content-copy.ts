/** The document `content` as bytes, for a backup, and back. What comes from a file is tried on a copy first. */
import * as Y from 'yjs';
import type { ContentDocument } from './content-document.ts';

export const contentToUpdate = (content: Pick<ContentDocument, 'doc'>): Uint8Array =>
  Y.encodeStateAsUpdate(content.doc);

/** The update as this version writes it; undefined where it is none. */
export function parseContentUpdate(update: Uint8Array): Uint8Array | undefined {
  const copy = new Y.Doc();
  try {
    Y.applyUpdate(copy, update);
    return Y.encodeStateAsUpdate(copy);
  } catch {
    return undefined;
  } finally {
    copy.destroy();
  }
}

/** Adds what is missing; what stands stays as the document's own rules have it. Durable before it resolves. */
export const addToContent = (content: ContentDocument, update: Uint8Array): Promise<void> =>
  content.change(() => {
    Y.applyUpdate(content.doc, update);
  });
