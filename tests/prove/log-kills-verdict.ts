/** What three clients and the relay must agree on at the end, in words for whoever reads that they do not. */
import type { EntryId } from '#domain/ids';

export interface LogEnd {
  readonly acknowledged: ReadonlySet<EntryId>;
  /** In the order of the relay's log. */
  readonly relay: readonly EntryId[];
  readonly replicas: readonly {
    readonly name: string;
    /** On this very device; of one that was wiped only since then. */
    readonly wrote: readonly EntryId[];
    readonly ids: readonly EntryId[];
    readonly state: string;
    readonly fromNothing: string;
  }[];
}

/** The sign of an acknowledgement that was not kept. */
export const LOST = /acknowledged, and gone/;

export function logProblems({ acknowledged, relay, replicas }: LogEnd): string[] {
  const problems: string[] = [];
  const say = (count: number, what: string) => {
    if (count > 0) problems.push(`${what}: ${String(count)}`);
  };
  const atRelay = new Set(relay);
  say([...acknowledged].filter((id) => !atRelay.has(id)).length, 'acknowledged, and gone at the relay');
  say(relay.length - atRelay.size, 'twice at the relay');
  for (const { name, wrote, ids, state, fromNothing } of replicas) {
    const here = new Set(ids);
    say(ids.length - here.size, `twice on ${name}`);
    say([...atRelay].filter((id) => !here.has(id)).length, `at the relay, not on ${name}`);
    say(ids.filter((id) => !atRelay.has(id)).length, `on ${name}, not at the relay`);
    say(wrote.filter((id) => !here.has(id)).length, `written on ${name}, and gone`);
    if (state !== fromNothing) problems.push(`the fold of ${name} is not the fold from nothing`);
    if (state !== replicas[0]?.state) problems.push(`the fold of ${name} is another than that of the first`);
  }
  return problems;
}
