/**
 * Imports under planning, one plan each: what the import worker asks of the audience. The rules are in `audience/`;
 * here a plan is begun, taken up again after a closed tab, and written.
 */
import { createImportPlan, type ImportPlan } from '#audience/plan';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { DeviceId, GroupId, ImportId } from '#domain/ids';
import type { ImportSettings } from '#import/types';
import { decodeRows, packBlock } from '#log/block';
import type { ContactIds } from '#log/contact-id';
import type { FoldState } from '#log/fold-state';
import { deflateQuickly } from '#log/quick-deflate';
import type { BlockRef, CommitBody } from '#log/types';
import type { BlockStore, ImportStore } from '#storage/types';
import { importEntryId } from './audience-log.ts';
import { besideOf } from './import-joins.ts';
import type { PlanPort } from './worker-types.ts';

export interface PlanningParts {
  readonly state: FoldState;
  readonly ids: ContactIds;
  readonly device: DeviceId;
  readonly imports: Pick<ImportStore, 'get' | 'list' | 'chunks' | 'write'>;
  readonly blocks: Pick<BlockStore, 'get'>;
  readonly nowMs: () => number;
  readonly newId: () => string;
  readonly pause: () => Promise<void>;
  /** Everything on disk is folded; nobody else writes until `run` has ended. */
  readonly exclusively: <Value>(run: () => Promise<Value>) => Promise<Value>;
  /** Folds what was written and tells the page. */
  readonly catchUp: () => Promise<void>;
}

export function createPlanning(parts: PlanningParts): PlanPort {
  const { state, ids, imports, exclusively } = parts;
  const plans = new Map<ImportId, ImportPlan>();
  /** Of the slice under way, where they are wanted. */
  let contacts: Uint32Array | undefined;

  async function begin(importId: ImportId, settings: ImportSettings, writtenBlocks: readonly BlockRef[]) {
    state.keys.refresh();
    const plan = createImportPlan(state, ids, state.keys, {
      conflicts: settings.conflicts,
      existing: settings.existing,
      groups: groupsOf(settings),
      sameFile: await earlierImports(importId),
      ...(settings.fields.includes('groups') && {
        onContact(at, high, low) {
          contacts?.set([high, low], 2 * at);
        },
      }),
    });
    for (const { seen } of await imports.chunks(importId)) if (seen) plan.rememberSeen(seen);
    for (const ref of writtenBlocks) {
      const [row] = await parts.blocks.get([ref.id]);
      const decoded = row && (await decodeRows(row.bytes));
      if (decoded?.kind !== 'decoded') throw new Error('a block of the import is missing');
      plan.remember(decoded.block.columns);
    }
    plans.set(importId, plan);
    return { version: state.changes };
  }

  /** Imports of a file of this name and size: the same file again, or near enough. */
  async function earlierImports(id: ImportId): Promise<ReadonlySet<ImportId>> {
    const row = await imports.get(id);
    const same = (await imports.list()).filter(
      (other) => other.fileName === row?.fileName && other.fileSizeBytes === row.fileSizeBytes && other.id !== id,
    );
    return new Set(same.map((other) => other.id));
  }

  return {
    beginPlan: (importId, settings, writtenBlocks) => exclusively(() => begin(importId, settings, writtenBlocks)),

    plan({ importId, count, columns, others, contacts: wanted }) {
      const plan = plans.get(importId);
      if (!plan) return Promise.reject(new Error('the import has no plan'));
      contacts = wanted && new Uint32Array(2 * count);
      return Promise.resolve({ ...plan.plan(count, columns, others), ...(contacts && { contacts }) });
    },

    pack: (written, rows) => packBlock(written, rows, (bytes) => Promise.resolve(deflateQuickly(bytes))),

    commit: (importId, fileName, settings, blocks, plannedVersion, groups = []) =>
      exclusively(async () => {
        if (state.changes !== plannedVersion) return 'changed';
        const body: CommitBody = {
          kind: 'commit',
          source: 'import',
          importId,
          fileName,
          weight: settings.conflicts === 'overwrite' ? 'strong' : 'weak',
          blocks,
          joins: groupsOf(settings),
          leaves: [],
          newGroups: settings.newGroups,
          ...(settings.newCharacteristics?.length && { newCharacteristics: settings.newCharacteristics }),
        };
        // Derived, so that two tabs that write it write it once.
        const id = importEntryId(importId);
        const beside =
          groups.length > 0 ? await besideOf({ ...parts, importId, fileName, joined: body.joins, groups }) : undefined;
        await imports.write(importId, { id, device: parts.device, body }, parts.nowMs(), beside);
        plans.delete(importId);
        await parts.catchUp();
        return 'written';
      }),

    endPlan(importId) {
      plans.delete(importId);
    },
  };
}

function groupsOf({ groups, newGroups }: ImportSettings): GroupId[] {
  return [...new Set([...groups, ...newGroups.map((group) => group.id)])].filter((group) => group !== DEFAULT_GROUP_ID);
}
