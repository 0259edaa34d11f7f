/**
 * Views for the team as they stand in the document: flat keys `<id>/<field>`, so that two who change different things of
 * one view lose nothing. Ids are random: two views of one name are two.
 */
import type * as Y from 'yjs';
import type { ViewId } from '#domain/ids';
import { VIEW_FIELDS, type View, type ViewContent } from '#domain/view';
import type { ContentDocument } from './content-document.ts';

export type ViewDocuments = ReturnType<typeof createViewDocuments>;

export function createViewDocuments(content: ContentDocument, now: () => number) {
  const map = content.doc.getMap<string | number>('views');
  return {
    list: (): readonly View[] => readViews(map),

    /** Durable before it resolves, as all below. */
    create: (view: View): Promise<void> => content.change(() => write(map, view.id, view)),

    change: (id: ViewId, change: Partial<ViewContent & Pick<View, 'name'>>): Promise<void> =>
      content.change(() => write(map, id, change)),

    /** Deletion is a time beside the view: it beats whatever is changed meanwhile, and can be taken back. */
    remove: (id: ViewId): Promise<void> => content.change(() => void map.set(`${id}/deletedAt`, now())),
    restore: (id: ViewId): Promise<void> => content.change(() => map.delete(`${id}/deletedAt`)),

    watch(onChange: () => void): () => void {
      map.observe(onChange);
      return () => map.unobserve(onChange);
    },
  };
}

/** Only what differs: the other fields stay what others make of them. */
function write(map: Y.Map<string | number>, id: ViewId, view: Partial<ViewContent & Pick<View, 'name'>>): void {
  for (const field of ['name', ...VIEW_FIELDS] as const) {
    const value = view[field];
    if (value !== undefined && map.get(`${id}/${field}`) !== value) map.set(`${id}/${field}`, value);
  }
}

/** What another device or version wrote is read with care: a view without a name is none. */
function readViews(map: Y.Map<string | number>): View[] {
  const views: View[] = [];
  for (const [key, name] of map) {
    if (!key.endsWith('/name') || typeof name !== 'string') continue;
    const id = key.slice(0, -'/name'.length) as ViewId;
    if (map.has(`${id}/deletedAt`)) continue;
    const text = (field: keyof ViewContent) => {
      const value = map.get(`${id}/${field}`);
      return typeof value === 'string' ? value : '';
    };
    const content = Object.fromEntries(VIEW_FIELDS.map((field) => [field, text(field)])) as ViewContent;
    views.push({ id, name, ...content });
  }
  return views;
}
