import { expect, test } from 'vitest';
import { isStorageLow, watchStorage } from '#app/storage-watch';

/** Each look finds the next figure. */
async function warnings(used: readonly number[]): Promise<readonly number[]> {
  const device = { usedBytes: 0, quotaBytes: 1_000, measure: () => Promise.resolve() };
  const warned: number[] = [];
  let looks = 0;
  let next = () => {};
  device.measure = () => {
    device.usedBytes = used[looks] ?? 0;
    looks += 1;
    return Promise.resolve();
  };
  watchStorage(
    device,
    () => warned.push(looks),
    (look) => (next = look),
  );
  for (let look = 1; look < used.length; look += 1) {
    await Promise.resolve().then(() => undefined);
    next();
  }
  await new Promise((resolve) => setImmediate(resolve));
  return warned;
}

test('[APP-4] it warns before the storage is full, once each time that it becomes low', async () => {
  expect(await warnings([100, 899, 901, 950, 999])).toEqual([3]);
  expect(await warnings([901, 950, 100, 100, 950])).toEqual([1, 5]);
});

test('[APP-4] what is to be brought in must fit beside what is there; unknown, nothing is said', () => {
  expect(isStorageLow({ usedBytes: 500, quotaBytes: 1_000 }, 400)).toBe(false);
  expect(isStorageLow({ usedBytes: 500, quotaBytes: 1_000 }, 501)).toBe(true);
  expect(isStorageLow({ usedBytes: 0, quotaBytes: 0 }, 501)).toBe(false);
});
