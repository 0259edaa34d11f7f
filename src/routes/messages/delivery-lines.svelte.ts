/**
 * The people of one message as a list shows them: windows by state, asked for again when receipts come. What is held
 * stays in sight until the newer answer is here.
 */
import type { DeliveryLine, DeliveryLinesWindow, Messages } from '#app/types';
import type { DeliveryState } from '#domain/delivery';
import type { MessageId } from '#domain/ids';

const CHUNK = 100;

type Chunks = Readonly<Record<number, readonly DeliveryLine[]>>;

export function createDeliveryLines(messages: Messages, id: MessageId, state: () => DeliveryState | undefined) {
  let chunks = $state.raw<Chunks>({});
  let summary = $state.raw<Pick<DeliveryLinesWindow, 'total' | 'counts' | 'reasons'> | undefined>(undefined);
  let sight = { first: 0, last: 0 };
  let turn = 0;

  $effect(() => {
    void messages.version;
    const wanted = state();
    turn += 1;
    void askForSight(wanted, turn, 'anew');
  });

  async function askForSight(wanted: DeliveryState | undefined, asked: number, how: 'anew' | 'more'): Promise<void> {
    const first = Math.floor(sight.first / CHUNK);
    const last = Math.floor(sight.last / CHUNK);
    let held: Chunks = how === 'anew' ? {} : chunks;
    for (let chunk = first; chunk <= last; chunk += 1) {
      if (held[chunk]) continue;
      const request = { offset: chunk * CHUNK, limit: CHUNK, ...(wanted && { state: wanted }) };
      const answer = await messages.lines(id, request);
      if (asked !== turn) return;
      held = { ...held, [chunk]: answer.lines };
      summary = answer;
    }
    chunks = held;
  }

  return {
    /** Undefined until the first answer. */
    get summary() {
      return summary;
    },
    lineAt: (index: number): DeliveryLine | undefined => chunks[Math.floor(index / CHUNK)]?.[index % CHUNK],
    look(first: number, last: number): void {
      sight = { first, last: Math.max(first, last - 1) };
      void askForSight(state(), turn, 'more');
    },
  };
}
