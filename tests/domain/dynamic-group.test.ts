/** Which conditions of a dynamic group count, and what is wrong with them. */
import { describe, expect, it } from 'vitest';
import { groupsInCircles, standingGroups } from '#domain/dynamic-group';
import { withoutGone } from '#domain/filter';
import type { GroupId } from '#domain/ids';
import { parseFilter } from '#protocol/filter';

const id = (name: string) => name as GroupId;
const group = (name: string, json: string) => ({ id: id(name), filter: parseFilter(json) });
const nobody = () => false;

describe('dynamic groups', () => {
  it('[GRP-5] those that name themselves, directly or by way of others, are in a circle; who only names one is not', () => {
    const groups = [
      group('self', '["group","in","self"]'),
      group('one', '["any",["name","filled"],["all",["group","notIn","static","two"]]]'),
      group('two', '["group","in","three"]'),
      group('three', '["all",["group","in","one"],["email","filled"]]'),
      group('outside', '["group","in","one"]'),
      group('plain', '["group","in","static"]'),
    ];
    expect([...groupsInCircles(groups)].sort()).toEqual(['one', 'self', 'three', 'two']);
    const standing = standingGroups(groups, nobody);
    expect(standing.filter(({ where }) => where === undefined).map((each) => each.id)).toEqual([
      ...['self', 'one', 'two', 'three'],
    ]);
    expect(standing[0]?.marks).toEqual(['circle']);
    expect(standing[4]?.marks).toEqual([]);
  });

  it('[GRP-2] a group that is deleted takes its conditions along, breaks a circle, and what is left is marked', () => {
    const groups = [
      group('a', '["all",["group","in","gone","b"],["name","filled"],["group","notIn","gone"]]'),
      group('b', '["group","in","gone"]'),
    ];
    const [a, b] = standingGroups(groups, (name) => name === 'gone');
    expect(a).toEqual({
      id: 'a',
      where: parseFilter('["all",["group","in","b"],["name","filled"]]'),
      marks: ['groupGone'],
    });
    // Without a condition it would be everybody.
    expect(b).toEqual({ id: 'b', where: undefined, marks: ['groupGone', 'empty'] });
    const circle = [group('x', '["any",["group","in","y"],["name","filled"]]'), group('y', '["group","in","x"]')];
    expect(standingGroups(circle, (name) => name === 'y')[0]).toMatchObject({ marks: ['groupGone'] });
  });

  it('[GRP-5] a condition of a newer version is said, and stays in its place', () => {
    const [only] = standingGroups([group('a', '["any",["shoeSize","over",42],["name","filled"]]')], nobody);
    expect(only).toMatchObject({ marks: ['unknown'], where: { kind: 'any', of: [{ kind: 'unknown' }, {}] } });
  });

  it('[GRP-2] inner levels of which nothing is left go too', () => {
    const node = parseFilter('["any",["all",["group","in","gone"]],["email","filled"]]');
    expect(node && withoutGone(node, () => true)).toEqual(parseFilter('["any",["email","filled"]]'));
  });
});
