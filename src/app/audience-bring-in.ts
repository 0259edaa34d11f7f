/**
 * Brings another workspace of this device into the one that is open: folds it beside, plans, keeps the plan until the
 * tap, and writes it as one: the contacts as an import, and a bulk change a group under the same import. A killed worker
 * leaves nothing.
 */
import { planBringIn, type BringInFigures } from '#audience/bring-in';
import type { BlockId, DeviceId, EntryId, ImportId } from '#domain/ids';
import { encodeRows } from '#log/block';
import type { ContactIds } from '#log/contact-id';
import { createFold } from '#log/fold';
import type { FoldState } from '#log/fold-state';
import type { BlockRef, CommitBody, RowColumns } from '#log/types';
import type { BlockRow, BlockStore, EntryDraft, EntryStore } from '#storage/types';
import { createAudienceLog } from './audience-log.ts';
import { fromBase64Url } from './random-id.ts';
import type { BringInCharacteristic, BringInGroup, OpenWorkspace } from './worker-types.ts';

export interface BringInServiceParts {
  readonly state: FoldState;
  readonly ids: ContactIds;
  readonly device: DeviceId;
  readonly entries: Pick<EntryStore, 'addAll'>;
  readonly openLog: (workspace: OpenWorkspace['workspace']) => {
    readonly entries: Pick<EntryStore, 'after'>;
    readonly blocks: Pick<BlockStore, 'get' | 'present'>;
    readonly close: () => void;
  };
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly pause: () => Promise<void>;
  /** Everything on disk is folded; nobody else writes until `run` has ended. */
  readonly exclusively: <Value>(run: () => Promise<Value>) => Promise<Value>;
  readonly catchUp: () => Promise<void>;
}

interface Planned {
  /** `changes` of the audience when it was planned. */
  readonly version: number;
  readonly drafts: readonly EntryDraft[];
  readonly blocks: readonly BlockRow[];
}

export function createBringIn(parts: BringInServiceParts) {
  const { state, ids, newId, pause } = parts;
  let planned: Planned | undefined;

  async function sourceState({ workspace, salt }: OpenWorkspace): Promise<FoldState> {
    const { entries, blocks, close } = parts.openLog(workspace);
    try {
      const fold = createFold(fromBase64Url(salt));
      await createAudienceLog({ entries, blocks, fold, pause }).foldAnew();
      return fold.state;
    } finally {
      close();
    }
  }

  async function plan(
    source: OpenWorkspace,
    name: string,
    groups: readonly BringInGroup[],
    characteristics: readonly BringInCharacteristic[],
  ): Promise<BringInFigures> {
    const from = await sourceState(source);
    return parts.exclusively(async () => {
      state.keys.refresh();
      const bring = planBringIn({
        ...{ source: from, target: state, ids },
        characteristics: new Map(characteristics.map(({ from: id, to }) => [id, to.id])),
      });
      const blocks: BlockRow[] = [];
      const encode = async (rows: Iterable<RowColumns>): Promise<BlockRef[]> => {
        const refs: BlockRef[] = [];
        for (const columns of rows) {
          const { bytes, ...ref } = await encodeRows(columns);
          const id = newId() as BlockId;
          refs.push({ id, ...ref });
          blocks.push({ id, hash: ref.hash, bytes });
          await pause();
        }
        return refs;
      };
      const common = { kind: 'commit', importId: newId() as ImportId, fileName: name, from: 'workspace' } as const;
      const drafts: EntryDraft[] = [];
      const add = (body: Omit<CommitBody, keyof typeof common | 'weight' | 'leaves'>) =>
        drafts.push({
          ...{ id: newId() as EntryId, device: parts.device },
          body: { ...common, ...body, weight: 'weak', leaves: [] },
        });
      // First, and always: it is what the list of imports shows.
      const newCharacteristics = characteristics.filter(({ isNew }) => isNew).map(({ to }) => to);
      const contacts = await encode(bring.contacts());
      add({ source: 'import', blocks: contacts, joins: [], newGroups: [], newCharacteristics });
      for (const { from: group, to, isNew } of groups) {
        const members = await encode(bring.members(group, to.id));
        if (members.length > 0) add({ source: 'bulk', blocks: members, joins: [to.id], newGroups: isNew ? [to] : [] });
      }
      planned = { version: state.changes, drafts, blocks };
      return bring.figures();
    });
  }

  /** `changed`: the team or this member changed something since the figures were shown; nothing was written. */
  function write(): Promise<'written' | 'changed'> {
    return parts.exclusively(async () => {
      const ready = planned;
      planned = undefined;
      if (!ready || ready.version !== state.changes) return 'changed';
      if (ready.blocks.length > 0) await parts.entries.addAll(ready.drafts, parts.nowMs(), ready.blocks);
      await parts.catchUp();
      return 'written';
    });
  }

  return {
    plan,
    write,
    drop() {
      planned = undefined;
    },
  };
}
