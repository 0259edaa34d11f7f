/**
 * Some thousand texts packed: one run of UTF-8 with the places where each begins; or, where they repeat, the words and a
 * byte a row. `texts-writer.ts` writes one.
 */
import { NONE, textOfUtf8 } from './utf8.ts';

/** Either has `words` and `places`, or `bytes` and `starts`. In one shape, since it is asked of every row. */
export type TextsRun =
  | {
      readonly words: readonly (string | undefined)[];
      /** Of each row's word. */
      readonly places: Uint8Array;
      readonly bytes: undefined;
      readonly starts: undefined;
    }
  | {
      readonly words: undefined;
      readonly places: undefined;
      readonly bytes: Uint8Array;
      /** Where each text begins, and at the end where the last one ends. */
      readonly starts: Uint16Array | Uint32Array;
    };

/** Texts one after the other; a text that is no text is the byte `NONE`. */
export interface Utf8Texts {
  readonly bytes: Uint8Array;
  /** One more than texts. */
  readonly starts: Uint32Array;
}

export function readRun({ words, places, bytes, starts }: TextsRun): (string | undefined)[] {
  if (words) return Array.from(places, (place) => words[place]);
  return Array.from({ length: starts.length - 1 }, (_, at) =>
    readText(bytes, starts[at] as number, starts[at + 1] as number),
  );
}

/** Undefined where it is none. */
export function readText(bytes: Uint8Array, from: number, to: number): string | undefined {
  return bytes[from] === NONE && from < to ? undefined : textOfUtf8(bytes, from, to);
}
