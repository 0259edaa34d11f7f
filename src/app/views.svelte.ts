/**
 * Saved views as pages see them: one's own from this device, the team's from the document. Read after the first contact
 * rows; what reads and writes them is loaded then.
 */
import type { View } from '#domain/view';
import type { Documents } from './open-documents.ts';
import type { Opened } from './opened.ts';
import type { SavedView, Views } from './types.ts';

export interface ViewsPart extends Views {
  /** Another tab changed one's own. */
  readonly reread: () => Promise<void>;
}

export function createViews(opened: Promise<Opened>, documents: Promise<Documents>): ViewsPart {
  let list = $state.raw<readonly SavedView[]>([]);
  let loading = $state<Views['loading']>('loading');
  const book = Promise.all([opened, documents]).then(async ([app, documents]) => {
    const { createViewBook } = await import('./view-book.ts');
    return createViewBook(app, documents, (next) => {
      list = next;
      loading = 'loaded';
    });
  });
  // Where opening fails, `phase` says so.
  book.catch(() => {});

  return {
    get loading() {
      return loading;
    },
    get list() {
      return list;
    },
    byId: (id) => list.find((view) => view.id === (id as View['id'])),
    create: async (...view) => (await book).create(...view),
    change: async (...change) => (await book).change(...change),
    remove: async (id) => (await book).remove(id),
    reread: async () => (await book).reread(),
  };
}
