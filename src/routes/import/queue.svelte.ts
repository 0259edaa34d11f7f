/**
 * Files that were given together: one is in the wizard, the others wait for it. It reads none of them, and keeps none:
 * only their names outlive a reload, so that it can be said which must be given again.
 */
import type { Imports } from '#app/types';

export interface Queue {
  /** Reactive, as all here. How many were given together, and which of them this is, from 1. */
  readonly total: number;
  readonly place: number;
  readonly next: File | undefined;
  /** Names of those that waited when the page went, and were not given again. */
  readonly lost: readonly string[];
  /** Answers the first; those that waited before are forgotten. */
  readonly start: (files: readonly File[]) => File | undefined;
  /** The next one has its turn; undefined where it was the last. */
  readonly advance: () => File | undefined;
  readonly forgetLost: () => void;
}

export function createQueue(imports: Pick<Imports, 'waitingFiles' | 'keepWaitingFiles'>): Queue {
  let files = $state.raw<readonly File[]>([]);
  let at = $state(0);
  let lost = $state.raw<readonly string[]>([]);

  imports.waitingFiles().then(
    (names) => (lost = [...names, ...lost]),
    // Without storage the page says more than that.
    () => undefined,
  );

  function keep(): void {
    const waiting = files.slice(at + 1).map(({ name }) => name);
    // Only words about files: that they could not be kept stops no import.
    imports.keepWaitingFiles([...waiting, ...lost]).catch(() => undefined);
  }

  return {
    get total() {
      return files.length;
    },
    get place() {
      return at + 1;
    },
    get next() {
      return files[at + 1];
    },
    get lost() {
      return lost;
    },
    start(given) {
      // Left on purpose, others were given in their stead.
      files = given;
      at = 0;
      const names = given.map(({ name }) => name);
      lost = lost.filter((name) => !names.includes(name));
      keep();
      return files[0];
    },
    advance() {
      const next = files[at + 1];
      if (next) at += 1;
      else files = [];
      keep();
      return next;
    },
    forgetLost() {
      lost = [];
      keep();
    },
  };
}
