/**
 * Reads what processes that are no more have left in their call journals. Positive knowledge only: a try is spoken of
 * where its plan stands there, and then it either never left, or ended so. Whatever left and has no ending stays in doubt.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ending, KnownTry } from '#relay/store/types';

interface PastTry {
  readonly batch: number;
  readonly owner: string;
  readonly recipient: number;
  readonly tries: number;
  /** Undefined: it left, and nobody knows how it ended. */
  ending: Ending | undefined;
}

/** The call was not made: the delivery is where it was before. */
const NEVER_LEFT: Ending = { kind: 'again', notBefore: 0, spent: 'nothing', doubt: 'kept' };

/** `names` in the order of their beginnings. Only what was written since the machine was switched on is whole. */
export function pastTries(folder: string, names: readonly string[], bootId: string): readonly KnownTry[] {
  const known = new Map<string, PastTry>();
  for (const name of names) readJournal(readFileSync(join(folder, name), 'utf8'), bootId, known);
  return [...known.values()].flatMap(({ ending, ...tried }) => (ending ? [{ ...tried, ending }] : []));
}

/** A later plan of the same try stands for it: the earlier call is known not to have been taken, or the try would not be free. */
function readJournal(text: string, bootId: string, known: Map<string, PastTry>): void {
  const [header, ...records] = text.split('\n').flatMap(parseRecord);
  if (header?.[0] !== 'calls' || header[1] !== 1 || header[2] !== bootId) {
    // Of another run of the machine, or of another version: what was known before it may be out of date.
    known.clear();
    return;
  }
  const calls = new Map<unknown, readonly PastTry[]>();
  for (const [kind, call, ...more] of records) {
    if (kind === 'p') calls.set(call, plannedTries(more, known));
    const tries = calls.get(call) ?? [];
    const endings = kind === 'e' ? (more[0] as readonly Ending[]) : [];
    if (kind !== 'p') for (const [at, tried] of tries.entries()) tried.ending = endings[at];
  }
}

function plannedTries([batch, owner, pairs]: readonly unknown[], known: Map<string, PastTry>): readonly PastTry[] {
  const numbers = pairs as readonly number[];
  return Array.from({ length: numbers.length / 2 }, (_, at) => {
    const recipient = numbers[2 * at] as number;
    const tries = numbers[2 * at + 1] as number;
    const tried: PastTry = {
      batch: batch as number,
      owner: owner as string,
      recipient,
      tries,
      ending: NEVER_LEFT,
    };
    known.set(`${tried.batch} ${tried.owner} ${recipient} ${tries}`, tried);
    return tried;
  });
}

/** Lines that were cut short were never finished being written: what they were to tell did not happen. */
function parseRecord(line: string): (readonly unknown[])[] {
  try {
    const record: unknown = JSON.parse(line);
    return Array.isArray(record) ? [record] : [];
  } catch {
    return [];
  }
}
