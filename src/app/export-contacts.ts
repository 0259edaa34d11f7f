/**
 * Contacts as a file (IMP-13): asks the audience for one window after the other and hands each to the export worker, so
 * that a million of them never lie in the page. Loaded when it is asked for.
 */
import { wrap } from 'comlink';
import type { Filter, Sort } from '#audience/types';
import type { ExportRequest, ExportWorker } from './export-service.ts';
import type { Contacts } from './types.ts';
import type { Chosen, Remote } from './worker-types.ts';

export interface ExportParts {
  readonly contacts: Pick<Contacts, 'window' | 'chosenWindow'>;
  readonly worker: Remote<ExportWorker>;
  /** Of all; told after each window. */
  readonly onProgress: (done: number, of: number) => void;
  readonly signal: AbortSignal;
}

export type ExportSource =
  | { readonly kind: 'list'; readonly filter: Filter; readonly sort: Sort }
  | { readonly kind: 'chosen'; readonly chosen: Chosen };

/** `restless`: the list changed each time while it was read; nothing half of one state and half of another is made. */
export type Exported =
  | { readonly kind: 'file'; readonly file: Blob; readonly contacts: number }
  | { readonly kind: 'cancelled' | 'restless' };

/** Crosses to the page and on in some milliseconds. */
const WINDOW = 2_000;
const TRIES = 5;

export async function exportContacts(
  request: ExportRequest,
  source: ExportSource,
  parts: ExportParts,
): Promise<Exported> {
  const { worker, signal } = parts;
  for (let left = TRIES; left > 0; left -= 1) {
    const total = await exportList(request, source, parts);
    if (signal.aborted) return { kind: 'cancelled' };
    if (total !== 'changed') return { kind: 'file', file: await worker.end(), contacts: total };
  }
  return { kind: 'restless' };
}

async function exportList(
  request: ExportRequest,
  source: ExportSource,
  { contacts, worker, onProgress, signal }: ExportParts,
): Promise<number | 'changed'> {
  await worker.begin(request);
  let version: number | undefined;
  let adding: Promise<unknown> = Promise.resolve();
  for (let offset = 0; !signal.aborted; offset += WINDOW) {
    // The next window is read while the worker writes this one.
    const window = await (source.kind === 'chosen'
      ? contacts.chosenWindow(source.chosen, offset, WINDOW)
      : contacts.window({ filter: source.filter, sort: source.sort, offset, limit: WINDOW }));
    version ??= window.version;
    if (window.version !== version) return 'changed';
    await adding;
    adding = worker.add(window.contacts);
    const done = Math.min(window.total, offset + WINDOW);
    onProgress(done, window.total);
    if (done < window.total) continue;
    await adding;
    return window.total;
  }
  return 'changed';
}

/** Ended with the export: what it holds goes with it. */
export function startExportWorker(): { readonly worker: Remote<ExportWorker>; readonly stop: () => void } {
  const thread = new Worker(new URL('../../workers/export.worker.ts', import.meta.url), { type: 'module' });
  return { worker: wrap<ExportWorker>(thread), stop: () => thread.terminate() };
}
