/** Tells a failing history again without operations that do not matter: halves, quarters … single ones are left out. */
import { simulate, type Run } from './simulate.ts';

/** Numbers of operations with which it still fails. `timeMs` bounds the search; `nowMs` is handed in. */
export function shrink(run: Run, timeMs: number, nowMs: () => number): readonly number[] {
  const fails = (only: ReadonlySet<number>) => simulate(run, { only }).problems.length > 0;
  const end = nowMs() + timeMs;
  let kept = Array.from({ length: run.replicas * run.ops }, (_, at) => at);
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = kept.length - size; from > -size; from -= size) {
      if (nowMs() > end) return kept;
      const left = kept.filter((_, at) => at < from || at >= from + size);
      if (left.length < kept.length && fails(new Set(left))) kept = left;
    }
  }
  return kept;
}

/** The shortest history found that fails, in words, and what is wrong with it. */
export function tellFailure(run: Run, timeMs: number, nowMs: () => number): readonly string[] {
  const lines: string[] = [];
  const only = new Set(shrink(run, timeMs, nowMs));
  const { problems } = simulate(run, { only, onTold: (line) => lines.push(line) });
  return [...lines, ...problems.map((problem) => `✖ ${problem}`)];
}
