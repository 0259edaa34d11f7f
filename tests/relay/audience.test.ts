import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlockId, WorkspaceId } from '#domain/ids';
import { createAudience, type AudienceDeps } from '#relay/audience/audience';
import { runTask } from '#relay/audience/run-task';
import type { Calls } from '#relay/audience/wire';
import { createLog } from '#relay/log';
import { openAudienceRelay, type AudienceRelay } from '#tests/builders/audience-relay';
import { birthsOf } from '#tests/builders/audience';
import { change, commit, group, ids, SALT } from '#tests/builders/entries';
import { rowOf } from '#tests/builders/blocks';
import { WORKSPACE } from '#tests/builders/store-rows';

const FAIR = group('Fair');
const ANA = { userId: 'u1', phone: '+420600000001', name: 'Ana' };
const BEN = { userId: 'u2', phone: '+420600000002' };
const REQUEST = {
  audience: { groups: [FAIR] },
  channel: { type: 'sms', settings: {} },
  content: { kind: 'text', text: 'Hello {{name}}' },
  existingGroups: [FAIR],
} as const;
const never = () => new Promise<never>(() => undefined);

describe('the audience at the relay', () => {
  let relay: AudienceRelay;
  let lines: string[];
  beforeEach(async () => {
    relay = await openAudienceRelay();
    lines = [];
    await relay.write([birthsOf([ANA, BEN], 1_000, [FAIR])]);
  });
  afterEach(() => relay.remove());

  const open = (change: Partial<AudienceDeps> = {}) =>
    createAudience({ ...relay, log: createLog('info', { write: (line) => lines.push(line) }), ...change });
  const slow = (entriesAfter: AudienceDeps['store']['entriesAfter']) => ({
    store: { workspace: relay.store.workspace, entriesAfter },
  });

  test('[MSG-7] says whom a message reaches, and hands the recipients over', async () => {
    const parts: number[] = [];
    const answer = await open().resolve(WORKSPACE, REQUEST, async ({ rows }) => void parts.push(rows));
    expect(answer).toMatchObject({ kind: 'answered', upTo: 1, waiting: 0 });
    expect(answer.kind === 'answered' && answer.value.funnel).toMatchObject({ chosen: 2, hasAddress: 2, effective: 1 });
    expect(parts).toEqual([1]);
  });

  test('a commit whose block is gone from the disk counts for nothing, and is said', async () => {
    await relay.write([
      commit([[rowOf('userId', 'u3', { phone: '+420600000003' })]], { ms: 2_000 }, { joins: [FAIR] }),
    ]);
    const gone = { ...relay.blocks, missing: async (_: WorkspaceId, asked: readonly BlockId[]) => asked.slice(0, 1) };
    const answer = await open({ blocks: gone }).binned(WORKSPACE, 0);
    expect(answer).toEqual({ kind: 'answered', value: [], upTo: 2, waiting: 2 });
  });

  test('knows whom a hand put into the bin, since when', async () => {
    await relay.write([
      change(rowOf('userId', 'u1', { deleted: 'yes' }, { birth: false }), { ms: 5_000 }),
      change(rowOf('userId', 'u2', { deleted: 'yes' }, { birth: false }), { ms: 6_000 }),
    ]);
    const answer = await open().binned(WORKSPACE, 6_000);
    expect(answer).toMatchObject({ value: [ids.idOf('userId', 'u1', 0)], upTo: 3 });
  });

  test('a workspace that is not here is answered, not searched for', async () => {
    expect(await open().binned('nowhere' as WorkspaceId, 0)).toEqual({ kind: 'failed', why: 'noWorkspace' });
  });

  test('a process that takes too long is killed, said without anybody in it, and the next one answers', async () => {
    const hangs = open({ ...slow(never), limitMs: 50 });
    expect(await hangs.binned(WORKSPACE, 0)).toEqual({ kind: 'failed', why: 'timedOut' });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: 'audienceFailed', workspace: WORKSPACE, problem: 'timedOut' },
    ]);
    expect(await open().binned(WORKSPACE, 0)).toMatchObject({ kind: 'answered' });
  });

  test('a process that dies in the middle is an answer', async () => {
    const calls: Calls = { entries: never, present: never, blocks: never, part: never };
    const asked = Promise.withResolvers<void>();
    const run = runTask(
      { kind: 'binned', beforeMs: 0 },
      SALT,
      { ...calls, entries: () => (asked.resolve(), never()) },
      60_000,
    );
    await asked.promise;
    const pid = run.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    expect(await run.end).toEqual({ kind: 'crashed' });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('what breaks in it ends it, and is said without what it choked on', async () => {
    const page = { items: [{ position: 1, json: `{"${ANA.phone}` }], cursor: 1, more: false };
    expect(await open(slow(async () => page)).binned(WORKSPACE, 0)).toEqual({ kind: 'failed', why: 'crashed' });
    expect(lines.join()).toContain('SyntaxError');
    expect(lines.join()).not.toContain(ANA.phone);
  });

  test('a store that cannot be read is a fault of the relay, not of the process', async () => {
    const broken = open(slow(() => Promise.reject(new Error('no disk'))));
    await expect(broken.binned(WORKSPACE, 0)).rejects.toThrow('no disk');
  });

  test('recipients that cannot be taken end the task', async () => {
    const asked = open().resolve(WORKSPACE, REQUEST, () => Promise.reject(new Error('full')));
    await expect(asked).rejects.toThrow('full');
  });

  test('two questions about one workspace are worked out one after the other', async () => {
    const begun: string[] = [];
    const gate = Promise.withResolvers<void>();
    const audience = open(
      slow(async (...page) => {
        begun.push('asked');
        if (begun.length === 1) await gate.promise;
        return relay.store.entriesAfter(...page);
      }),
    );
    const first = audience.binned(WORKSPACE, 0).then(() => begun.push('answered'));
    const second = audience.binned(WORKSPACE, 0);
    gate.resolve();
    await Promise.all([first, second]);
    expect(begun).toEqual(['asked', 'answered', 'asked']);
  });

  test('stopping answers what is under way and what waits', async () => {
    const asked = Promise.withResolvers<void>();
    const audience = open(slow(() => (asked.resolve(), never())));
    const answers = [audience.binned(WORKSPACE, 0), audience.binned(WORKSPACE, 0)];
    await asked.promise;
    await audience.stop();
    expect(await Promise.all(answers)).toEqual([
      { kind: 'failed', why: 'stopped' },
      { kind: 'failed', why: 'stopped' },
    ]);
    expect(lines).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('nobody stands in what others on the machine can see of it', async () => {
    let seen = '';
    const id = ids.idOf('userId', 'u1', 0);
    const calls = { present: never, blocks: never, part: never };
    const look = async () => {
      seen = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${String(run.pid)}/${name}`, 'latin1')).join();
      return { items: [], cursor: 0, more: false };
    };
    const run = runTask({ kind: 'persons', ids: [id] }, SALT, { ...calls, entries: look }, 60_000);
    expect(await run.end).toMatchObject({ kind: 'answered' });
    expect(seen).toContain('--permission');
    for (const secret of [id, process.env['HOME'] ?? 'none', Buffer.from(SALT).toString('base64url')])
      expect(seen.replaceAll(process.cwd(), '')).not.toContain(secret);
  });
});
