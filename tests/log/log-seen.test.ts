import { expect, test } from 'vitest';
import type { EntryId } from '#domain/ids';
import { parseSeen, seenToText } from '#log/log-seen';

test('[SYN-8] what a device knows of the log is read as it was written, and nothing else is', () => {
  const seen = { incarnation: 'a_B-9', position: 1_000_000, entry: 'x-_1' as EntryId };
  expect(parseSeen(seenToText(seen))).toEqual(seen);
  for (const text of ['', 'a.1', 'a.0.b', 'a.01.b', 'a.-1.b', 'a.1.b.c', 'a/b.1.c', 'a.1.b\n', `a.${'9'.repeat(16)}.b`])
    expect(parseSeen(text)).toBeUndefined();
});
