/** The relay erases somebody (DESIGN, Contacts 7): by what it knows, all ids and all keys that are that person's. */
import { idAt, isListed, strictAt } from '#audience/columns';
import { KEY_FIELDS, STRICT_FIELDS, type StrictField } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { createErasureFilter, erasuresIn } from '#log/erasure-filter';
import { anewOf } from '#log/fold-again';
import { createFold } from '#log/fold';
import { STRICT_WORDS, type FoldState } from '#log/fold-state';
import type { ChangeBody, ErasureBody, MergeBody } from '#log/types';
import { ids, SALT } from '#tests/builders/entries';
import { finishAnew } from '#tests/builders/folds';
import { rowsIn } from './entry-rows.ts';
import { anyRow, type Operation } from './hands.ts';
import { newEntryId, type World } from './world.ts';

export const erase: Operation = (world, _, dice) => {
  const { relay } = world;
  const fold = createFold(SALT);
  finishAnew(anewOf(fold, relay.log), () => relay.blocks);
  const row = anyRow({ fold }, dice);
  if (row < 0) return;
  const parts = [...fold.state.joined].flatMap(([part, root]) => (root === row ? [part] : []));
  const contacts = new Set([row, ...parts].map((part) => idAt(fold.state, part)));
  const keys = keysOf(world, fold.state, row, contacts);
  const fields = STRICT_FIELDS.filter((field) => strictAt(fold.state, field, row) === strictestOf(field));
  const body: ErasureBody = {
    kind: 'erasure',
    contacts: [...contacts],
    keys: [...keys.keys()],
    refused: [...keys.keys()].flatMap((key) => fields.map((field) => ({ key, field }))),
  };
  for (const value of keys.values()) world.erasedKeys.add(value);
  relay.append(newEntryId(world, dice), body, world.nowMs);
};

const strictestOf = (field: StrictField) => STRICT_WORDS[field].at(-1);

/** Of all that was ever said of these ids; but what is somebody else's by now is left to him. */
function keysOf({ relay }: World, state: FoldState, row: number, contacts: ReadonlySet<ContactId>) {
  const values = KEY_FIELDS.map((field) => new Set([state.texts[field].get(row) ?? '']));
  for (const said of relay.log.flatMap((entry) => rowsIn(entry, relay.blocks))) {
    if (!contacts.has(said.id ?? ids.idOf(said.key, said.keyValue, said.generation))) continue;
    KEY_FIELDS.forEach((field, at) => {
      values[at]?.add(said.cells[field] ?? '');
      if (field === said.key) values[at]?.add(said.keyValue);
    });
  }
  return new Map(
    KEY_FIELDS.flatMap((field, at) => {
      const others = new Set<string | undefined>();
      for (let other = 0; other < state.ids.count; other += 1)
        if (other !== row) others.add(state.texts[field].get(other));
      return [...(values[at] ?? [])]
        .filter((value) => value !== '' && !others.has(value))
        .map((value) => [ids.idOf(field, value, 0), value] as const);
    }),
  );
}

/** Names and keys that somebody may have in the end: those of rows and merges that no erasure beats. */
export const survivingTexts = ({ relay }: Pick<World, 'relay'>): ReadonlySet<string> => textsOf(relay, 'surviving');

/** Of rows that an erasure beats; somebody else may have the same. */
export const erasedTexts = ({ relay }: Pick<World, 'relay'>): ReadonlySet<string> => textsOf(relay, 'erased');

function textsOf(relay: World['relay'], which: 'surviving' | 'erased'): ReadonlySet<string> {
  const filter = createErasureFilter(SALT, erasuresIn(relay.log));
  const texts = new Set<string>();
  for (const entry of relay.log) {
    for (const row of rowsIn(entry, relay.blocks)) {
      if (filter.namesRow(row, entry.time) !== (which === 'erased')) continue;
      texts.add(row.keyValue);
      for (const field of KEPT) texts.add(row.cells[field] ?? '');
    }
    const merge = entry.body.kind === 'merge' && which === 'surviving' ? filter.entry(entry, entry.time) : undefined;
    if (merge) for (const field of KEPT) texts.add((merge.body as MergeBody).cells[field] ?? '');
  }
  return texts;
}
const KEPT = [...KEY_FIELDS, 'name'] as const;

/** Whoever has a key of somebody erased who had refused, refuses, unless a member who had seen it has changed that. */
export function loosenedByErasure({ relay }: World, state: FoldState): string[] {
  const replaced = new Set(relay.log.flatMap(({ body }) => (body as Partial<ChangeBody>).replaces ?? []));
  const refused = new Set<string>();
  for (const { id, body } of relay.log)
    if (body.kind === 'erasure' && !replaced.has(id))
      for (const { key, field } of (body as ErasureBody).refused ?? []) refused.add(`${key} ${field}`);
  if (refused.size === 0) return [];
  const rows = Array.from({ length: state.ids.count }, (_, row) => row).filter((row) => isListed(state, row));
  return rows.flatMap((row) => {
    const keys = KEY_FIELDS.map((field) => ids.idOf(field, state.texts[field].get(row) ?? '', 0));
    return STRICT_FIELDS.filter(
      (field) =>
        keys.some((key) => refused.has(`${key} ${field}`)) && strictAt(state, field, row) !== strictestOf(field),
    ).map((field) => `${field} of ${idAt(state, row)} is looser than of whom was erased`);
  });
}
