/** Lives through seeds that `run.ts` hands over one by one, in a process of its own. */
import { simulate, type Outcome, type Run } from './simulate.ts';

export interface Lived extends Outcome {
  readonly seed: number;
}

process.on('message', (run: Run) => {
  process.send?.({ seed: run.seed, ...simulate(run) } satisfies Lived);
});
