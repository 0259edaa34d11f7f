/** What conditions are chosen from in this workspace, read once for whoever shows them; reactive as it comes. */
import type { App, PastImport } from '#app/types';
import type { TagCount } from '#audience/types';
import type { Scoped } from '#domain/scope';
import { getLocale } from '#paraglide/runtime';
import { createFilterLists, type FilterLists } from './filter-lists.ts';

export function createAppLists(app: Pick<App, 'groups' | 'characteristics' | 'imports' | 'contacts'>): FilterLists {
  let imports = $state.raw<readonly PastImport[]>([]);
  let tags = $state.raw<readonly TagCount[]>([]);
  let scoped = $state.raw<readonly Scoped[]>([]);
  // Without them an import is shown by its number, and none can be chosen.
  app.imports.past().then(
    (past) => (imports = past),
    () => undefined,
  );
  app.contacts.tags().then(
    (all) => (tags = all),
    () => undefined,
  );
  app.contacts.scoped().then(
    (all) => (scoped = all),
    () => undefined,
  );
  return createFilterLists(
    {
      groups: () => app.groups.list,
      tags: () => tags,
      characteristics: () => app.characteristics.list,
      imports: () => imports,
      scoped: () => scoped,
    },
    getLocale(),
  );
}
