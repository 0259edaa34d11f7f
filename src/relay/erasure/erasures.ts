/**
 * Erasing at the relay (`docs/decisions/0013-erasure.md`): works out who somebody is, appends the erasure, and then
 * rewrites whatever holds that person. Until that is done the workspace's log and blocks are given to nobody, since what
 * a device took meanwhile would hold her; a restart takes up what was cut off.
 */
import { randomUUID } from 'node:crypto';
import type { StrictField } from '#domain/contact';
import type { ContactId, EntryId, MessageId, WorkspaceId } from '#domain/ids';
import { createErasureFilter, erasuresIn, type ErasureFilter } from '#log/erasure-filter';
import { knownBody } from '#log/entry';
import type { Entry, ErasureBody, Refused } from '#log/types';
import type { Audience, KnownPerson } from '#relay/audience/types';
import type { Blocks } from '#relay/blocks/blocks';
import { errorFields, type Log } from '#relay/log';
import { deviceOf } from '#relay/relay-device';
import { readEntry, refusalOf } from '#relay/store/entry-judge';
import type { RelayStore } from '#relay/store/types';
import { eraseFromStore } from './erase-from-store.ts';

export interface Erasures {
  /** Durable before it answers; the rest goes on by itself. `unavailable`: who they are could not be worked out now. */
  readonly begin: (
    workspace: WorkspaceId,
    contacts: readonly ContactId[],
    by: { readonly key: string; readonly author: string },
  ) => Promise<{ readonly kind: 'begun'; readonly entry: EntryId } | { readonly kind: 'unavailable' }>;
  /**
   * Erasures that this store had before it was put back from a backup, as a device holds them: those that it lacks stand
   * in the log again, at their own times, and are carried out. Durable before it answers.
   */
  readonly again: (
    workspace: WorkspaceId,
    entries: readonly unknown[],
    author: string,
  ) => Promise<'begun' | 'known' | 'malformed'>;
  readonly isUnderWay: (workspace: WorkspaceId) => boolean;
  /** Of all who were ever erased: what is taken in passes it. */
  readonly filter: (workspace: WorkspaceId) => Promise<ErasureFilter>;
  /** A delivery whose address is gone, though somebody may still hold it in memory. */
  readonly isErased: (message: MessageId, recipient: number) => boolean;
  /** What an earlier process did not end. Before anybody is let in. */
  readonly takeUp: () => Promise<void>;
  /** Contacts that have been in the bin for 30 days. */
  readonly eraseBinned: (workspace: WorkspaceId) => Promise<number>;
  /** Resolves when all that is under way has ended. */
  readonly settled: () => Promise<void>;
}

export interface ErasuresDeps {
  readonly store: RelayStore;
  readonly blocks: Blocks;
  readonly audience: Pick<Audience, 'persons' | 'binned'>;
  readonly log: Pick<Log, 'info' | 'error'>;
  readonly now: () => number;
  /** The log has something new, and may be asked for again. */
  readonly onErased: (workspace: WorkspaceId) => void;
}

export const BINNED_MS = 30 * 24 * 3_600_000;
/** Of the relay's own doing. */
const RELAY_AUTHOR = 'relay';
/** Entries may come while persons are worked out; then they are worked out again, with those. */
const MOST_ASKED = 3;
/** After a disk that failed. */
const AGAIN_MS = 60_000;

