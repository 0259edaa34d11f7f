/**
 * What the store cannot know of a call when the process is killed: whether it left after its beginning was written, and
 * how it ended before its ending was. Lines are handed to the operating system in the tick of what they tell, without
 * waiting for the disk: they outlive the process, not the machine. Holds numbers, codes and providers' ids, no person.
 */
import { closeSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Ending, KnownTry } from '#relay/store/types';
import { pastTries } from './call-journal-past.ts';

/** One call's lines. */
export interface CallRecord {
  /** Throws where it cannot be written: then the call must not leave. */
  readonly leaving: () => void;
  /** One ending a delivery, in the order of the plan. Throws where it cannot be written, which takes away only knowledge. */
  readonly ended: (endings: readonly Ending[]) => void;
  /** The store knows how it ended, or it will not be made: nobody needs its lines any more. */
  readonly settled: () => void;
}

/** A claimed batch; only as long as it is in that claim's name the store believes what is said of its tries. */
export interface Claim {
  readonly batch: { readonly id: number };
  readonly owner: string;
}

/** `tries`: those begun before this one. */
export type PlannedTry = { readonly recipient: number; readonly tries: number };

export interface CallJournal {
  /** What the journals of processes before this one know. The caller holds the data folder, so that these are dead. */
  readonly past: () => readonly KnownTry[];
  /** The store has it: those journals are removed. */
  readonly forgetPast: () => void;
  /** To be called before the beginnings are written to the store: a call without this line is none that anybody vouches for. */
  readonly plan: (claim: Claim, calls: readonly (readonly PlannedTry[])[]) => CallRecord[];
  /** Nothing can leave any more. What is settled is removed; the rest stays for the next start. */
  readonly close: () => void;
}

export interface CallJournalOptions {
  readonly folder: string;
  /** Names the machine's run since it was switched on; undefined where the system tells none: then nothing is kept. */
  readonly bootId: string | undefined;
}

/** Some 8,000 calls. A file lives until all its calls are settled, and takes no new ones from here on. */
const FILE_BYTES = 1_048_576;
const NAME = /^calls-(\d{1,15})\.journal$/;

interface JournalFile {
  readonly path: string;
  /** Undefined once it is closed: its number may be another file's by now. */
  handle: number | undefined;
  /** Its first line is written whole; what a full disk kept back is written by a later plan. */
  isHeaded: boolean;
  bytes: number;
  /** Calls that are not settled. */
  open: number;
}

export function createCallJournal({ folder, bootId }: CallJournalOptions): CallJournal {
  let before = journalsIn(folder);
  if (bootId === undefined) return { ...UNKEPT, forgetPast };
  let number = Math.max(0, ...before.map(numberOf));
  let calls = 0;
  let current: JournalFile | undefined;
  const files = new Set<JournalFile>();
  let isClosed = false;

  function forgetPast(): void {
    for (const name of before) rmSync(join(folder, name), { force: true });
    before = [];
  }

  function fileWithRoom(): JournalFile {
    if (isClosed) throw new Error('the call journal is closed');
    if (current && current.bytes < FILE_BYTES) return current;
    const path = join(folder, `calls-${++number}.journal`);
    const file: JournalFile = { path, handle: openSync(path, 'ax', 0o600), isHeaded: false, bytes: 0, open: 0 };
    files.add(file);
    const full = current;
    current = file;
    if (full) removeIfSettled(full);
    return file;
  }

  function removeIfSettled(file: JournalFile): void {
    if (file.open > 0 || (file === current && file.bytes < FILE_BYTES)) return;
    if (file === current) current = undefined;
    closeFile(file);
    files.delete(file);
    rmSync(file.path, { force: true });
  }

  function recordOf(file: JournalFile, call: number): CallRecord {
    return {
      leaving: () => writeRecords(file, [['b', call]]),
      ended: (endings) => writeRecords(file, [['e', call, endings]]),
      settled() {
        file.open--;
        if (!isClosed) removeIfSettled(file);
      },
    };
  }

  return {
    past: () => pastTries(folder, before, bootId),
    forgetPast,
    plan({ batch, owner }, planned) {
      if (planned.length === 0) return [];
      const file = fileWithRoom();
      if (!file.isHeaded) writeRecords(file, [['calls', 1, bootId]]);
      file.isHeaded = true;
      const first = calls + 1;
      calls += planned.length;
      const lines = planned.map((tries, at) => {
        const pairs = tries.flatMap(({ recipient, tries: earlier }) => [recipient, earlier + 1]);
        return ['p', first + at, batch.id, owner, pairs];
      });
      writeRecords(file, lines);
      file.open += planned.length;
      return planned.map((_, at) => recordOf(file, first + at));
    },
    close() {
      isClosed = true;
      for (const file of files) {
        closeFile(file);
        if (file.open === 0) rmSync(file.path, { force: true });
      }
      files.clear();
    },
  };
}

/** For calls whose repeat does no harm: they are made again when in doubt. */
export const UNKEPT_RECORD: CallRecord = { leaving: () => {}, ended: () => {}, settled: () => {} };

const UNKEPT: CallJournal = {
  past: () => [],
  forgetPast: () => {},
  plan: (_, calls) => calls.map(() => UNKEPT_RECORD),
  close: () => {},
};

/** A line begins with its line break, so that one cut short by a full disk spoils no other; an array cut short is no JSON. */
function writeRecords(file: JournalFile, records: readonly (readonly unknown[])[]): void {
  if (file.handle === undefined) throw new Error('the call journal is closed');
  const text = Buffer.from(records.map((record) => `\n${JSON.stringify(record)}`).join(''));
  const written = writeSync(file.handle, text);
  file.bytes += written;
  if (written < text.length) throw new Error('the call journal cannot be written');
}

function closeFile(file: JournalFile): void {
  if (file.handle !== undefined) closeSync(file.handle);
  file.handle = undefined;
}

/** In the order of their beginnings. */
function journalsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => NAME.test(name));
  return names.sort((one, other) => numberOf(one) - numberOf(other));
}

const numberOf = (name: string): number => Number(NAME.exec(name)?.[1]);
