import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { knownBody } from '#log/entry';
import { rowOf } from '#tests/builders/blocks';
import { createLogRelay } from '#tests/builders/log-relay';
import { deviceOn } from './devices.ts';

/** As many as make three pushes. */
const EDITS = 500;

test('case 9: edits of an editor who is a viewer by now are refused one by one, set apart, and can be saved; the screen is the team’s', async () => {
  const relay = createLogRelay(200);
  const clock = { nowMs: relay.nowMs };
  const [team, demoted] = [await deviceOn(relay, 'team', clock), await deviceOn(relay, 'demoted', clock)];
  await team.import('F1', [rowOf('phone', '+420777000001', { name: 'Ana' })]);
  await team.share();
  await demoted.share();
  const ana = await demoted.idOf('Ana');
  const drafts = Array.from({ length: EDITS }, (_, at) => ({
    cells: { name: `Ana ${String(at)}` },
    joins: [],
    leaves: [],
  }));
  for (const draft of drafts) await demoted.audience.change(ana, draft);
  expect(await demoted.names()).toEqual([`Ana ${String(EDITS - 1)}`]);
  await team.audience.change(ana, { cells: { name: 'Ana Lima' }, joins: [], leaves: [] });
  await team.share();

  relay.refuse = ({ device }) => (device === 'demoted' ? 'role' : undefined);
  expect(await demoted.share()).toBe('current');
  expect(await demoted.sharing.counts()).toEqual({ pending: 0, refused: EDITS });
  expect(await demoted.names()).toEqual(['Ana Lima']);
  expect(relay.entries.filter(({ device }) => device === 'demoted')).toEqual([]);

  // What a file of them holds: each with its reason, and all that he had written.
  const refused = await demoted.sharing.refused();
  const saved = JSON.parse(JSON.stringify(refused)) as typeof refused;
  expect(saved.every(({ refusal }) => refusal === 'role')).toBe(true);
  const said = saved.map(({ entry }) => knownBody(entry)).map((body) => body?.kind === 'change' && body.row.cells.name);
  expect(said).toEqual(drafts.map(({ cells }) => cells.name));
  const isTold = (await demoted.audience.history(ana)).flatMap(({ said }) => said);
  expect(isTold.some((one) => one.kind === 'cell' && one.value === 'Ana 7')).toBe(false);
}, 60_000);
