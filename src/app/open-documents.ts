/**
 * Loads Yjs and the workspace's document once the page has time for it: the first contact rows need neither.
 * The only place of the app that starts it, so that it stays out of what is loaded first.
 */
import type { ContentDocument } from '#documents/content-document';
import type { CharacteristicDocuments } from '#documents/characteristic-documents';
import type { GroupDocuments } from '#documents/group-documents';
import type { ViewDocuments } from '#documents/view-documents';
import { fromBase64Url } from './random-id.ts';
import type { Opened } from './opened.ts';

/** Longer than the first rows take on a phone, short enough that nobody looks for a group's name in vain. */
const ROWS_WAIT_MS = 5_000;

export interface Documents {
  readonly content: ContentDocument;
  readonly groups: GroupDocuments;
  readonly characteristics: CharacteristicDocuments;
  readonly views: ViewDocuments;
}

/** `rows`: what is to be on the page before; the wait for it has an end, since a page may never ask for rows. */
export async function openDocuments({ workspace }: Opened, rows: Promise<void>): Promise<Documents> {
  await Promise.race([rows, new Promise((resolve) => setTimeout(resolve, ROWS_WAIT_MS))]);
  await idle();
  const [
    { openContentDocument },
    { createGroupDocuments },
    { createCharacteristicDocuments },
    { createViewDocuments },
    { createContactIds },
  ] = await Promise.all([
    import('#documents/content-document'),
    import('#documents/group-documents'),
    import('#documents/characteristic-documents'),
    import('#documents/view-documents'),
    import('#log/contact-id'),
  ]);
  const content = await openContentDocument(workspace.id);
  const ids = createContactIds(fromBase64Url(workspace.salt));
  const now = () => Date.now();
  return {
    content,
    groups: createGroupDocuments(content, ids.groupId, now),
    characteristics: createCharacteristicDocuments(content, ids.characteristicId, now),
    views: createViewDocuments(content, now),
  };
}

/** A group's page asks for it soon after; half a second is the most it waits. Safari has no idle callback. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 500 });
    else setTimeout(resolve, 100);
  });
}
