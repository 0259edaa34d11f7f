/**
 * Plans as simply as can be, for tests of what drives planning: a contact is new the first time its key is seen. The real
 * planning has tests of its own. It keeps a journal of what it was asked.
 */
import { joinedOf, textIn } from '#audience/slice-texts';
import { KEY_FIELDS } from '#domain/contact';
import type { PlannedWrites } from '#audience/plan-rows';
import type { Planning } from '#app/import-run';
import type { CheckedSlice, PlannedSlice } from '#app/worker-types';
import type { BlockId, ImportId } from '#domain/ids';
import { ROW_OUTCOMES } from '#import/types';
import { decodeRows, packBlock } from '#log/block';
import type { ImportStore } from '#storage/types';

const outcome = (name: (typeof ROW_OUTCOMES)[number]) => ROW_OUTCOMES.indexOf(name);

export interface StandIn extends Planning {
  /** Rises when somebody else changes the audience. */
  version: number;
  readonly journal: string[];
  /** Called before each plan; may throw, or wait. */
  beforePlan: (slice: CheckedSlice) => Promise<void> | void;
}

/** `blockBytes` answers what an earlier run has kept, as the audience worker reads it from the disk. */
export function createPlanStandIn(
  store: ImportStore,
  blockBytes: (id: BlockId) => Promise<Uint8Array | undefined>,
): StandIn {
  const seen = new Map<ImportId, Set<string>>();
  const planning: StandIn = {
    version: 1,
    journal: [],
    beforePlan: () => {},
    async beginPlan(id, _settings, writtenBlocks) {
      planning.journal.push(`begin ${String(writtenBlocks.length)}`);
      const keys = new Set<string>();
      for (const ref of writtenBlocks) {
        const bytes = await blockBytes(ref.id);
        const decoded = await decodeRows(bytes ?? new Uint8Array());
        if (decoded.kind === 'decoded') for (const key of decoded.block.columns.keyValues) keys.add(key);
      }
      seen.set(id, keys);
      return { version: planning.version };
    },
    async plan(slice): Promise<PlannedSlice> {
      await planning.beforePlan(slice);
      planning.journal.push(`plan ${String(slice.count)}`);
      const known = seen.get(slice.importId);
      if (!known) throw new Error('the import has no plan');
      const [userId, phone, email, blocked] = joinedOf([...KEY_FIELDS, 'blocked'], slice.columns);
      const outcomes = new Uint8Array(slice.count);
      const born: { at: number; key: number }[] = [];
      for (let row = 0; row < slice.count; row++) {
        const key = textIn(userId, row) || textIn(phone, row) || textIn(email, row);
        if (key === 'C-two') outcomes[row] = outcome('error');
        else if (known.has(key)) outcomes[row] = outcome('twice');
        else {
          known.add(key);
          born.push({ at: row, key: textIn(userId, row) ? 0 : textIn(phone, row) ? 1 : 2 });
        }
      }
      const suppressed = Uint8Array.from({ length: slice.count }, (_, row) => (textIn(blocked, row) === 'yes' ? 1 : 0));
      if (born.length === 0) return { outcomes, suppressed };
      const writes: PlannedWrites = {
        at: Uint32Array.from(born, ({ at }) => at),
        keys: Uint8Array.from(born, ({ key }) => key),
        generations: new Uint16Array(born.length),
        births: new Uint8Array(born.length).fill(1),
        cells: new Uint16Array(born.length).fill(0xffff),
        ids: new Map(),
      };
      return { outcomes, suppressed, writes };
    },
    pack: packBlock,
    async commit(id, _fileName, _settings, written, plannedVersion) {
      planning.journal.push(`commit ${String(written.length)}`);
      if (plannedVersion !== planning.version) return 'changed';
      await store.change(id, { phase: 'written' });
      return 'written';
    },
    async endPlan(id) {
      await Promise.resolve();
      planning.journal.push('end');
      seen.delete(id);
    },
  };
  return planning;
}
