/** A file that is made in many small parts, put together to a few, which the browser may lay on the disk. */

/** Held in memory until they are put together. */
const PART_BYTES = 8_000_000;

export interface BlobParts {
  readonly add: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly blob: (type: string) => Blob;
}

export function createBlobParts(): BlobParts {
  const whole: Blob[] = [];
  let some: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  return {
    add(bytes) {
      some.push(bytes);
      size += bytes.length;
      if (size < PART_BYTES) return;
      whole.push(new Blob(some));
      some = [];
      size = 0;
    },
    blob: (type) => new Blob([...whole, ...some], { type }),
  };
}
