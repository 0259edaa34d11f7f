import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { proveErasure } from './erasure.ts';

it('[CON-10] devices that were away come back after an erasure, and nothing of the person returns', async () => {
  expect((await proveErasure({ devices: 8, seed: 1 })).problems).toEqual([]);
}, 120_000);
