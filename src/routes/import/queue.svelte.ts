/** Files that were given together: one is in the wizard, the others wait for it. It reads none of them. */
export interface Queue {
  /** Reactive, as all here. How many were given together, and which of them this is, from 1. */
  readonly total: number;
  readonly place: number;
  readonly next: File | undefined;
  /** Answers the first; those that waited before are forgotten. */
  readonly start: (files: readonly File[]) => File | undefined;
  /** The next one has its turn; undefined where it was the last. */
  readonly advance: () => File | undefined;
}

export function createQueue(): Queue {
  let files = $state.raw<readonly File[]>([]);
  let at = $state(0);
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
    start(given) {
      files = given;
      at = 0;
      return files[0];
    },
    advance() {
      const next = files[at + 1];
      if (next) at += 1;
      else files = [];
      return next;
    },
  };
}
