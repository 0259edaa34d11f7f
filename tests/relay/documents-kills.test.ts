/** A few rounds of the proof; `npm run prove` has the full count, and the build that must be found out. */
import { expect, test } from 'vitest';
import { proveDocumentKills } from '#tests/prove/document-kills';

test('[SYN-9] the relay is killed right after it acknowledged: nothing that was said to be shared is lost', async () => {
  const seed = Math.floor(Math.random() * 1e9);
  const { problems } = await proveDocumentKills({ kills: 5, seed });
  expect(problems, `seed ${String(seed)}`).toEqual([]);
}, 120_000);
