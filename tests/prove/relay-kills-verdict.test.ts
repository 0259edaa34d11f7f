/** The verdict on a killed relay, tested by itself: what it lets pass, and that it finds what must not be. */
import { describe, expect, it } from 'vitest';
import { ARRIVAL_MS, judgeUncertain, type JournalCall, type Kill } from './relay-kills-verdict.ts';

const KILL: Kill = { heard: 1_000, arrivalMs: 2, by: 1_004, gone: 1_010 };
const call = (began: number, answered?: number, address = 'a'): JournalCall => ({ address, key: 'k', began, answered });
const judge = (calls: readonly JournalCall[], unknown: readonly string[], kills: readonly Kill[] = [KILL]) =>
  judgeUncertain(calls, kills, new Set(unknown), ['a']);

describe('one delivery', () => {
  it.each<[string, JournalCall[], boolean]>([
    ['was in flight at a kill', [call(900)], true],
    ['was answered when the relay was dead already', [call(900, 1_005)], true],
    ['arrived when the relay was dead already', [call(1_012)], true],
    ['was answered at the instant, and went unread', [call(900, 1_002)], true],
    ['was answered at the instant, and was read', [call(900, 1_002)], false],
    ['was answered long before', [call(800, 900)], false],
    ['was called by the next process', [call(1_200, 1_300)], false],
    ['was being written when the kill came', [], true],
  ])('[MSG-7] passes: %s', (_, calls, isUnknown) => {
    expect(judge(calls, isUnknown ? ['a'] : []).problems).toEqual([]);
  });

  it.each<[string, JournalCall[], boolean]>([
    ['in flight, and not unknown', [call(900)], false],
    ['answered when the relay was dead, and not unknown', [call(900, 1_005)], false],
    ['answered while the relay was seen to run, and unknown', [call(800, KILL.heard - ARRIVAL_MS - 1)], true],
    ['called by a process that nobody killed, and unknown', [call(1_200)], true],
    ['never called, and not unknown', [], false],
    ['called twice', [call(800, 900), call(1_200, 1_300)], false],
  ])('[MSG-7] finds: %s', (_, calls, isUnknown) => {
    expect(judge(calls, isUnknown ? ['a'] : []).problems).toHaveLength(1);
  });
});

describe('a run', () => {
  it('[MSG-7] on a busy machine takes longer for an answer to arrive, by what was measured', () => {
    const busy = { ...KILL, arrivalMs: 60 };
    expect(judge([call(900, 941)], ['a'], [busy]).problems).toEqual([]);
    expect(judge([call(900, 939)], ['a'], [busy]).problems).toHaveLength(1);
  });

  it('[MSG-7] has at most one delivery a kill that ends unknown without a call', () => {
    const verdict = judgeUncertain([], [KILL], new Set(['a', 'b']), ['a', 'b']);
    expect(verdict.problems).toEqual(['2 ended unknown that were never called, at 1 kills']);
  });

  it('[MSG-7] is counted by what is beyond doubt and what is not', () => {
    const calls = [call(900, undefined, 'a'), call(900, 998, 'b'), call(900, 1_003, 'c'), call(700, 800, 'd')];
    expect(judgeUncertain(calls, [KILL], new Set(['a', 'b']), ['a', 'b', 'c', 'd'])).toEqual({
      problems: [],
      inFlight: 1,
      atTheInstant: 2,
      unread: 1,
      neverLeft: 0,
      unknown: 2,
      instantMs: 4 + ARRIVAL_MS,
      beforeMs: 2,
    });
  });
});
