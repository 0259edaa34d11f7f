/**
 * How far a document is shared, told between the tabs of a browser: one of them has the connection, all of them show
 * the word. A tab believes "shared" of exactly the document that it has itself.
 */
import * as Y from 'yjs';

/** `local`: on this device. `sharing`: on its way. `shared`: the relay has all of it on disk. */
export type ContentSharing = 'local' | 'sharing' | 'shared';

export interface SharingNews {
  readonly sharing: ContentSharing | 'asked';
  /** What is shared: the document as it stood, insertions and deletions. */
  readonly snapshot?: Uint8Array<ArrayBuffer>;
}

export type SharingWord = ReturnType<typeof createSharingWord>;

export function createSharingWord(doc: Y.Doc, post: (news: SharingNews) => void) {
  const watchers = new Set<(sharing: ContentSharing) => void>();
  let sharing: ContentSharing = 'local';
  /** Whether this tab has the connection. */
  let isOwner = false;

  function show(next: ContentSharing): void {
    if (next === sharing) return;
    sharing = next;
    for (const watcher of watchers) watcher(next);
  }

  function postOwn(): void {
    const snapshot = sharing === 'shared' ? new Uint8Array(Y.encodeSnapshot(Y.snapshot(doc))) : undefined;
    post({ sharing, ...(snapshot && { snapshot }) });
  }

  post({ sharing: 'asked' });

  return {
    get sharing() {
      return sharing;
    },
    watch(onChange: (sharing: ContentSharing) => void): () => void {
      watchers.add(onChange);
      onChange(sharing);
      return () => watchers.delete(onChange);
    },
    /** By the tab that has the connection. */
    tell(next: ContentSharing): void {
      isOwner = true;
      show(next);
      postOwn();
    },
    /** The connection is another tab's now, or nobody's; what was shared stays so until somebody writes. */
    yield(): void {
      isOwner = false;
      if (sharing === 'sharing') show('local');
      postOwn();
    },
    /** Something was written in this tab: whoever has the connection says when it is shared. */
    written(): void {
      if (!isOwner) show('local');
    },
    hear({ sharing: said, snapshot }: SharingNews): void {
      if (said === 'asked') {
        if (isOwner) postOwn();
      } else if (!isOwner) {
        show(said !== 'shared' || (snapshot && hasNoMoreThan(doc, snapshot)) ? said : 'local');
      }
    },
  };
}

function hasNoMoreThan(doc: Y.Doc, snapshot: Uint8Array): boolean {
  return Y.equalSnapshots(Y.snapshot(doc), Y.decodeSnapshot(snapshot));
}
