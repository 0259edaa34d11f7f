/**
 * What must hold after a relay was killed in mid-send. The verdict comes from the provider stand-in's journal, not from
 * the relay's own books. Pure: tested without any process.
 */

/** A call that the provider saw for one address; `answered` is undefined where no answer left the stand-in. */
export interface JournalCall {
  readonly address: string;
  readonly key: string;
  readonly began: number;
  readonly answered: number | undefined;
}

/**
 * The relay was seen to run at `heard`, with all read that had come by then; an answer of the stand-in's was on its way
 * for `arrivalMs` at most, as the machine was loaded. `by` is after the signal was given, from when
 * on the kernel lets no thread of the process back into its own code; at `gone` the process was seen to be gone.
 * Milliseconds since 1970, one clock with the stand-in's journal.
 */
export interface Kill {
  readonly heard: number;
  readonly arrivalMs: number;
  readonly by: number;
  readonly gone: number;
}

export interface Verdict {
  readonly problems: readonly string[];
  /** Made before a kill, and not answered when it came: beyond doubt. */
  readonly inFlight: number;
  /** Answered within the instant of a kill: the relay may or may not have read it. Of these `unread` ended unknown. */
  readonly atTheInstant: number;
  readonly unread: number;
  /** Ended unknown, and the provider saw no call: killed between the journal's line and the first byte. */
  readonly neverLeft: number;
  readonly unknown: number;
  /** How long, in the median, the instant of a kill is: from the earliest answer that may be unread to the signal. */
  readonly instantMs: number;
  /** By how much an answer that went unread preceded the relay's last sign of life, at most; 0 where none did. */
  readonly beforeMs: number;
}

/**
 * From the stand-in's line to the answer's arrival, at the least: the clock counts whole milliseconds, and on two cores
 * another process may have its slice in between.
 */
export const ARRIVAL_MS = 5;

/** No process makes a call so soon after the one before it is gone: it has not even loaded its code. */
const STARTING_MS = 50;

export function judgeUncertain(
  calls: readonly JournalCall[],
  kills: readonly Kill[],
  unknown: ReadonlySet<string>,
  all: readonly string[],
): Verdict {
  const problems: string[] = [];
  const callsByAddress = Map.groupBy(calls, (call) => call.address);
  const count = { inFlight: 0, atTheInstant: 0, unread: 0, neverLeft: 0 };
  let beforeMs = 0;
  for (const address of all) {
    const own = callsByAddress.get(address) ?? [];
    if (own.length > 1) problems.push(`an address has ${String(own.length)} calls`);
    const isUnknown = unknown.has(address);
    const [call] = own;
    const kill = call && killOf(call, kills);
    const place = placeOf(call, kill);
    if (place === 'in flight') count.inFlight += 1;
    if (place === 'at the instant') count.atTheInstant += 1;
    if (place === 'in flight' && !isUnknown) problems.push('a call in flight at a kill did not end unknown');
    if (place === 'apart' && isUnknown) problems.push('a call that no kill touched ended unknown');
    if (place === 'never called' && !isUnknown) problems.push('a delivery ended without a call');
    if (place === 'never called' && isUnknown) count.neverLeft += 1;
    if (place === 'at the instant' && isUnknown) count.unread += 1;
    if (isUnknown && kill && call.answered !== undefined) beforeMs = Math.max(beforeMs, kill.heard - call.answered);
  }
  // One thread writes the line and then the bytes: a kill finds it between the two for one call at most.
  if (count.neverLeft > kills.length)
    problems.push(`${String(count.neverLeft)} ended unknown that were never called, at ${String(kills.length)} kills`);
  const instants = kills.map((kill) => kill.by - unreadFrom(kill)).sort((one, other) => one - other);
  const instantMs = instants[Math.floor(instants.length / 2)] ?? 0;
  return { problems, ...count, unknown: unknown.size, instantMs, beforeMs };
}

/** The kill that ended the process which made the call; undefined where that process lived on. */
function killOf(call: JournalCall, kills: readonly Kill[]): Kill | undefined {
  return kills.find((kill) => call.began <= kill.gone + STARTING_MS);
}

function unreadFrom({ heard, arrivalMs }: Kill): number {
  return heard - Math.max(ARRIVAL_MS, arrivalMs);
}

function placeOf(
  call: JournalCall | undefined,
  kill: Kill | undefined,
): 'never called' | 'in flight' | 'at the instant' | 'apart' {
  if (!call) return 'never called';
  const answered = call.answered ?? Infinity;
  if (!kill || answered < unreadFrom(kill)) return 'apart';
  return answered > kill.by ? 'in flight' : 'at the instant';
}

/** With a provider that tells repeats: by its journal each address took effect exactly once. */
export function judgeIdempotent(effects: ReadonlyMap<string, number>, all: readonly string[]): readonly string[] {
  const problems = all.flatMap((address) => {
    const count = effects.get(address) ?? 0;
    return count === 1 ? [] : [`an address took effect ${String(count)} times`];
  });
  if (effects.size > all.length) problems.push('the provider saw an address that nobody chose');
  return problems;
}