export function createErasures(deps: ErasuresDeps): Erasures {
  const { store, audience, now } = deps;
  const underWay = new Map<WorkspaceId, Promise<void>>();
  const filters = new Map<WorkspaceId, ErasureFilter>();
  const erased = new Set<string>();

  async function saltOf(workspace: WorkspaceId): Promise<Uint8Array> {
    const row = await store.workspace(workspace);
    return Buffer.from(row?.salt ?? '', 'base64url');
  }

  async function filter(workspace: WorkspaceId): Promise<ErasureFilter> {
    const known = filters.get(workspace);
    if (known) return known;
    const salt = await saltOf(workspace);
    // A workspace with another salt than ours has no contacts of ours.
    const found = createErasureFilter(salt.length === 16 ? salt : NO_SALT, erasuresIn(await store.erasures(workspace)));
    filters.set(workspace, found);
    return found;
  }

  async function personsOf(
    workspace: WorkspaceId,
    contacts: readonly ContactId[],
  ): Promise<readonly KnownPerson[] | undefined> {
    for (let asked = 0; asked < MOST_ASKED; asked += 1) {
      const answer = await audience.persons(workspace, contacts);
      if (answer.kind !== 'answered') return undefined;
      if (answer.upTo >= (await store.lastPosition(workspace)) || asked === MOST_ASKED - 1) return answer.value;
    }
    return undefined;
  }

  /** From the moment in which the erasure stands in the log. */
  function start(workspace: WorkspaceId): void {
    filters.delete(workspace);
    const before = underWay.get(workspace) ?? Promise.resolve();
    const run: Promise<void> = before
      .then(() => erase(workspace))
      .then((done) => {
        if (underWay.get(workspace) !== run) return;
        if (!done) {
          setTimeout(() => start(workspace), AGAIN_MS).unref();
          return;
        }
        underWay.delete(workspace);
        deps.onErased(workspace);
      });
    underWay.set(workspace, run);
  }

  async function erase(workspace: WorkspaceId): Promise<boolean> {
    try {
      const unfinished = (await store.unfinishedErasures()).filter((one) => one.workspace === workspace);
      const names = new Set(unfinished.map(({ entry }) => entry));
      const entries = (await store.erasures(workspace)).filter(({ id }) => names.has(id));
      const onBlanked = (message: MessageId, recipient: number) => erased.add(`${message}/${String(recipient)}`);
      const filter = createErasureFilter(await saltOf(workspace), erasuresIn(entries));
      await eraseFromStore({ ...deps, workspace, filter, onBlanked });
      for (const { id } of entries) await store.finishErasure(workspace, id);
      deps.log.info({ event: 'erased', workspace, count: entries.length });
      return true;
    } catch (thrown) {
      deps.log.error({ event: 'eraseFailed', workspace, error: errorFields(thrown) });
      return false;
    }
  }

  async function begin(...[workspace, contacts, by]: Parameters<Erasures['begin']>): ReturnType<Erasures['begin']> {
    const before = await store.erasureOf(workspace, by.key);
    if (before !== undefined) return { kind: 'begun', entry: before };
    const persons = await personsOf(workspace, contacts);
    if (!persons) return { kind: 'unavailable' };
    const body = bodyOf(persons);
    const device = deviceOf(await store.incarnation());
    const request = { workspace, ...by, body, device, entry: randomUUID() as EntryId, now: now() };
    const entry = await store.beginErasure(request);
    start(workspace);
    return { kind: 'begun', entry };
  }

  async function again(...[workspace, entries, author]: Parameters<Erasures['again']>): ReturnType<Erasures['again']> {
    const forms = entries.map((entry) => readEntry(entry, author));
    const given = forms.flatMap((form) => {
      const body = form && refusalOf(form, 'relay', now()) === undefined ? knownBody(form.entry) : undefined;
      return form && body?.kind === 'erasure' ? [{ ...form.entry, body }] : [];
    });
    if (given.length < entries.length) return 'malformed';
    const ids = given.map(({ id }) => id);
    const here = new Set((await store.entriesById(workspace, ids)).map((json) => (JSON.parse(json) as Entry).id));
    const lacking = given.filter(({ id }) => !here.has(id));
    for (const { id, device, time, body } of lacking)
      await store.beginErasure({ workspace, key: `again-${id}`, author, entry: id, device, time, body, now: now() });
    if (lacking.length > 0) start(workspace);
    return lacking.length > 0 ? 'begun' : 'known';
  }

  return {
    begin,
    again,
    isUnderWay: (workspace) => underWay.has(workspace),
    filter,
    isErased: (message, recipient) => erased.has(`${message}/${String(recipient)}`),
    async takeUp() {
      for (const workspace of new Set((await store.unfinishedErasures()).map((one) => one.workspace))) start(workspace);
    },
    async eraseBinned(workspace) {
      const answer = await audience.binned(workspace, now() - BINNED_MS);
      if (answer.kind !== 'answered' || answer.value.length === 0) return 0;
      await begin(workspace, answer.value, { key: randomUUID(), author: RELAY_AUTHOR });
      return answer.value.length;
    },
    async settled() {
      await Promise.all(underWay.values());
    },
  };
}

const NO_SALT = new Uint8Array(16);

function bodyOf(persons: readonly KnownPerson[]): ErasureBody {
  const refused: Refused[] = persons.flatMap(({ keys, refusing }) =>
    keys.flatMap((key) => Object.keys(refusing).map((field) => ({ key, field: field as StrictField }))),
  );
  return {
    kind: 'erasure',
    contacts: [...new Set(persons.flatMap(({ contacts }) => contacts))],
    keys: [...new Set(persons.flatMap(({ keys }) => keys))],
    ...(refused.length > 0 && { refused }),
  };
}
