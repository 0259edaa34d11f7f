/**
 * What every implementation of the relay's store must do. `createStore` gives a fresh, empty one; `reopen` closes it
 * and opens the same data again, as after a restart.
 */
import { describe } from 'vitest';
import type { RelayStore } from '#relay/store/types';
import { storeAccessContract } from './store-access.ts';
import { storeDispatchContract } from './store-dispatch.ts';
import { storeHouseContract } from './store-house.ts';
import { storeIntakeContract } from './store-intake.ts';
import { storeIsolationContract } from './store-isolation.ts';
import { storeKnownTriesContract } from './store-known-tries.ts';
import { storeLogContract } from './store-log.ts';
import { storePacksContract } from './store-packs.ts';
import { storeReceiptsContract } from './store-receipts.ts';

export interface StoreUnderTest {
  readonly store: RelayStore;
  readonly reopen: () => Promise<RelayStore>;
  /** Closes and removes it. */
  readonly end: () => Promise<void>;
}

export type CreateStore = () => Promise<StoreUnderTest>;

export function storeContract(name: string, createStore: CreateStore): void {
  describe(`store contract: ${name}`, () => {
    storeAccessContract(createStore);
    storeIntakeContract(createStore);
    storeDispatchContract(createStore);
    storeKnownTriesContract(createStore);
    storeReceiptsContract(createStore);
    storeIsolationContract(createStore);
    storeLogContract(createStore);
    storePacksContract(createStore);
    storeHouseContract(createStore);
  });
}
