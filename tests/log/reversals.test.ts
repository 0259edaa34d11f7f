import { expect, test } from 'vitest';
import { commit, undo } from '#tests/builders/entries';
import { pastsIn } from '#tests/builders/pasts';

const pasts = (...written: readonly ReturnType<typeof undo>[]) => pastsIn(written).length;

test('[SYN-3] a log is replayed once more for each undo and redo of a commit, and for nothing else', () => {
  const made = commit([], { ms: 2_000 });
  const undone = undo(made.entry.id, { ms: 3_000 });
  expect(pasts(made)).toBe(1);
  expect(pasts(made, undone)).toBe(2);
  expect(pasts(made, undone, undo(made.entry.id, { ms: 4_000 }))).toBe(2);
  expect(pasts(made, undone, undo(made.entry.id, { ms: 4_000 }, false))).toBe(3);
});

test('[SYN-3] what was undone by an entry that says to be earlier was another before it is done again', () => {
  const made = commit([], { ms: 2_000 });
  const undone = undo(made.entry.id, { ms: 1_000 });
  expect(pasts(made, undone)).toBe(1);
  expect(pasts(made, undone, undo(made.entry.id, { ms: 4_000 }, false))).toBe(2);
});
