/**
 * The newest place of the relay's log that a device knows, since it pulled up to it or pushed what stands there. A relay
 * that has another entry there, or none, was put back from a backup, whatever its own files say. As text in a query.
 */
import type { EntryId } from '#domain/ids';

export interface LogPlace {
  /** From 1. */
  readonly position: number;
  readonly entry: EntryId;
}

/** `incarnation`: of the relay's store of which the place is one; a place of another says nothing. */
export interface LogSeen extends LogPlace {
  readonly incarnation: string;
}

export const seenToText = ({ incarnation, position, entry }: LogSeen): string =>
  `${incarnation}.${String(position)}.${entry}`;

/** Undefined where it is none. */
export function parseSeen(text: string): LogSeen | undefined {
  const [, incarnation, position, entry] = /^([\w-]{1,120})\.([1-9]\d{0,14})\.([\w-]{1,120})$/.exec(text) ?? [];
  if (incarnation === undefined || entry === undefined) return undefined;
  return { incarnation, position: Number(position), entry: entry as EntryId };
}
