/**
 * An edit of one contact by hand, its history, and the messages to it, on the page's side: texts are read by the import worker, as a file's
 * row is. Loaded when somebody first looks at a contact.
 */
import { isCharacteristicCell } from '#domain/characteristic';
import { mergeState } from '#domain/delivery';
import type { ContactId } from '#domain/ids';
import { splitTags, tagCell, type Tag } from '#domain/tag';
import { createContactIds } from '#log/contact-id';
import { msOfTime } from '#log/time';
import type { Opened } from './opened.ts';
import type { ContactMessages, EditDraft, EditResult, HistoryEntry } from './types.ts';
import { fromBase64Url } from './random-id.ts';
import { readScoped } from './scoped-edit.ts';
import { createWhoIs } from './who-is.ts';
import type { ChangeResult, ContactEdit } from './worker-types.ts';

const TYPED = ['userId', 'phone', 'email', 'name'] as const;
/** The readers want a key; whether one is left is asked where all of them are known. */
const ANY_KEY = 'any';

export async function changeContact(
  app: Opened,
  id: ContactId,
  { country, tags, scoped, ...draft }: EditDraft,
): Promise<EditResult> {
  const { workers } = app;
  const texts = TYPED.filter((field) => draft.cells[field]);
  let cells = withMore(draft.cells, app, tags);
  if (texts.length > 0) {
    const typed = Object.fromEntries(texts.map((field) => [field, draft.cells[field] ?? '']));
    const imports = await workers.imports();
    const read = await imports.readContact(country, { ...typed, ...(typed['userId'] ? {} : { userId: ANY_KEY }) });
    if (read.kind === 'problems') return read;
    const { userId = '', ...others } = read.cells;
    cells = { ...cells, ...others, ...(typed['userId'] ? { userId } : {}) };
  }
  if (scoped) {
    const read = await readScoped(app, id, country, scoped);
    if (read.kind === 'problem') return read;
    cells = { ...cells, ...read.cells };
  }
  const result = await write(app, id, { ...draft, cells });
  if (result.kind === 'keyMissing') return { kind: 'problems', problems: [{ field: 'phone', problem: 'keyMissing' }] };
  if (result.kind === 'taken') return result;
  if (result.kind !== 'changed') return { kind: result.kind };
  const { inverse } = result;
  return { kind: 'changed', undo: async () => void (await write(app, id, inverse)) };
}

/** Texts of characteristics in one line, and tags as the cells that they are. */
function withMore(cells: EditDraft['cells'], { workspace }: Opened, tags: EditDraft['tags']): EditDraft['cells'] {
  const more: Record<string, string> = {};
  for (const [name, value] of Object.entries(cells))
    if (isCharacteristicCell(name) && value !== undefined) more[name] = value.trim().replace(/\s+/gu, ' ');
  if (tags) {
    const { tagId } = createContactIds(fromBase64Url(workspace.salt));
    for (const tag of tags.remove) more[tagCell(tag)] = '';
    for (const tag of tags.add) more[tagCell(tagId(tag))] = tag;
  }
  return { ...cells, ...more };
}

export function readTags({ workspace }: Opened, text: string): readonly Tag[] {
  const { tagId } = createContactIds(fromBase64Url(workspace.salt));
  return splitTags(text).map((name) => ({ id: tagId(name), name }));
}

/** Other tabs hold columns of their own and learn from the disk. */
async function write({ workers, tabs }: Opened, id: ContactId, edit: ContactEdit): Promise<ChangeResult> {
  const result: ChangeResult = await workers.audience.change(id, edit);
  tabs.tell('audience');
  return result;
}

export async function readHistory(app: Opened, id: ContactId): Promise<readonly HistoryEntry[]> {
  const [steps, whoIs] = await Promise.all([app.workers.audience.history(id), createWhoIs(app)]);
  return steps.map((step) => ({ ...step, who: whoIs(step), atMs: msOfTime(step.time) }));
}

export async function readMessages(app: Opened, id: ContactId, limit: number): Promise<ContactMessages> {
  const { stores, workers, workspace } = app;
  const [outbox, whoIs] = await Promise.all([stores.outbox.list(), createWhoIs(app)]);
  const waiting = outbox.map(({ key, message, blocks }) => ({
    ...{ message: key, channelType: message.channelType, atMs: message.createdAt, device: workspace.device, blocks },
  }));
  const { total, deliveries } = await workers.audience.messagesTo(id, waiting, limit);
  const lines = deliveries.map((delivery) => ({
    ...{ ...delivery, who: whoIs(delivery) },
    state: delivery.receipts.map(({ state }) => state).reduce(mergeState, 'queued'),
  }));
  return { total, lines };
}
