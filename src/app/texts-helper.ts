/**
 * Reads blocks on a thread of its own: half of the work of opening a snapshot. It is there while a large one is opened
 * and no longer, since each thread takes some megabytes.
 */
import { wrap } from 'comlink';
import type { BlockTexts } from '#log/block-texts';

export interface TextsHelper {
  /** Undefined where it cannot: whoever asks reads it himself. */
  readonly read: (bytes: Uint8Array) => Promise<BlockTexts | undefined>;
  readonly stop: () => void;
}

export function startTextsHelper(): TextsHelper {
  const thread = new Worker(new URL('../../workers/texts.worker.ts', import.meta.url), { type: 'module' });
  const remote = wrap<{ readonly readTexts: (bytes: Uint8Array) => Promise<BlockTexts | undefined> }>(thread);
  const broken = new Promise<undefined>((resolve) => {
    thread.addEventListener('error', () => {
      resolve(undefined);
    });
  });
  return {
    read: (bytes) => Promise.race([remote.readTexts(bytes).catch(() => undefined), broken]),
    stop: () => {
      thread.terminate();
    },
  };
}
