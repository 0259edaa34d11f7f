import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveAudience } from '#audience/resolve';
import { createAudienceView } from '#audience/view';
import { decodeRecipients } from '#log/block';
import type { RecipientBlock } from '#log/types';
import { answerTask } from '#relay/audience/answer-task';
import { encodedLog } from '#tests/builders/audience-relay';
import { anyHistory, group, SALT, type Written } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';

const GROUPS = ['VIP', 'Prague', 'Fair'].map(group);
const PAGE = 3;

const anyRequest = fc.record({
  audience: fc.record({ groups: fc.subarray(GROUPS, { minLength: 1 }) }),
  channel: fc.constantFrom(
    { type: 'sms' as const, settings: {} },
    { type: 'email' as const, settings: {} },
    { type: 'webhook' as const, settings: { addressField: 'userId' } },
  ),
  content: fc.constantFrom('Hello', 'Hello {{name}}', 'Hello {{name|you}}', '{{phone}} {{email|none}}').map((text) => ({
    kind: 'text' as const,
    text,
  })),
  existingGroups: fc.subarray(GROUPS),
});
type Request = typeof anyRequest extends fc.Arbitrary<infer Value> ? Value : never;

/** As a device has it that got the entries in this order. */
function onDevice(history: readonly Written[], request: Request) {
  const view = createAudienceView(foldOf(history).state, () => 0);
  view.groups.setExisting(request.existingGroups);
  const { plan, recipients } = resolveAudience(view, request);
  return { funnel: plan.funnel, missing: plan.missing, recipients: lines(recipients(0, plan.funnel.effective)) };
}

async function atRelay(history: readonly Written[], request: Request) {
  const { entries, bytes } = await encodedLog(history);
  const sent: string[] = [];
  const { value } = await answerTask({ kind: 'resolve', request }, SALT, {
    entries: async (after) => {
      const items = entries
        .slice(after, after + PAGE)
        .map((entry, at) => ({ position: after + at + 1, json: JSON.stringify(entry) }));
      const cursor = after + items.length;
      return { items, cursor, more: cursor < entries.length };
    },
    present: async (ids) => ids.filter((id) => bytes.has(id)),
    blocks: async (ids) => ids.map((id) => bytes.get(id)),
    part: async (part) => {
      const decoded = await decodeRecipients(part.bytes);
      if (decoded.kind === 'decoded') sent.push(...lines(decoded.block));
    },
  });
  if (!('funnel' in value)) throw new Error('no plan');
  return { funnel: value.funnel, missing: value.missing, recipients: sent.sort() };
}

/** Rows stand in another order on every device. */
function lines({ contacts, addresses, variables }: RecipientBlock): string[] {
  return contacts
    .map((contact, at) =>
      JSON.stringify([contact, addresses[at], Object.entries(variables).map(([name, values]) => [name, values[at]])]),
    )
    .sort();
}

test('[MSG-7] the relay reaches whom a device would reach, whatever the log', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, anyRequest, async (history, request) => {
      expect(await atRelay(history, request)).toEqual(onDevice(history, request));
    }),
    { numRuns: 300 },
  );
});
