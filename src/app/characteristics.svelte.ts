/**
 * Characteristics as pages see them: their names from the document, and from the log those whose document is on its way.
 * The values are cells of contacts.
 */
/* eslint-disable svelte/prefer-svelte-reactivity -- no map here is ever changed: a new one takes its place */
import type { Characteristic } from '#domain/characteristic';
import type { CharacteristicDocuments } from '#documents/characteristic-documents';
import type { Characteristics } from './types.ts';
import type { Opened } from './opened.ts';

export interface CharacteristicsPart extends Characteristics {
  /** What the log says may have changed. */
  readonly refresh: () => Promise<void>;
  /** Documents of those that an import names; answers how to take them back. */
  readonly adopt: CharacteristicDocuments['adopt'];
  readonly disown: CharacteristicDocuments['disown'];
  readonly dropEmpty: CharacteristicDocuments['dropEmpty'];
  readonly bringBack: CharacteristicDocuments['bringBack'];
}

export function createCharacteristics(
  opened: Promise<Opened>,
  documents: Promise<CharacteristicDocuments>,
): CharacteristicsPart {
  let list = $state.raw<readonly Characteristic[]>([]);
  let loading = $state<Characteristics['loading']>('loading');
  const byId = $derived(new Map(list.map((characteristic) => [characteristic.id, characteristic])));

  async function read(): Promise<void> {
    const [{ workers }, document] = await Promise.all([opened, documents]);
    document.await(await workers.audience.namedCharacteristics());
    const next = document.list();
    if (JSON.stringify(next) !== JSON.stringify(list)) list = next;
    loading = 'loaded';
  }
  documents
    .then((document) => {
      document.watch(() => void read());
      return read();
    })
    // Where opening fails, `phase` says so.
    .catch(() => {});

  return {
    get loading() {
      return loading;
    },
    get list() {
      return list;
    },
    byId: (id) => byId.get(id),
    async all() {
      await read();
      return list;
    },
    async refresh() {
      if (loading === 'loaded') await read();
    },
    adopt: async (named) => (await documents).adopt(named),
    disown: async (ids) => (await documents).disown(ids),
    dropEmpty: async (named) => (await documents).dropEmpty(named),
    bringBack: async (named, sinceMs) => (await documents).bringBack(named, sinceMs),
    async create(name) {
      const { kind, row } = await (await documents).create(name);
      return { kind, characteristic: row };
    },
    async propose(name) {
      const found = (await documents).findOrPropose(name);
      return found.kind === 'exists'
        ? { to: { id: found.row.id, name: found.row.name }, isNew: false }
        : { to: { id: found.id, name }, isNew: true };
    },
    rename: async (id, name) => (await documents).rename(id, name),
    async remove(id) {
      const document = await documents;
      await document.remove(id);
      return { undo: () => document.restore(id) };
    },
  };
}
