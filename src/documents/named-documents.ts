/**
 * What a team names (groups, characteristics) as it stands in the document: flat keys `<id>/<field>` in a map of its own,
 * so that two devices that make one apart lose nothing of it. What the log says of them is not here.
 */
import type * as Y from 'yjs';
import { normaliseName, tidyName } from '#domain/name';
import type { ContentDocument } from './content-document.ts';

type Values = Y.Map<string | number>;

interface Named<Id extends string> {
  readonly id: Id;
  readonly name: string;
}
export interface NamedRow<Id extends string> extends Named<Id> {
  readonly createdAt: number;
}

export interface NamedKind<Id extends string, More> {
  /** Of the map in the document. */
  readonly map: 'groups' | 'characteristics';
  readonly nameLength: number;
  /** The keyed hash of the normalised name and a generation; see `#log/contact-id`. */
  readonly idOf: (normalisedName: string, generation: number) => Id;
  /** What a row has besides its name, by field; read with care: another device or version wrote it. */
  readonly moreFields: readonly (keyof More & string)[];
  readonly readMore: (value: (field: keyof More & string) => unknown) => Partial<More>;
}

export function createNamedDocuments<Id extends string, More extends object>(
  content: ContentDocument,
  kind: NamedKind<Id, More>,
  now: () => number,
) {
  type Row = NamedRow<Id> & Partial<More>;
  type NewRow = Named<Id> & Partial<More>;
  interface Found {
    readonly row: Row;
    readonly deletedAt?: number;
  }

  const map: Values = content.doc.getMap<string | number>(kind.map);
  const tidy = (name: string) => tidyName(name, kind.nameLength);
  const fields = ['name', 'createdAt', ...kind.moreFields] as const;
  let awaited: readonly NewRow[] = [];

  /** One that was deleted before its name arrived is known too: it must not show again by the name in the log. */
  const isKnown = (id: Id) => map.has(`${id}/name`) || map.has(`${id}/deletedAt`);
  const rows = (): Found[] => [
    ...readRows(),
    ...awaited.filter(({ id }) => !isKnown(id)).map((row) => ({ row: { ...row, createdAt: 0 } })),
  ];

  /** A row without a name is none. */
  function readRows(): Found[] {
    const found: Found[] = [];
    for (const [key, name] of map) {
      if (!key.endsWith('/name') || typeof name !== 'string') continue;
      const id = key.slice(0, -'/name'.length) as Id;
      const deletedAt = map.get(`${id}/deletedAt`);
      const more = kind.readMore((field) => map.get(`${id}/${field}`));
      found.push({
        row: { id, name, createdAt: Number(map.get(`${id}/createdAt`) ?? 0), ...more },
        ...(typeof deletedAt === 'number' && { deletedAt }),
      });
    }
    return found;
  }

  function write(row: Row): void {
    for (const field of fields) {
      const value = row[field] as string | number | undefined;
      if (value !== undefined) map.set(`${row.id}/${field}`, value);
    }
  }

  /** `beside`: what tells two of one name apart. */
  function freeId(name: string, beside = ''): Id {
    const normalised = normaliseName(tidy(name));
    const taken = new Set(rows().map(({ row }) => row.id));
    // No name has a line end.
    const text = beside === '' ? normalised : `${normalised}\n${beside}`;
    let generation = 0;
    while (taken.has(kind.idOf(text, generation))) generation += 1;
    return kind.idOf(text, generation);
  }

  /** The one of this name, or the id a new one gets: what was removed or renamed never comes back by its old name. */
  function findOrPropose(name: string): { readonly kind: 'exists'; readonly row: Row } | { kind: 'free'; id: Id } {
    const normalised = normaliseName(tidy(name));
    const living = rows().find(
      ({ row, deletedAt }) => deletedAt === undefined && normaliseName(row.name) === normalised,
    );
    if (living) return { kind: 'exists', row: living.row };
    return { kind: 'free', id: freeId(name) };
  }

  return {
    /** Living ones, by name. */
    list: (): readonly Row[] =>
      rows()
        .filter(({ deletedAt }) => deletedAt === undefined)
        .map(({ row }) => row)
        .sort((one, other) => one.name.localeCompare(other.name)),

    /** As commits of the log name them: such a name serves until the document arrives. */
    await(named: readonly NewRow[]): void {
      awaited = named;
    },

    /** By somebody's hand; what nobody here knows is not. */
    isDeleted: (id: string): boolean => map.has(`${id}/deletedAt`),

    freeId,
    findOrPropose,

    /**
     * Durable before it resolves. Two devices that make the same name make the same one (SYN-4); with something `beside`
     * it, where that is the same too.
     */
    async create(
      name: string,
      more: Partial<More>,
      beside = '',
    ): Promise<{ readonly kind: 'created' | 'exists'; row: Row }> {
      const found = findOrPropose(name);
      if (found.kind === 'exists') return found;
      const id = beside === '' ? found.id : freeId(name, beside);
      const row: Row = { id, name: tidy(name), createdAt: now(), ...more };
      await content.change(() => write(row));
      return { kind: 'created', row };
    },

    /** Those that an import names; what stands already stays as it is. Answers the ids that are new. */
    async adopt(named: readonly NewRow[]): Promise<readonly Id[]> {
      const missing = named.filter(({ id }) => !map.has(`${id}/name`));
      if (missing.length > 0) {
        await content.change(() => {
          for (const row of missing) write({ ...row, name: tidy(row.name), createdAt: now() });
        });
      }
      return missing.map(({ id }) => id);
    },

    /** Takes back `adopt`, for an import that was not written after all. */
    async disown(ids: readonly Id[]): Promise<void> {
      if (ids.length === 0) return;
      await content.change(() => {
        for (const id of ids) for (const field of [...fields, 'deletedAt']) map.delete(`${id}/${field}`);
      });
    },

    /** What an import made and its undo left empty. One that got another name since is somebody's by now. */
    async dropEmpty(named: readonly Named<Id>[]): Promise<void> {
      const own = named.filter(({ id, name }) => {
        const standing = map.get(`${id}/name`);
        return standing === undefined || standing === tidy(name);
      });
      if (own.length === 0) return;
      await content.change(() => {
        for (const { id } of own) if (!map.has(`${id}/deletedAt`)) map.set(`${id}/deletedAt`, now());
      });
    },

    /** Takes back `dropEmpty`: what was deleted before the undo was deleted by somebody's hand, and stays so. */
    async bringBack(named: readonly Named<Id>[], sinceMs: number): Promise<void> {
      const dropped = named.filter(({ id }) => Number(map.get(`${id}/deletedAt`) ?? 0) >= sinceMs);
      if (dropped.length === 0) return;
      await content.change(() => {
        for (const { id } of dropped) map.delete(`${id}/deletedAt`);
      });
    },

    async rename(id: Id, name: string): Promise<'renamed' | 'nameTaken'> {
      const found = findOrPropose(name);
      if (found.kind === 'exists' && found.row.id !== id) return 'nameTaken';
      await content.change(() => map.set(`${id}/name`, tidy(name)));
      return 'renamed';
    },

    async change(id: Id, field: keyof More & string, value: string): Promise<void> {
      await content.change(() => map.set(`${id}/${field}`, value));
    },

    /** Deletion is a time beside the row: it beats whatever is added meanwhile (SYN-5), and can be taken back. */
    async remove(id: Id): Promise<void> {
      await content.change(() => map.set(`${id}/deletedAt`, now()));
    },

    async restore(id: Id): Promise<void> {
      await content.change(() => map.delete(`${id}/deletedAt`));
    },

    watch(onChange: () => void): () => void {
      map.observe(onChange);
      return () => map.unobserve(onChange);
    },
  };
}
