/** A few rounds of the proof; `npm run prove` has the full count, and the build that must be found out. */
import { expect, test } from 'vitest';
import { proveLogKills } from '#tests/prove/log-kills';

test('[SYN-3] [SYN-9] a relay that is killed while three clients write loses and doubles nothing that it acknowledged', async () => {
  const seed = Math.floor(Math.random() * 1e9);
  const { problems } = await proveLogKills({ kills: 2, changes: 120, seed });
  expect(problems, `seed ${String(seed)}`).toEqual([]);
}, 240_000);
