import { expect, test } from 'vitest';
import { createProgressWatchers } from '#app/progress-watchers';
import type { ImportId } from '#domain/ids';
import type { ImportProgress } from '#import/types';

const progress = (importId: string, rowsDone: number) =>
  ({ importId: importId as ImportId, rowsDone }) as ImportProgress;

test('[IMP-9] who watches an import hears of that one alone, the latest at once, and nothing after leaving', () => {
  const watchers = createProgressWatchers();
  const heard: number[] = [];
  watchers.report(progress('a', 1));
  const stop = watchers.watch('a' as ImportId, ({ rowsDone }) => heard.push(rowsDone));
  watchers.report(progress('b', 50));
  watchers.report(progress('a', 2));
  stop();
  watchers.report(progress('a', 3));
  expect(heard).toEqual([1, 2]);
  expect(watchers.latest('a' as ImportId)?.rowsDone).toBe(3);
});
