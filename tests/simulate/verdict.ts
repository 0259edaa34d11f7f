/** What must be true once everything has arrived everywhere. */
import { idAt } from '#audience/columns';
import { STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import type { EntryId, GroupId } from '#domain/ids';
import { canonicalState } from '#log/canonical';
import { anewOf, behindOf } from '#log/fold-again';
import { highHalf, lowHalf } from '#log/contact-id';
import { erasuresIn } from '#log/erasure-filter';
import { createFold, type Fold } from '#log/fold';
import { rootOf, type FoldState } from '#log/fold-state';
import type { Entry, EntryBody } from '#log/types';
import type { Dice } from '#tests/builders/dice';
import { SALT } from '#tests/builders/entries';
import { finishAnew } from '#tests/builders/folds';
import { loosenedByErasure, survivingTexts } from './erase.ts';
import type { World } from './world.ts';

export function judge(world: World, dice: Dice): string[] {
  const { relay, replicas, acknowledged, erasedKeys } = world;
  const problems: string[] = [];
  const ids = relay.log.map(({ id }) => id);
  const all = [...ids].sort().join();
  const texts = survivingTexts(world);
  const erasedIds = new Set(erasuresIn(relay.log).flatMap(({ body }) => body.contacts));
  const fromNothing = foldOf(world, relay.log);
  const anew = canonicalState(fromNothing);
  problems.push(...loosenedByErasure(world, fromNothing.state));
  for (const { device, entries, fold, pending } of replicas) {
    if (pending.length > 0) problems.push(`${device}: ${String(pending.length)} still pending`);
    if ([...entries.keys()].sort().join() !== all) problems.push(`${device}: other entries than the relay`);
    const state = canonicalState(fold);
    if (state !== anew) problems.push(`${device}: another state than a fold from nothing`);
    for (const value of erasedKeys)
      if (!texts.has(value) && state.includes(`"${value}"`)) problems.push(`${device}: an erased key is back`);
    for (const id of erasedIds)
      if (state.includes(`{"id":"${id}"`)) problems.push(`${device}: an erased contact is back: ${id}`);
    for (let row = 0; row < fold.state.ids.count; row += 1) {
      const name = fold.state.texts.name.get(row);
      if (name !== undefined && !texts.has(name)) problems.push(`${device}: a name that was erased is back`);
    }
  }
  for (const id of acknowledged) if (!relay.has(id)) problems.push(`${id} was acknowledged and is missing`);
  return [...problems, ...judgeUndo(world, fromNothing, dice)];
}

function foldOf({ relay }: World, entries: readonly Entry[]): Fold {
  const fold = createFold(SALT);
  finishAnew(anewOf(fold, entries), () => relay.blocks);
  return fold;
}

/** Undo of any import, here of what is folded, is as if it had never been, but for people who stay and for consent (IMP-11). */
function judgeUndo(world: World, folded: Fold, dice: Dice): string[] {
  const { log } = world.relay;
  const imports = log.filter(({ body }) => (body as Partial<EntryBody & { source: string }>).source === 'import');
  if (imports.length === 0) return [];
  const { id } = dice.pick(imports);
  const latest = Math.max(...log.map(({ time }) => time)) + 1;
  const undo = {
    ...(log[0] as Entry),
    id: `${id}-undone` as EntryId,
    time: latest,
    body: { kind: 'undo', of: id, undone: true },
  };
  folded.apply(undo, world.relay.blocks);
  behindOf(folded)?.catchUp(() => world.relay.blocks);
  if (folded.stale) finishAnew(anewOf(folded, [...log, undo]), () => world.relay.blocks);
  const undone = folded.state;
  const without = foldOf(
    world,
    log.filter((entry) => entry.id !== id),
  ).state;
  return differences(undone, without).map((what) => `undo of ${id} left ${what}`);
}

function differences(undone: FoldState, without: FoldState): string[] {
  const found: string[] = [];
  const names = new Set([...undone.others.keys(), ...without.others.keys()]);
  const groups = new Set<GroupId>([...undone.members.keys(), ...without.members.keys()]);
  for (let at = 0; at < without.ids.count; at += 1) {
    const id = idAt(without, at);
    const row = undone.ids.find(highHalf(id), lowHalf(id));
    if (row < 0) {
      found.push(`nothing of ${id}`);
      continue;
    }
    if (idAt(undone, rootOf(undone, row)) !== idAt(without, rootOf(without, at))) found.push(`${id} part of another`);
    const isBorn = without.births[at] === 2;
    if (isBorn !== (undone.births[row] === 2)) found.push(`${id} born otherwise`);
    if (isBorn && undone.born[row] !== without.born[at]) found.push(`${id} listed otherwise`);
    for (const field of TEXT_FIELDS) {
      const [one, other] = [undone.texts[field], without.texts[field]];
      const stands = other.stamps[at] !== 0 && !without.stamps.isUndone(other.stamps[at] ?? 0);
      if ((isBorn || stands) && one.get(row) !== other.get(at)) found.push(`another ${field} of ${id}`);
    }
    for (const name of names) {
      const other = without.others.get(name)?.get(at);
      const stands = other !== undefined && !without.stamps.isUndone(other.stamp);
      if ((isBorn || stands) && undone.others.get(name)?.get(row)?.value !== other?.value)
        found.push(`another ${name} of ${id}`);
    }
    for (const group of groups)
      if ((undone.members.get(group)?.has(row) ?? false) !== (without.members.get(group)?.has(at) ?? false))
        found.push(`${id} in other groups`);
    for (const field of STRICT_FIELDS)
      if ((undone.stricts[field].ranks[row] ?? 0) < (without.stricts[field].ranks[at] ?? 0))
        found.push(`a looser ${field} of ${id}`);
  }
  return found;
}
