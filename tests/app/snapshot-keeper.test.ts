import { expect, test } from 'vitest';
import { createSnapshotKeeper } from '#app/snapshot-keeper';
import { createFoldState, reserveRows } from '#log/fold-state';

const full = Object.assign(new Error('full'), { name: 'QuotaExceededError' });

/** A keeper whose clock and moments are the test's. */
function keeperOf(save: () => Promise<'saved' | 'not'>) {
  const state = createFoldState();
  const later: (() => void)[] = [];
  const seen = { saves: 0, drops: 0, nowMs: 1_000_000, position: 0, saved: { position: 0, version: 0 } };
  const keeper = createSnapshotKeeper({
    state,
    snapshot: {
      saved: () => seen.saved,
      save() {
        seen.saves += 1;
        return save();
      },
    },
    log: { still: (job) => job(seen.position), position: () => seen.position },
    snapshots: {
      drop() {
        seen.drops += 1;
        return Promise.resolve();
      },
    },
    nowMs: () => seen.nowMs,
    later: (run) => later.push(run),
    onlyHere: (run) => run(),
    onBug: (error) => {
      throw error;
    },
  });
  /** The moment has come; answers whether there was one to wait for. */
  const pass = async () => {
    const run = later.shift();
    run?.();
    await new Promise((resolve) => setImmediate(resolve));
    return run !== undefined;
  };
  return { keeper, state, seen, pass };
}

test('it is written after many entries or many rows, and not after few', async () => {
  const { keeper, state, seen, pass } = keeperOf(() => Promise.resolve('saved'));
  seen.position = 1_999;
  keeper.folded();
  expect(await pass()).toBe(false);
  seen.position = 2_000;
  keeper.folded();
  keeper.folded();
  expect(await pass()).toBe(true);
  expect(seen.saves).toBe(1);

  seen.saved = { position: 2_000, version: 0 };
  seen.nowMs += 60_000;
  reserveRows(state, 50_000);
  for (let low = 1; low <= 50_000; low += 1) state.ids.findOrAdd(1, low);
  state.version = 1;
  state.touched.fill(1, 0, 49_999);
  keeper.folded();
  expect(await pass()).toBe(false);
  state.touched.fill(1, 0, 50_000);
  keeper.folded();
  expect(await pass()).toBe(true);
  expect(seen.saves).toBe(2);
});

test('once a minute at most, and then without being asked again', async () => {
  const { keeper, seen, pass } = keeperOf(() => Promise.resolve('not'));
  seen.position = 5_000;
  keeper.folded();
  await pass();
  expect(await pass()).toBe(true);
  expect(seen.saves).toBe(1);
  seen.nowMs += 60_000;
  await pass();
  expect(seen.saves).toBe(2);
});

test('a disk that is full gives back what was begun, and is not tried again', async () => {
  const { keeper, seen, pass } = keeperOf(() => Promise.reject(full));
  seen.position = 5_000;
  keeper.folded();
  await pass();
  expect(seen).toMatchObject({ saves: 1, drops: 1 });
  seen.nowMs += 60_000;
  keeper.folded();
  expect(await pass()).toBe(false);
});
