/** The relay erases somebody (DESIGN, Contacts 7): by what it knows, all ids and all keys that are that person's. */
import { idAt } from '#audience/columns';
import { KEY_FIELDS } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { createFold } from '#log/fold';
import type { FoldState } from '#log/fold-state';
import type { ErasureBody, MergeBody } from '#log/types';
import { ids, SALT } from '#tests/builders/entries';
import { erasedBy, namesErased, rowsIn } from './erasure-filter.ts';
import { anyRow, type Operation } from './hands.ts';
import { newEntryId, type World } from './world.ts';

export const erase: Operation = (world, _, dice) => {
  const { relay } = world;
  const fold = createFold(SALT);
  const anew = fold.anew(relay.log);
  for (const entry of anew.inOrder) anew.apply(entry, relay.blocks);
  anew.done();
  const row = anyRow({ fold }, dice);
  if (row < 0) return;
  const parts = [...fold.state.joined].flatMap(([part, root]) => (root === row ? [part] : []));
  const contacts = new Set([row, ...parts].map((part) => idAt(fold.state, part)));
  const keys = keysOf(world, fold.state, row, contacts);
  const body = { kind: 'erasure', contacts: [...contacts], keys: [...keys.keys()] } as const;
  for (const value of keys.values()) world.erasedKeys.add(value);
  relay.append(newEntryId(world, dice), body, world.nowMs);
};

/** Of all that was ever said of these ids; but what is somebody else's by now is left to him. */
function keysOf({ relay }: World, state: FoldState, row: number, contacts: ReadonlySet<ContactId>) {
  const values = KEY_FIELDS.map((field) => new Set([state.texts[field].values[row] ?? '']));
  for (const said of relay.log.flatMap((entry) => rowsIn(entry, relay.blocks))) {
    if (!contacts.has(said.id ?? ids.idOf(said.key, said.keyValue, said.generation))) continue;
    KEY_FIELDS.forEach((field, at) => {
      values[at]?.add(said.cells[field] ?? '');
      if (field === said.key) values[at]?.add(said.keyValue);
    });
  }
  return new Map(
    KEY_FIELDS.flatMap((field, at) => {
      const others = new Set(state.texts[field].values.filter((_, other) => other !== row));
      return [...(values[at] ?? [])]
        .filter((value) => value !== '' && !others.has(value))
        .map((value) => [ids.idOf(field, value, 0), value] as const);
    }),
  );
}

/** Names that somebody may have in the end: those of rows that no erasure beats. */
export function survivingNames({ relay }: World): ReadonlySet<string> {
  const erasures = relay.log.filter(({ body }) => body.kind === 'erasure');
  const names = new Set<string>();
  for (const entry of relay.log) {
    const later = erasures.filter(({ time }) => time > entry.time).map(({ body }) => body as ErasureBody);
    const contacts = erasedBy(erasures.map(({ body }) => body as ErasureBody)).contacts;
    const erased = { contacts, keys: erasedBy(later).keys };
    const rows = rowsIn(entry, relay.blocks).filter((row) => !namesErased(row, erased));
    const merged = entry.body.kind === 'merge' ? [(entry.body as MergeBody).cells] : [];
    for (const cells of [...rows.map((row) => row.cells), ...merged])
      if (cells.name !== undefined) names.add(cells.name);
  }
  return names;
}
