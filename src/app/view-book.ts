/** Reads and writes saved views, one's own and the team's, and says which of them are marked. Loaded after the first rows. */
import { countUnknown, namedCharacteristics, namedGroups, withoutGone } from '#domain/filter';
import type { ViewId } from '#domain/ids';
import { tidyViewName, type View } from '#domain/view';
import { parseFilter } from '#protocol/filter';
import type { Documents } from './open-documents.ts';
import type { Opened } from './opened.ts';
import { randomId } from './random-id.ts';
import type { SavedView, Views } from './types.ts';

export type ViewBook = Pick<Views, 'create' | 'change' | 'remove'> & { readonly reread: () => Promise<void> };

export async function createViewBook(
  { stores, tabs }: Pick<Opened, 'stores' | 'tabs'>,
  { views, groups, characteristics }: Pick<Documents, 'views' | 'groups' | 'characteristics'>,
  onChange: (list: readonly SavedView[]) => void,
): Promise<ViewBook> {
  let own: readonly View[] = [];
  let writing: Promise<unknown> = Promise.resolve();

  function tell(): void {
    const isGone = (id: string) => groups.isDeleted(id) || characteristics.isDeleted(id);
    const all = [
      ...own.map((view) => ({ ...view, place: 'own' as const })),
      ...views.list().map((view) => ({ ...view, place: 'team' as const })),
    ];
    onChange(
      all
        .map((view): SavedView => {
          const node = parseFilter(view.filter);
          const marks: SavedView['marks'][number][] = [];
          if (node && countUnknown(node) > 0) marks.push('unknown');
          if ((node && namedGroups(node).some(isGone)) || isGone(view.group)) marks.push('groupGone');
          if (node && namedCharacteristics(node).some(isGone)) marks.push('characteristicGone');
          return {
            ...view,
            ...(isGone(view.group) && { group: '' }),
            where: node && withoutGone(node, isGone),
            marks,
          };
        })
        .sort((one, other) => one.name.localeCompare(other.name)),
    );
  }

  async function reread(): Promise<void> {
    own = (await stores.meta.get('views')) ?? [];
    tell();
  }

  /** One at a time, and on what other tabs wrote. */
  function writeOwn(edit: (views: readonly View[]) => readonly View[]): Promise<void> {
    const next = writing.then(() =>
      tabs.exclusively('views', async () => {
        own = edit((await stores.meta.get('views')) ?? []);
        await stores.meta.set('views', own);
        tabs.tell('views');
        tell();
      }),
    );
    writing = next.catch(() => undefined);
    return next;
  }

  const isOwn = (id: ViewId) => own.some((view) => view.id === id);

  views.watch(tell);
  // A group or characteristic that is deleted, or comes back, marks the views that name it.
  groups.watch(tell);
  characteristics.watch(tell);
  await reread();

  return {
    reread,
    async create(place, name, content) {
      const view: View = { ...content, id: randomId() as ViewId, name: tidyViewName(name) };
      if (place === 'own') await writeOwn((views) => [...views, view]);
      else await views.create(view);
      return view.id;
    },
    async change(id, change) {
      const tidy = { ...change, ...(change.name !== undefined && { name: tidyViewName(change.name) }) };
      if (isOwn(id)) await writeOwn((views) => views.map((view) => (view.id === id ? { ...view, ...tidy } : view)));
      else await views.change(id, tidy);
    },
    async remove(id) {
      const former = own.find((view) => view.id === id);
      if (!former) {
        await views.remove(id);
        return { undo: () => views.restore(id) };
      }
      await writeOwn((views) => views.filter((view) => view.id !== id));
      return { undo: () => writeOwn((views) => [...views.filter((view) => view.id !== id), former]) };
    },
  };
}
