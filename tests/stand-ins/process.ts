/** The inside of a stand-in's process: options, orders, the journal, and chance that can be repeated. */
import { openSync, writeSync } from 'node:fs';

export function readOptions<Options>(): Options & { readonly journalFile: string } {
  return JSON.parse(process.argv[2] ?? '{}') as Options & { journalFile: string };
}

/** The line that the starter waits for. */
export function ready(told: { readonly port: number; readonly certificate?: string }): void {
  process.stdout.write(`${JSON.stringify(told)}\n`);
  process.on('SIGTERM', () => process.exit(0));
  // Whoever started it is gone.
  process.on('disconnect', () => process.exit(0));
}

export function onOrder<Order>(carryOut: (order: Order) => void | Promise<void>): void {
  process.on('message', (message) => {
    const { id, order } = message as { id: number; order: Order };
    void Promise.resolve(carryOut(order)).then(() => process.send?.({ done: id }));
  });
}

/** A line is in the file when `write` returns; `at` in milliseconds since 1970. */
export function openJournal<Line extends { readonly at: number }>(file: string): (line: Omit<Line, 'at'>) => void {
  const handle = openSync(file, 'a');
  return (line) => writeSync(handle, `${JSON.stringify({ ...line, at: Date.now() })}\n`);
}

/** Mulberry32: 0 ≤ number < 1, the same numbers for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [copy[last], copy[other]] = [copy[other] as Item, copy[last] as Item];
  }
  return copy;
}

/** Takes at most so many a second and lets the rest wait: answers the milliseconds to wait for `count` more. */
export function createQueue(): (count: number, perSecond: number | undefined) => number {
  let freeAt = 0;
  return (count, perSecond) => {
    if (perSecond === undefined) return 0;
    const now = performance.now();
    freeAt = Math.max(freeAt, now) + (count * 1000) / perSecond;
    return freeAt - now;
  };
}

export const pause = (ms: number): Promise<void> => new Promise((fulfil) => setTimeout(fulfil, ms));
