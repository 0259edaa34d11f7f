/** Whom a message reaches, as the composer asks: plan, who was lost where, and the recipients as blocks for the outbox. */
import { contactAt } from '#audience/columns';
import { resolveAudience, type ResolvedAudience } from '#audience/resolve';
import type { ContactWindow, FunnelWindowRequest, SendPlan, SendRequest } from '#audience/types';
import type { AudienceView } from '#audience/view';
import type { BlockId } from '#domain/ids';
import { encodeRecipients } from '#log/block';
import type { BlockRef } from '#log/types';
import { PART_RECIPIENTS } from '#protocol/constants';
import type { BlockRow, BlockStore } from '#storage/types';
import { named } from './audience-failures.ts';

export interface SendingParts {
  readonly view: AudienceView;
  readonly blocks: Pick<BlockStore, 'add'>;
  readonly newId: () => string;
  /** A part of the contacts is no audience. */
  readonly loaded: Promise<void>;
  /** What finds those whom a dynamic group's conditions let through. */
  readonly warm: () => Promise<void>;
  readonly nowMs: () => number;
}

/** Conditions of days are counted back from the hour. */
const HOUR_MS = 3_600_000;

export function createSending({ view, blocks, newId, loaded, warm, nowMs }: SendingParts) {
  /** The composer asks for the same audience again and again: as it opens, for each step, for sending. */
  let last: { readonly name: string; readonly version: number; readonly audience: ResolvedAudience } | undefined;

  async function resolved({ audience, channel, content }: SendRequest): Promise<ResolvedAudience> {
    await loaded;
    const isDynamic = audience.groups.some(view.groups.isDynamic);
    if (isDynamic) await warm();
    const hour = isDynamic ? Math.floor(nowMs() / HOUR_MS) : 0;
    const name = JSON.stringify([audience, channel, content, hour]);
    if (last?.name !== name || last.version !== view.version()) {
      last = { name, version: view.version(), audience: resolveAudience(view, { audience, channel, content }) };
    }
    return last.audience;
  }

  return {
    plan: async (request: SendRequest): Promise<SendPlan> => (await resolved(request)).plan,

    async funnelWindow({ step, offset, limit, ...request }: FunnelWindowRequest): Promise<ContactWindow> {
      const rows = (await resolved(request)).rowsOf(step);
      const contacts = rows.slice(offset, offset + limit).map((row) => contactAt(view.state, row, view.groups.of(row)));
      return { version: view.version(), total: rows.length, offset, contacts };
    },

    async writeRecipients(
      request: SendRequest,
    ): Promise<{ readonly plan: SendPlan; readonly blocks: readonly BlockRef[] }> {
      const { plan, recipients } = await resolved(request);
      const refs: BlockRef[] = [];
      const rows: BlockRow[] = [];
      for (let from = 0; from < plan.funnel.effective; from += PART_RECIPIENTS) {
        const { bytes, ...ref } = await encodeRecipients(recipients(from, PART_RECIPIENTS));
        const id = newId() as BlockId;
        refs.push({ id, ...ref });
        rows.push({ id, hash: ref.hash, bytes });
      }
      await named(() => blocks.add(rows));
      return { plan, blocks: refs };
    },
  };
}
