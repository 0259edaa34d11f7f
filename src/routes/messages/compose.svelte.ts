/**
 * What the composer holds: the draft, kept on this device at every keystroke; what is still missing; and what the
 * audience says about it, asked again shortly after each change. Created while the composer starts.
 */
import type { App, SendResult } from '#app/types';
import type { SendPlan, SendRequest } from '#audience/types';
import { contentOf, emptyDraft, gapsOf } from '#domain/draft';
import type { MessageDraft } from '#domain/message';

/** Long enough not to count at every letter, short enough to feel at once. */
const PLAN_AFTER_MS = 150;

export const newDraft = (): MessageDraft => emptyDraft(crypto.randomUUID());

export type Compose = ReturnType<typeof createCompose>;

export function createCompose(app: App, first: MessageDraft) {
  let draft = $state.raw(first);
  let plan = $state.raw<SendPlan | undefined>(undefined);
  let plannedFor = $state.raw<string | undefined>(undefined);

  const channel = $derived(app.channels.list.find(({ code }) => code === draft.channel));
  const gaps = $derived(gapsOf(draft, channel));
  const request = $derived.by((): SendRequest | undefined => {
    if (!channel || draft.groups.length === 0) return undefined;
    const { type, settings } = channel;
    return { audience: { groups: draft.groups }, channel: { type, settings }, content: contentOf(draft, type) };
  });
  const asked = $derived(request && `${String(app.contacts.version)} ${JSON.stringify(request)}`);

  $effect(() => {
    const key = asked;
    const asking = request;
    if (key === undefined || !asking) {
      plan = undefined;
      return;
    }
    const timer = setTimeout(() => {
      app.messages.plan(asking).then(
        (answer) => {
          // An answer to an older question would show figures of a text that is gone.
          if (key !== asked) return;
          plan = answer;
          plannedFor = key;
        },
        () => undefined,
      );
    }, PLAN_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  });

  function change(patch: Partial<MessageDraft>): void {
    draft = { ...draft, ...patch };
    void app.messages.keepDraft(draft);
  }

  return {
    get draft() {
      return draft;
    },
    get channel() {
      return channel;
    },
    get gaps() {
      return gaps;
    },
    get request() {
      return request;
    },
    /** The last answer; `current` tells whether it is about what stands there now. */
    get plan() {
      return plan;
    },
    get isCurrent() {
      return plan !== undefined && plannedFor === asked;
    },
    change,
    async startOver(): Promise<void> {
      draft = newDraft();
      await app.messages.dropDraft();
    },
    async send(confirmed: number): Promise<SendResult> {
      if (!channel) return { kind: 'noRecipients' };
      const { draftId, version, groups, priority } = draft;
      return app.messages.send({
        draftId,
        version,
        confirmed,
        channel: channel.code,
        channelType: channel.type,
        content: contentOf(draft, channel.type),
        audience: { groups },
        priority,
      });
    },
  };
}
