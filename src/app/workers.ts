/**
 * Starts the two workers and joins them, so that rows go from one to the other without passing the page.
 * The import worker, with its parsers, starts at its first use.
 */
import { proxy, transfer, wrap } from 'comlink';
import type { ImportProgress } from '#import/types';
import type { AudienceEvents, AudienceWorker, ImportWorker, OpenWorkspace, Remote } from './worker-types.ts';

export interface Workers {
  readonly audience: Remote<AudienceWorker>;
  readonly imports: () => Promise<Remote<ImportWorker>>;
  /** At once, whatever they are doing: what they had not written stays unwritten. */
  readonly stop: () => void;
}

/** The audience worker's thread while it has nothing to do yet. */
export interface AudienceThread {
  readonly thread: Worker;
  /** Rejects where its script does not load. */
  readonly broken: Promise<never>;
}

/** Its script loads while the page still looks for the workspace; it reads nothing before it is told which. */
export function beginAudience(): AudienceThread {
  const thread = new Worker(new URL('../../workers/audience.worker.ts', import.meta.url), { type: 'module' });
  const fault = broken(thread);
  // Said to whoever opens it.
  fault.catch(() => {});
  return { thread, broken: fault };
}

export async function startWorkers(
  begun: AudienceThread,
  workspace: OpenWorkspace,
  onChange: AudienceEvents['onChange'],
  onProgress: (progress: ImportProgress) => void,
): Promise<Workers> {
  const threads = [begun.thread];
  const audience = wrap<AudienceWorker>(begun.thread);
  await Promise.race([audience.open(workspace, proxy(onChange)), begun.broken]);

  async function startImports(): Promise<Remote<ImportWorker>> {
    const thread = new Worker(new URL('../../workers/import.worker.ts', import.meta.url), { type: 'module' });
    threads.push(thread);
    const imports = wrap<ImportWorker>(thread);
    const { port1, port2 } = new MessageChannel();
    await audience.servePlanning(transfer(port1, [port1]));
    await Promise.race([imports.open(workspace, transfer(port2, [port2]), proxy(onProgress)), broken(thread)]);
    return imports;
  }

  let imports: Promise<Remote<ImportWorker>> | undefined;
  return {
    audience,
    imports() {
      imports ??= startImports().catch((error: unknown) => {
        // Offline, before it was ever loaded: the next use tries again.
        imports = undefined;
        throw error;
      });
      return imports;
    },
    stop() {
      for (const thread of threads) thread.terminate();
    },
  };
}

/** A script that does not load says so only here; calls to it would wait for ever. */
function broken(thread: Worker): Promise<never> {
  return new Promise((_, reject) => {
    thread.addEventListener('error', (event) => {
      reject(new Error(event.message || 'a worker did not start'));
    });
  });
}
