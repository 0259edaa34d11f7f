import { expect, test } from 'vitest';
import type { EntryId } from '#domain/ids';
import { logProblems, LOST, type LogEnd } from './log-kills-verdict.ts';

const ids = (...names: string[]) => names as EntryId[];
const replica = { name: 'one', wrote: ids('a'), ids: ids('a', 'b'), state: 'x', fromNothing: 'x' };
const sound: LogEnd = {
  acknowledged: new Set(ids('a')),
  relay: ids('a', 'b'),
  replicas: [replica, { ...replica, name: 'other' }],
};

test('a sound end has no problems', () => {
  expect(logProblems(sound)).toEqual([]);
});

test.each<[string, Partial<LogEnd>, RegExp]>([
  ['an acknowledged entry that the relay lacks', { acknowledged: new Set(ids('c')) }, LOST],
  ['an entry twice at the relay', { relay: ids('a', 'b', 'b') }, /twice at the relay: 1/],
  ['an entry that a device lacks', { relay: ids('a', 'b', 'c') }, /at the relay, not on one: 1/],
  [
    'an entry that only a device has',
    { replicas: [{ ...replica, ids: ids('a', 'b', 'c') }] },
    /on one, not at the relay: 1/,
  ],
  ['a written entry that is gone', { replicas: [{ ...replica, wrote: ids('z') }] }, /written on one, and gone: 1/],
  ['an entry twice on a device', { replicas: [{ ...replica, ids: ids('a', 'b', 'b') }] }, /twice on one: 1/],
  ['a fold that another way would not have come to', { replicas: [{ ...replica, fromNothing: 'y' }] }, /from nothing/],
  [
    'two folds',
    { replicas: [replica, { ...replica, state: 'y', fromNothing: 'y' }] },
    /another than that of the first/,
  ],
])('%s is said', (_, change, sign) => {
  expect(logProblems({ ...sound, ...change }).some((problem) => sign.test(problem))).toBe(true);
});
