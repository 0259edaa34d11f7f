/**
 * The audience at the relay: tasks of one workspace run one after the other, each in a process of its own, which reads
 * entries and blocks through this process's store, whatever store that is. What a task comes to is `answer-task.ts`'s.
 */
import type { WorkspaceId } from '#domain/ids';
import type { Blocks } from '#relay/blocks/blocks';
import { errorFields, type Log } from '#relay/log';
import type { RelayStore } from '#relay/store/types';
import { runTask, type TaskEnd, type TaskRun } from './run-task.ts';
import { createTurns } from './turns.ts';
import type { Audience, AudienceAnswer } from './types.ts';
import type { Calls, Task, TaskValues } from './wire.ts';

export interface AudienceDeps {
  readonly store: Pick<RelayStore, 'workspace' | 'entriesAfter'>;
  readonly blocks: Pick<Blocks, 'get' | 'missing'>;
  readonly log: Log;
  /** How long a process may take. */
  readonly limitMs?: number;
}

/** Thirty times what a million contacts take. */
const LIMIT_MS = 5 * 60_000;
/** Processes at once: each has a core and some hundred megabytes. */
const PROCESSES = 2;
/** A page is read in some milliseconds, and requests come between two. */
const PAGE_ENTRIES = 1_000;
const PAGE_BYTES = 250_000;

export function createAudience({ store, blocks, log, limitMs = LIMIT_MS }: AudienceDeps): Audience {
  const inTurn = createTurns(PROCESSES);
  const running = new Set<TaskRun>();
  let stopped = false;

  const ask = <Kind extends Task['kind']>(
    workspace: WorkspaceId,
    task: Extract<Task, { kind: Kind }>,
    onPart: Calls['part'] = () => Promise.resolve(),
  ) =>
    inTurn(workspace, async (): Promise<AudienceAnswer<TaskValues[Kind]>> => {
      const row = await store.workspace(workspace);
      if (!row) return { kind: 'failed', why: 'noWorkspace' };
      if (stopped) return { kind: 'failed', why: 'stopped' };
      const run = runTask(task, Buffer.from(row.salt, 'base64url'), callsOf(workspace, onPart), limitMs);
      running.add(run);
      try {
        const end = await run.end;
        if (end.kind === 'answered') return { ...end, value: end.value as TaskValues[Kind] };
        note(workspace, end);
        return { kind: 'failed', why: end.kind };
      } finally {
        running.delete(run);
      }
    });

  function callsOf(workspace: WorkspaceId, part: Calls['part']): Calls {
    return {
      entries: (after) => store.entriesAfter(workspace, after, PAGE_ENTRIES, PAGE_BYTES),
      async present(ids) {
        const missing = new Set(await blocks.missing(workspace, ids));
        return ids.filter((id) => !missing.has(id));
      },
      blocks: (ids) => Promise.all(ids.map(async (id) => (await blocks.get(workspace, id))?.bytes)),
      part,
    };
  }

  function note(workspace: WorkspaceId, end: Exclude<TaskEnd, { kind: 'answered' }>): void {
    if (end.kind === 'stopped') return;
    const error = end.kind === 'crashed' && end.error !== undefined ? { error: errorFields(end.error) } : {};
    log.error({ event: 'audienceFailed', workspace, problem: end.kind, ...error });
  }

  return {
    resolve: (workspace, request, onPart) => ask<'resolve'>(workspace, { kind: 'resolve', request }, onPart),
    persons: (workspace, ids) => ask<'persons'>(workspace, { kind: 'persons', ids }),
    binned: (workspace, beforeMs) => ask<'binned'>(workspace, { kind: 'binned', beforeMs }),
    async stop() {
      stopped = true;
      for (const run of running) run.stop();
      await Promise.allSettled([...running].map(({ end }) => end));
    },
  };
}
