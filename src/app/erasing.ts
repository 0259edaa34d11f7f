/** Asks the relay to erase somebody for good. What then goes on this device is `erase-here.ts`'s, when the log says so. */
import type { RelayClient } from '#sync/relay-client';
import { outcomeOf } from './connection.svelte.ts';
import type { Erasing } from './types.ts';

export function createErasing(relay: Pick<RelayClient, 'erase'>, onAsked: () => void): Erasing {
  return {
    async erase(contact, key) {
      const outcome = outcomeOf(await relay.erase([contact], key));
      if (outcome.kind !== 'done') return outcome;
      onAsked();
      return { kind: 'done', value: undefined };
    },
  };
}
