/**
 * One question about a workspace, answered from its whole log: folded from nothing, in the order of entries, as a device
 * folds anew. Knows nothing of processes; what it reads, and where recipients go, is handed in.
 */
import { resolveAudience } from '#audience/resolve';
import type { SendPlan } from '#audience/types';
import { createAudienceView } from '#audience/view';
import { encodeRecipients } from '#log/block';
import { createContactIds } from '#log/contact-id';
import { parseEntry } from '#log/entry';
import { entriesAfter } from '#log/entry-block';
import { createFold, type Fold } from '#log/fold';
import { anewOf } from '#log/fold-again';
import { createEntryFolding } from '#log/fold-log';
import type { FoldState } from '#log/fold-state';
import { createSaidKeys, type SaidKeys } from '#log/said-keys';
import type { Entry } from '#log/types';
import { PART_RECIPIENTS } from '#protocol/constants';
import type { Pack } from '#relay/store/log-types';
import { binnedBefore } from './binned.ts';
import { deflate, inflate } from './flate.ts';
import { knownPersons } from './persons.ts';
import type { ResolveRequest } from './types.ts';
import type { Calls, Task, TaskValue } from './wire.ts';

export interface TaskAnswer {
  readonly value: TaskValue;
  readonly upTo: number;
  readonly waiting: number;
}

export async function answerTask(task: Task, salt: Uint8Array, calls: Calls): Promise<TaskAnswer> {
  const said = createSaidKeys();
  const { fold, upTo } = await foldWhole(salt, calls, task.kind === 'persons' ? said : undefined);
  const value = await answer(task, fold.state, said);
  return { value, upTo, waiting: fold.waiting.size };

  function answer(task: Task, state: FoldState, said: SaidKeys): Promise<TaskValue> | TaskValue {
    switch (task.kind) {
      case 'resolve':
        return resolve(state, task.request, calls.part);
      case 'persons':
        return knownPersons(state, createContactIds(salt), said, task.ids);
      case 'binned':
        return binnedBefore(state, task.beforeMs);
    }
  }
}

/** The next page is asked for while this one is read. */
async function readEntries(calls: Calls): Promise<{ readonly entries: Entry[]; readonly upTo: number }> {
  const entries: Entry[] = [];
  let page = await calls.entries(0);
  let after = 0;
  for (;;) {
    const next = page.more ? calls.entries(page.cursor) : undefined;
    if (page.pack) entries.push(...(await readPack(page.pack, after, calls)));
    for (const { json } of page.items) {
      const entry = parseEntry(JSON.parse(json));
      if (entry) entries.push(entry);
    }
    after = page.cursor;
    if (!next) return { entries, upTo: after };
    page = await next;
  }
}

async function readPack(pack: Pack, after: number, calls: Calls): Promise<readonly Entry[]> {
  const [bytes] = await calls.blocks([pack.id]);
  const entries = bytes && (await entriesAfter(bytes, pack, after));
  // Somebody may have been erased from it since the page was read: whoever asked asks again.
  if (!entries) throw new Error('a pack of the log cannot be read');
  return entries;
}

/** The entries are read in here, so that they are gone when the question is answered. */
async function foldWhole(
  salt: Uint8Array,
  calls: Calls,
  said: SaidKeys | undefined,
): Promise<{ readonly fold: Fold; readonly upTo: number }> {
  const { entries, upTo } = await readEntries(calls);
  const fold = createFold(salt);
  const anew = anewOf(fold, entries, said?.note);
  const blocks = {
    present: async (ids: Parameters<Calls['present']>[0]) => new Set(await calls.present(ids)),
    get: async (ids: Parameters<Calls['blocks']>[0]) =>
      (await calls.blocks(ids)).map((bytes) => (bytes ? { bytes } : undefined)),
  };
  // Nobody else asks anything of this process meanwhile.
  const folding = createEntryFolding(blocks, () => Promise.resolve(), { inflate });
  for (const pass of anew.passes) for (const entry of pass.inOrder) await folding.add(pass, entry);
  anew.done();
  return { fold, upTo };
}

/** Deflated on other threads, while the next is written and the relay takes the one before. */
const PARTS_UNDER_WAY = 4;

async function resolve(state: FoldState, request: ResolveRequest, onPart: Calls['part']): Promise<SendPlan> {
  // No list is shown to anybody, so names need no order.
  const view = createAudienceView(state, () => 0);
  view.groups.setExisting(request.existingGroups);
  const { plan, recipients } = resolveAudience(view, request);
  let handedOver: Promise<void> = Promise.resolve();
  const underWay: Promise<void>[] = [];
  for (let from = 0; from < plan.funnel.effective; from += PART_RECIPIENTS) {
    const before = handedOver;
    const part = encodeRecipients(recipients(from, PART_RECIPIENTS), deflate);
    handedOver = Promise.all([part, before]).then(([encoded]) => onPart(encoded));
    // The first that fails is thrown below; those after it must not go unhandled.
    handedOver.catch(() => undefined);
    underWay.push(handedOver);
    if (underWay.length >= PARTS_UNDER_WAY) await underWay.shift();
  }
  await handedOver;
  return plan;
}
