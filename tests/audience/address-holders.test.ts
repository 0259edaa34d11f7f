import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAddressHolders } from '#audience/address-holders';
import { hashOfText } from '#log/text-hash';

/** Whom everybody else loses against, by address, and who lost. */
function claimAll(addresses: readonly string[]): ReadonlySet<number> {
  const holders = createAddressHolders(
    addresses.length,
    (row) => addresses[row] ?? '',
    (one, other) => one % 3 < other % 3 || (one % 3 === other % 3 && one > other),
  );
  const lost = addresses.map((address, row) => holders.claim(address, row)).filter((row) => row >= 0);
  expect(new Set(lost).size).toBe(lost.length);
  return new Set(lost);
}

function expectOneEach(addresses: readonly string[]): void {
  const lost = claimAll(addresses);
  const byAddress = Map.groupBy(addresses.keys(), (row) => addresses[row] ?? '');
  for (const rows of byAddress.values()) {
    const [first] = rows.toSorted((one, other) => (one % 3) - (other % 3) || other - one);
    expect(rows.filter((row) => !lost.has(row))).toEqual([first]);
  }
}

test('[MSG-7] of all who claim an address one has it, and each other one loses it once', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a@x', 'b@x', 'c@x', '+1', '+2', ''), { maxLength: 60 }), expectOneEach),
  );
});

test('[MSG-7] addresses that a file made to have one hash are told apart all the same', () => {
  const made: string[] = [];
  for (let at = 0; made.length < 200; at += 1)
    if ((hashOfText(`${String(at)}@x`) & 1_023) === 7) made.push(`${String(at)}@x`);
  expectOneEach([...made, ...made]);
});
