import { describe, expect, test } from 'vitest';
import { DEFAULT_GROUP_ID } from '#domain/group';
import { createContactIds, highHalf, idFromHalves, isHashId, lowHalf } from '#log/contact-id';

const salt = Uint8Array.from({ length: 16 }, (_, index) => index * 3);
const ids = createContactIds(salt);

describe('ids of contacts and groups', () => {
  test('[SYN-4] the same key is the same contact on every device', () => {
    const other = createContactIds(Uint8Array.from(salt));
    expect(ids.idOf('phone', '+420777123456', 0)).toBe(other.idOf('phone', '+420777123456', 0));
  });

  test('key, generation and salt each make another id', () => {
    const made = new Set([
      ids.idOf('phone', '1', 0),
      ids.idOf('email', '1', 0),
      ids.idOf('userId', '1', 0),
      ids.idOf('phone', '1', 1),
      ids.idOf('phone', '1', 256),
      createContactIds(new Uint8Array(16)).idOf('phone', '1', 0),
    ]);
    expect(made.size).toBe(6);
  });

  test('[SYN-4] groups of one name made apart are one, however it is spelled', () => {
    expect(ids.groupId('VIP  customers ', 0)).toBe(ids.groupId('vip customers', 0));
    expect(ids.groupId('ＶＩＰ', 0)).toBe(ids.groupId('vip', 0));
    expect(ids.groupId('VIP', 0)).not.toBe(ids.groupId('VIP', 1));
  });

  test('[SYN-4] tags of one word are one; a group, a characteristic and a tag of one name are three', () => {
    expect(ids.tagId(' ＶＩＰ ')).toBe(ids.tagId('vip'));
    expect(new Set([ids.groupId('vip', 0), ids.characteristicId('vip', 0), ids.tagId('vip')]).size).toBe(3);
  });

  test('an id never changes: these are stored on devices', () => {
    expect(ids.idOf('phone', '+420777123456', 0)).toMatchInlineSnapshot(`"8690dc3613a847de"`);
    expect(ids.groupId('VIP', 0)).toMatchInlineSnapshot(`"ce4c1b0b2caba202"`);
    expect(ids.characteristicId('VIP', 0)).toMatchInlineSnapshot(`"77a2b404abfecf69"`);
    expect(ids.tagId('VIP')).toMatchInlineSnapshot(`"4e01c71aca4cb12c"`);
  });

  test('the fast path gives the halves of the same id', () => {
    ids.hash(1, '+420777123456', 0);
    const id = ids.idOf('phone', '+420777123456', 0);
    expect(idFromHalves(ids.high, ids.low)).toBe(id);
    expect([highHalf(id), lowHalf(id)]).toEqual([ids.high, ids.low]);
    expect(isHashId(id)).toBe(true);
    expect(isHashId(DEFAULT_GROUP_ID)).toBe(true);
    expect(isHashId('xyz')).toBe(false);
  });
});
