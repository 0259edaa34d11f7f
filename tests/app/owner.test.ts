/** One tab owns the connections (decision 0016): who, how it is handed over, and what becomes of a silent one. */
import { describe, expect, test } from 'vitest';
import { createTabWorld } from '#tests/builders/tab-world';

const ownersOf = (tabs: readonly { readonly tab: string; readonly owner: { readonly isOwner: () => boolean } }[]) =>
  tabs.filter(({ owner }) => owner.isOwner()).map(({ tab }) => tab);

/** Longer than an owner may be silent. */
const SILENT_MS = 10_000;

describe('the owning tab', () => {
  test('of three visible tabs the first one owns, and keeps it while the others come and look', async () => {
    const world = createTabWorld();
    const tabs = ['a', 'b', 'c'].map((name) => world.openTab(name));
    await world.pass(60_000);
    expect(ownersOf(tabs)).toEqual(['a']);
    expect(tabs.map(({ stood }) => stood)).toEqual([[false, true], [false], [false]]);
  });

  test('a hidden owner hands over to a visible tab, and does not take it back', async () => {
    const world = createTabWorld();
    const [a, b, c] = [world.openTab('a'), world.openTab('b', 'hidden'), world.openTab('c')];
    await world.settle();
    await a.turn('hidden');
    await world.pass(30_000);
    expect(ownersOf([a, b, c])).toEqual(['c']);
    // The hidden one in between had the lock for a moment and nothing else.
    expect(b.stood).toEqual([false]);
    await a.turn('visible');
    await world.pass(30_000);
    expect(ownersOf([a, b, c])).toEqual(['c']);
  });

  test('where no tab is visible the hidden owner keeps it, until somebody looks', async () => {
    const world = createTabWorld();
    const [a, b] = [world.openTab('a'), world.openTab('b', 'hidden')];
    await world.settle();
    await a.turn('hidden');
    await world.pass(3_600_000);
    expect(ownersOf([a, b])).toEqual(['a']);
    await b.turn('visible');
    expect(ownersOf([a, b])).toEqual(['b']);
    expect(a.stood).toEqual([false, true, false]);
  });

  test('an owner that is closed or killed is followed by another at once, a hidden one if need be', async () => {
    const world = createTabWorld();
    const [a, b, c] = [world.openTab('a'), world.openTab('b', 'hidden'), world.openTab('c')];
    await world.settle();
    await a.kill();
    await world.pass(1_000);
    expect(ownersOf([b, c])).toEqual(['c']);
    c.owner.close();
    await world.pass(1_000);
    expect(ownersOf([b])).toEqual(['b']);
  });

  test('from an owner that does not answer for seconds a visible tab takes it; awake again, that one follows', async () => {
    const world = createTabWorld();
    const [a, b] = [world.openTab('a'), world.openTab('b')];
    await world.settle();
    a.hang();
    await world.pass(SILENT_MS);
    expect(b.owner.isOwner()).toBe(true);
    expect(b.stolen()).toBe(1);
    await a.wake();
    expect(a.owner.isOwner()).toBe(false);
    await world.pass(60_000);
    expect(ownersOf([a, b])).toEqual(['b']);
    expect(a.stolen()).toBe(0);
    // The line behind the new owner is sound.
    await b.kill();
    await world.settle();
    expect(a.owner.isOwner()).toBe(true);
  });

  test('two that take it at once end as one owner', async () => {
    const world = createTabWorld();
    const [a, b, c] = [world.openTab('a'), world.openTab('b'), world.openTab('c')];
    await world.settle();
    a.hang();
    await world.pass(SILENT_MS);
    expect(ownersOf([b, c])).toHaveLength(1);
    await a.wake();
    await world.pass(60_000);
    expect(ownersOf([a, b, c])).toHaveLength(1);
  });

  test('hidden tabs take nothing from a silent owner', async () => {
    const world = createTabWorld();
    const [a, b] = [world.openTab('a', 'hidden'), world.openTab('b', 'hidden')];
    await world.pass(1_000);
    a.hang();
    await world.pass(SILENT_MS);
    expect(b.stolen()).toBe(0);
  });

  test('a page that is about to be frozen lets go, and stands in line again only when it is shown', async () => {
    const world = createTabWorld();
    const [a, b] = [world.openTab('a'), world.openTab('b', 'hidden')];
    await world.settle();
    await a.turn('frozen');
    await world.pass(1_000);
    expect(ownersOf([a, b])).toEqual(['b']);
    await b.kill();
    await world.pass(60_000);
    expect(ownersOf([a])).toEqual([]);
    await a.turn('visible');
    expect(ownersOf([a])).toEqual(['a']);
  });

  test('what the owner says is shown in the others, in one opened later too, and wishes are its to fulfil', async () => {
    const world = createTabWorld();
    const [a, b] = [world.openTab('a'), world.openTab('b')];
    await world.settle();
    a.owner.say({ relay: 'online' });
    await world.settle();
    expect(b.said.at(-1)).toEqual({ relay: 'online' });
    const c = world.openTab('c');
    await world.settle();
    expect(c.said.at(-1)).toEqual({ relay: 'online' });
    b.owner.ask('send');
    a.owner.ask('share');
    await world.settle();
    expect(a.wishes.toSorted()).toEqual(['send', 'share']);
    expect([...b.wishes, ...c.wishes]).toEqual([]);
    // A follower says nothing.
    b.owner.say({ relay: 'offline' });
    await world.settle();
    expect(c.said.at(-1)).toEqual({ relay: 'online' });
  });

  test('without Web Locks each tab is for itself', async () => {
    const world = createTabWorld();
    const tabs = [world.openTab('a', 'visible', 'none'), world.openTab('b', 'hidden', 'none')];
    await world.settle();
    expect(ownersOf(tabs)).toEqual(['a', 'b']);
    expect(tabs.map(({ owner }) => owner.kind)).toEqual(['each', 'each']);
    tabs[0]?.owner.say({ relay: 'online' });
    await world.settle();
    expect(tabs[1]?.said).toEqual([]);
  });
});
