/**
 * Contacts as pages see them: windows from the audience worker, and a version that rises with every change.
 * Nothing of the audience itself is held here.
 */
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { AudienceEvents, BulkResult, MergeResult, UndoResult } from './worker-types.ts';
import type { ContactDraft, Contacts } from './types.ts';
import type * as edits from './contact-edit.ts';
import type { Opened } from './opened.ts';

type AudienceState = Parameters<AudienceEvents['onChange']>[0];

export interface ContactsPart extends Contacts {
  readonly follow: (state: AudienceState) => void;
  /** Resolves when the first window of rows has been answered. */
  readonly answered: Promise<void>;
}

export function createContacts(opened: Promise<Opened>): ContactsPart {
  let state = $state.raw<AudienceState>({ version: 0, total: 0, loading: 'loading' });
  const answered = Promise.withResolvers<void>();

  /** Other tabs hold columns of their own and learn from the disk. */
  async function change<Value>(run: (app: Opened) => Promise<Value>): Promise<Value> {
    const app = await opened;
    const value = await run(app);
    app.tabs.tell('audience');
    return value;
  }

  /** Once it is here, what a member changes leaves the page with the tap, before what the tap closes is taken down. */
  let editing: { readonly app: Opened; readonly edits: typeof edits } | undefined;
  const loadEditing = async () => (editing ??= { app: await opened, edits: await import('./contact-edit.ts') });

  return {
    get version() {
      return state.version;
    },
    get total() {
      return state.total;
    },
    get loading() {
      return state.loading;
    },
    follow(next) {
      state = next;
    },
    answered: answered.promise,
    window: async (request) => {
      const rows = await (await opened).workers.audience.window(request);
      answered.resolve();
      return rows;
    },
    contact: async (id) => (await opened).workers.audience.contact(id),
    readTags: async (text) => (await import('./contact-edit.ts')).readTags(await opened, text),
    scoped: async () => (await opened).workers.audience.scoped(),
    tags: async () => (await opened).workers.audience.tags(),
    add: (draft: ContactDraft) =>
      change(async ({ workers }) => {
        const imports = await workers.imports();
        const read = await imports.readContact(draft.country, draft.cells);
        if (read.kind === 'problems') return read;
        // Who is in no other group stands in the default group by itself (CON-3).
        const joins = draft.groups.filter((group) => group !== DEFAULT_GROUP_ID);
        return workers.audience.addContact({ cells: read.cells, joins, newGroups: [] });
      }),
    choose: async (filter) => (await opened).workers.audience.choose(filter),
    chooseByLines: async (country, lines) => {
      const { workers } = await opened;
      const imports = await workers.imports();
      return workers.audience.chooseByKeys(await imports.readKeys(country, lines));
    },
    chosenWindow: async (...window) => (await opened).workers.audience.chosenWindow(...window),
    groupsAmong: async (chosen) => (await opened).workers.audience.groupsAmong(chosen),
    bulk: (...act) => change<BulkResult>(async ({ workers }) => workers.audience.bulk(...act)),

    change: (id, draft) =>
      editing
        ? editing.edits.changeContact(editing.app, id, draft)
        : loadEditing().then(({ app, edits }) => edits.changeContact(app, id, draft)),
    history: async (id) => {
      const { app, edits } = await loadEditing();
      return edits.readHistory(app, id);
    },
    messages: async (...asked) => (await import('./contact-edit.ts')).readMessages(await opened, ...asked),

    duplicates: async (...window) => (await opened).workers.audience.duplicates(...window),
    merge: (...merge) => change<MergeResult>(async ({ workers }) => workers.audience.merge(...merge)),

    undo: async (commit) => void (await change<UndoResult>(async ({ workers }) => workers.audience.undoEntry(commit))),
    redo: async (commit) => void (await change<UndoResult>(async ({ workers }) => workers.audience.redoEntry(commit))),
  };
}
