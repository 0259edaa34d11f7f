/**
 * The state of a workspace's document as one word (`#protocol/documents`), by what is on disk: a device that has the same
 * opens no socket. Read anew only after an update came.
 */
import { Doc, applyUpdate, encodeSnapshot, snapshot } from 'yjs';
import type { WorkspaceId } from '#domain/ids';
import { hashOf } from '#log/deflate';
import { STATE_DIGITS, contentName } from '#protocol/documents';
import type { DocumentStore } from './types.ts';

export type ContentState = (workspace: WorkspaceId) => Promise<string>;

export function createContentState(store: Pick<DocumentStore, 'read' | 'lastPosition'>): ContentState {
  const known = new Map<string, { readonly position: number; readonly state: Promise<string> }>();

  async function readState(name: string): Promise<string> {
    const doc = new Doc();
    for (const { bytes } of await store.read(name)) {
      try {
        applyUpdate(doc, bytes);
      } catch {
        // As the hub passes it over.
        continue;
      }
    }
    const state = await hashOf(encodeSnapshot(snapshot(doc)));
    doc.destroy();
    return state.slice(0, STATE_DIGITS);
  }

  return async (workspace) => {
    const name = contentName(workspace);
    const position = await store.lastPosition(name);
    const before = known.get(name);
    if (before?.position === position) return before.state;
    const state = readState(name);
    known.set(name, { position, state });
    state.catch(() => known.delete(name));
    return state;
  };
}
