/**
 * Hocuspocus with the relay's own promise: an update is judged and on disk before it is applied, passed on and
 * acknowledged. What it stores is never debounced, and a document once loaded stays so. Knows nothing of sockets.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Hocuspocus } from '@hocuspocus/server';
import { Doc, applyUpdate, encodeStateAsUpdate, snapshot, snapshotContainsUpdate } from 'yjs';
import { DOCUMENT_BYTES, FRAME_BYTES, type Closed } from '#protocol/documents';
import type { WorkspaceId } from '#domain/ids';
import type { Actor } from '#relay/auth/actor';
import { errorFields, type Log } from '#relay/log';
import type { RelayStore } from '#relay/store/types';
import { judgeUpdate } from './update-guard.ts';

/** The far end of a document: who writes, and how to be rid of them. */
export interface Writer {
  readonly actor: Actor;
  readonly close: (why: Closed) => void;
  /** Updates so far that built on some which are not there. */
  waiting: number;
}
export interface HubContext {
  readonly writer: Writer;
}
export type DocumentHub = Hocuspocus<HubContext>;

export interface HubDeps {
  readonly store: Pick<RelayStore, 'session' | 'documents'>;
  readonly log: Log;
  readonly now: () => number;
  /** An update of this workspace's document is on disk. */
  readonly onStored: (workspace: WorkspaceId) => void;
}

/** In the order of the Yjs protocol's second number. */
const STATE = 0;
const WHOLE = 1;

/** A device writes before its first exchange is done: a few wait. Each one that waits makes the next dearer to add. */
const WAITING_UPDATES = 200;
const WAITING_BYTES = 256_000;
/** Reading this many at the next start takes some hundredths of a second. */
const COMPACT_AFTER_UPDATES = 500;
/** Beside the library's own few bytes of each frame. */
const QUEUED_BYTES = 2 * FRAME_BYTES;

/** Empty, so that the library prints nothing of it. */
class Refused extends Error {
  override readonly message = '';
  override readonly stack = 'Refused';
}

export function createDocumentHub({ store, log, now, onStored }: HubDeps): DocumentHub {
  const sizes = new Map<string, { bytes: number; updates: number }>();
  const sizeOf = (name: string) => sizes.get(name) ?? { bytes: 0, updates: 0 };
  const compacting = new Map<string, Promise<void>>();

  async function load(name: string, document: Doc): Promise<void> {
    const stored = await store.documents.read(name);
    applyAll(document, stored);
    sizes.set(name, { bytes: sum(stored), updates: stored.length });
    // What was just applied goes out at the end of this turn: to nobody, if the first device joins in the next.
    await nextTurn();
  }

  /** The state as a fresh document writes it: without what was overwritten, which the updates still spell out. */
  async function compactNow(name: string): Promise<void> {
    const stored = await store.documents.read(name);
    const last = stored.at(-1);
    if (!last || stored.length === 1) return;
    const before = sizeOf(name);
    const fresh = new Doc();
    applyAll(fresh, stored);
    const state = encodeStateAsUpdate(fresh);
    fresh.destroy();
    await store.documents.compact(name, last.position, state);
    const after = sizeOf(name);
    sizes.set(name, {
      bytes: after.bytes - before.bytes + state.byteLength,
      updates: after.updates - before.updates + 1,
    });
  }

  function compact(name: string): Promise<void> {
    const running = compacting.get(name) ?? compactNow(name).finally(() => compacting.delete(name));
    compacting.set(name, running);
    return running;
  }

  /** On disk before it resolves; what it throws keeps the update from being applied and acknowledged. */
  async function take(name: string, document: Doc, type: number, update: Uint8Array, writer: Writer): Promise<void> {
    if (!(await store.session(writer.actor.sessionHash, now()))) throw refusal(writer, 'sessionEnded');
    const judged = judgeUpdate(update, document);
    if (judged.kind === 'refused') throw refusal(writer, 'refused');
    if (judged.kind === 'waits' && !mayWait(document, update, writer)) throw refusal(writer, 'refused');
    // Whoever comes back says all that was ever deleted, also where nothing is new.
    if (type === WHOLE && snapshotContainsUpdate(snapshot(document), update)) return;
    if (sizeOf(name).bytes + update.byteLength > DOCUMENT_BYTES) await compact(name);
    if (sizeOf(name).bytes + update.byteLength > DOCUMENT_BYTES) throw refusal(writer, 'full');
    await store.documents.append(name, writer.actor.member, update);
    onStored(writer.actor.workspace);
    const { bytes, updates } = sizeOf(name);
    sizes.set(name, { bytes: bytes + update.byteLength, updates: updates + 1 });
    if (updates + 1 >= COMPACT_AFTER_UPDATES) compact(name).catch(failed);
  }

  function refusal({ actor, close }: Writer, why: Closed): Refused {
    log.warn({ event: 'documentRefused', workspace: actor.workspace, problem: why });
    close(why);
    return new Refused();
  }

  function failed(thrown: unknown): void {
    log.error({ event: 'documentFailed', error: errorFields(thrown) });
  }

  return new Hocuspocus<HubContext>({
    quiet: true,
    debounce: 0,
    maxPendingDocuments: 1,
    maxUnauthenticatedQueueSize: QUEUED_BYTES,
    async onLoadDocument({ document, documentName }) {
      await load(documentName, document);
    },
    async beforeSync({ type, payload, document, documentName, context }) {
      if (type === STATE) return;
      const { writer } = context as HubContext;
      try {
        await take(documentName, document, type, payload, writer);
      } catch (thrown) {
        if (thrown instanceof Refused) throw thrown;
        // A full disk, most likely: the device keeps what it has, and offers it again.
        failed(thrown);
        writer.close('failed');
        throw new Refused();
      }
    },
    // The library ends a document's exchange and leaves the socket open: a device would wait on it for good.
    async onDisconnect({ context }) {
      (context as HubContext).writer.close('failed');
    },
    // A device that joins while the last one leaves would otherwise write into a document that nobody else sees.
    async beforeUnloadDocument() {
      throw new Refused();
    },
  });
}

/** One that does not apply was never acknowledged either: it is passed over. */
function applyAll(document: Doc, stored: readonly { readonly bytes: Uint8Array }[]): void {
  for (const { bytes } of stored) {
    try {
      applyUpdate(document, bytes);
    } catch {
      continue;
    }
  }
}

function mayWait({ store }: Doc, update: Uint8Array, writer: Writer): boolean {
  writer.waiting += 1;
  const bytes = (store.pendingStructs?.update.byteLength ?? 0) + (store.pendingDs?.byteLength ?? 0);
  return writer.waiting <= WAITING_UPDATES && bytes + update.byteLength <= WAITING_BYTES;
}

function sum(stored: readonly { readonly bytes: Uint8Array }[]): number {
  return stored.reduce((bytes, update) => bytes + update.bytes.byteLength, 0);
}
