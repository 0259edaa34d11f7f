import { expect, test } from 'vitest';
import { createTabWorld } from '#tests/builders/tab-world';

/** In a browser: `tests/e2e/tabs.spec.ts`. */
test('[SYN-3] besides: a hidden tab that owns the connection goes on for all, until one is looked at', async () => {
  const world = createTabWorld();
  const [owner, other] = [world.openTab('owner'), world.openTab('other', 'hidden')];
  await world.settle();
  await owner.turn('hidden');
  await world.pass(3_600_000);
  other.owner.ask('share');
  await world.settle();
  expect(owner.wishes).toEqual(['share']);
  owner.owner.say({ relay: 'online' });
  await world.settle();
  expect(other.said.at(-1)).toEqual({ relay: 'online' });

  await other.turn('visible');
  expect([owner, other].map((tab) => tab.owner.isOwner())).toEqual([false, true]);
  // Nothing is carried twice: what is asked now is the new owner's alone.
  owner.owner.ask('send');
  await world.settle();
  expect([owner.wishes, other.wishes]).toEqual([['share'], ['send']]);
});
