/**
 * One process for one task: started, served, ended. Its end without an answer is an answer too. It is given nothing but
 * the channel: no environment, no output, no files but the program, so that nothing of what it reads leaves by another
 * way than its answer.
 */
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import type { Calls, FromProcess, Task, TaskValue, ToProcess } from './wire.ts';

export type TaskEnd =
  | { readonly kind: 'answered'; readonly value: TaskValue; readonly upTo: number; readonly waiting: number }
  | { readonly kind: 'crashed'; readonly error?: unknown }
  | { readonly kind: 'timedOut' | 'stopped' };

export interface TaskRun {
  /**
   * Once the process is gone. Rejects where one of `calls` did: a store that cannot be read, recipients that nobody
   * takes.
   */
  readonly end: Promise<TaskEnd>;
  readonly stop: () => void;
  readonly pid: number | undefined;
}

const ROOT = resolve(import.meta.dirname, '../../..');
/** Several times a fold of 1,000,000 contacts; what needs more fails alone, not with the whole machine. */
const HEAP_MB = 2_048;
/**
 * The heap may grow by so much over what lives in it before it is collected. Of a million contacts that is 550 MB at most
 * instead of 720, for a tenth more of work.
 */
const GROWTH_PERCENT = 35;
/** Most of what is new here stays: a larger nursery holds it twice for longer. */
const NURSERY_MB = 8;
/** glibc's own, heeded by nothing else: freed columns of some megabytes go back at once, and threads share one arena. */
const MALLOC = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_TRIM_THRESHOLD_: '262144' };

export function runTask(task: Task, salt: Uint8Array, calls: Calls, limitMs: number): TaskRun {
  const child = fork(resolve(import.meta.dirname, 'process.ts'), {
    cwd: ROOT,
    // Keys and tokens of the relay stand in its own environment.
    env: MALLOC,
    execArgv: [
      `--max-old-space-size=${String(HEAP_MB)}`,
      `--heap-growing-percent=${String(GROWTH_PERCENT)}`,
      `--max-semi-space-size=${String(NURSERY_MB)}`,
      '--permission',
      `--allow-fs-read=${ROOT}/src`,
      `--allow-fs-read=${ROOT}/package.json`,
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const { promise: end, resolve: finish, reject } = Promise.withResolvers<TaskEnd>();
  let outcome: (() => void) | undefined;
  /** The first outcome counts; it is told when the process is gone. */
  const conclude = (how: () => void) => {
    outcome ??= how;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => conclude(() => finish({ kind: 'timedOut' })), limitMs);
  const gone = (how: TaskEnd) => {
    clearTimeout(timer);
    if (outcome) outcome();
    else finish(how);
  };
  const tell = (message: ToProcess) => {
    // Whoever is gone hears nothing; that it is gone comes by `exit`.
    if (child.connected) child.send(message, () => undefined);
  };

  async function serve({ call, name, value }: Extract<FromProcess, { kind: 'call' }>): Promise<void> {
    const ask = calls[name] as (value: unknown) => Promise<unknown>;
    tell({ kind: 'reply', call, value: await ask(value) });
  }

  child.on('message', (message: FromProcess) => {
    if (message.kind === 'done') conclude(() => finish({ ...message, kind: 'answered' }));
    else if (message.kind === 'failed') conclude(() => finish({ kind: 'crashed', error: message.error }));
    else serve(message).catch((problem: unknown) => conclude(() => reject(problem)));
  });
  child.once('exit', () => gone({ kind: 'crashed' }));
  child.once('error', (error) => gone({ kind: 'crashed', error }));
  tell({ kind: 'task', task, salt });
  return { end, stop: () => conclude(() => finish({ kind: 'stopped' })), pid: child.pid };
}
