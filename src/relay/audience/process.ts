/**
 * Entry point of the audience process, started by `run-task.ts` for one task. It opens no file, no database and no
 * connection, and its permissions say so: all it reads and answers goes over the channel to the relay.
 */
import { answerTask } from './answer-task.ts';
import type { CallName, Calls, FromProcess, ToProcess } from './wire.ts';

const replies = new Map<number, (value: unknown) => void>();
let calls = 0;

process.on('message', (message: ToProcess) => {
  if (message.kind === 'task') void answer(message);
  else {
    replies.get(message.call)?.(message.value);
    replies.delete(message.call);
  }
});
// Without the relay nobody wants an answer.
process.on('disconnect', () => process.exit(0));

async function answer({ task, salt }: Extract<ToProcess, { kind: 'task' }>): Promise<void> {
  try {
    tell({ kind: 'done', ...(await answerTask(task, salt, relay)) });
  } catch (error) {
    tell({ kind: 'failed', error });
  }
}

const relay: Calls = {
  entries: (after) => call('entries', after),
  present: (ids) => call('present', ids),
  blocks: (ids) => call('blocks', ids),
  part: (part) => call('part', part),
};

function call<Name extends CallName>(name: Name, value: Parameters<Calls[Name]>[0]): ReturnType<Calls[Name]> {
  calls += 1;
  const number = calls;
  const reply = new Promise((resolve) => replies.set(number, resolve));
  tell({ kind: 'call', call: number, name, value });
  return reply as ReturnType<Calls[Name]>;
}

function tell(message: FromProcess): void {
  process.send?.(message);
}
