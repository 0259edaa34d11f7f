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

/** SIGKILL was sent after `from`; the process was seen gone by `to`. Milliseconds since 1970, one clock. */
export interface Kill {
  readonly from: number;
  readonly to: number;
}

export interface Verdict {
  readonly problems: readonly string[];
  /** In flight at a kill beyond doubt. */
  readonly inFlight: number;
  /**
   * Deliveries whose call began or was answered within the instant of a kill. No clock can say on which side of it they
   * lie: an answer may be on the wire, a request in the kernel. They may be unknown or not; they may not be doubled.
   */
  readonly atTheInstant: number;
  readonly unknown: number;
}

/**
 * How wide the instant is: an answer leaves the stand-in, reaches the relay, is parsed and committed in one turn, whose
 * commit with `synchronous=FULL` and the event loop on two busy cores take up to this long.
 */
export const INSTANT_MS = 40;

export function judgeUncertain(
  calls: readonly JournalCall[],
  kills: readonly Kill[],
  unknown: ReadonlySet<string>,
  all: readonly string[],
): Verdict {
  const problems: string[] = [];
  const callsByAddress = Map.groupBy(calls, (call) => call.address);
  let inFlight = 0;
  let atTheInstant = 0;
  for (const address of all) {
    const own = callsByAddress.get(address) ?? [];
    if (own.length > 1) problems.push(`an address has ${String(own.length)} calls`);
    const place = own[0] === undefined ? 'never called' : placeOf(own[0], kills);
    if (place === 'in flight') inFlight += 1;
    if (place === 'at the instant') atTheInstant += 1;
    if (place === 'in flight' && !unknown.has(address)) problems.push('a call in flight at a kill did not end unknown');
    if (place === 'apart' && unknown.has(address)) problems.push('a call that no kill touched ended unknown');
    if (place === 'never called' && !unknown.has(address)) problems.push('a delivery ended without a call');
    // Begun on record and killed before the request left: at most one turn's worth a kill, counted with the instant.
    if (place === 'never called') atTheInstant += 1;
  }
  return { problems, inFlight, atTheInstant, unknown: unknown.size };
}

function placeOf(call: JournalCall, kills: readonly Kill[]): 'in flight' | 'at the instant' | 'apart' {
  const answered = call.answered ?? Infinity;
  for (const kill of kills) {
    if (call.began < kill.from - INSTANT_MS && answered > kill.to + INSTANT_MS) return 'in flight';
    if (call.began <= kill.to + INSTANT_MS && answered >= kill.from - INSTANT_MS) return 'at the instant';
  }
  return 'apart';
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
