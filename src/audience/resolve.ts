/**
 * Whom a message would reach (MSG-6): from the chosen groups, step by step, to those who will be sent to. The same code
 * counts, shows who was lost where, and writes the recipients, so that the three never disagree.
 */
import { addressField } from '#domain/channel';
import { STRICT_FIELDS, type StrictField } from '#domain/contact';
import type { Funnel, FunnelStep, MessageContent } from '#domain/message';
import { parseTemplate, VARIABLES, variablesOf, type TemplatePart, type Variable } from '#domain/template';
import { createAddressHolders } from './address-holders.ts';
import { idAt, isActive, isBlocked, strictAt, textAt } from './columns.ts';
import type { IdTable } from '#log/id-table';
import type { RecipientBlock } from '#log/types';
import type { SendPlan, SendRequest } from './types.ts';
import type { AudienceView } from './view.ts';

export interface ResolvedAudience {
  readonly plan: SendPlan;
  /** Rows that a step took away; for `chosen` and `effective`, those that are in it. In the order of rows. */
  readonly rowsOf: (step: FunnelStep) => readonly number[];
  /** Effective recipients from a position on. */
  readonly recipients: (from: number, limit: number) => RecipientBlock;
}

export function resolveAudience(view: AudienceView, request: SendRequest): ResolvedAudience {
  const { state } = view;
  const parts = templatesOf(request.content);
  const used = new Set(parts.flatMap((template) => variablesOf(template)));
  // A fallback that is empty is one all the same: nothing is to stand in its place.
  const demanded = [
    ...new Set(
      parts.flat().flatMap((part) => (part.kind === 'variable' && part.fallback === undefined ? [part.name] : [])),
    ),
  ];
  const field = addressField(request.channel);
  const consent: StrictField | undefined = STRICT_FIELDS.find((name) => name === `consent:${request.channel.type}`);
  const valueOf = (variable: string, row: number) => (isVariable(variable) ? textAt(state, variable, row) : '');

  /** In how many of the chosen groups each contact is. */
  const times = new Uint16Array(state.ids.count);
  let chosen = 0;
  for (const group of new Set(request.audience.groups)) {
    view.groups.forEach(group, (row) => {
      chosen += 1;
      times[row] = (times[row] as number) + 1;
    });
  }

  const addressOf = (row: number) => textAt(state, field, row);
  /** Of several with one address the smallest id has it, so that every device says the same. */
  const holders = createAddressHolders(chosen, addressOf, (one, other) => isSmaller(state.ids, one, other));
  /** 1 where somebody else has the contact's address. */
  const isShared = new Uint8Array(times.length);
  /** The step that takes a planned contact away, but for missing values; undefined where none does. */
  const lossOf = (row: number): FunnelStep | undefined => {
    if (!isActive(state, row)) return 'active';
    // Unknown passes: only a refusal is one.
    if (consent && strictAt(state, consent, row) === 'refused') return 'consenting';
    if (isBlocked(state, row)) return 'notBlocked';
    const address = addressOf(row);
    if (address === '') return 'hasAddress';
    const other = holders.claim(address, row);
    if (other >= 0) isShared[other] = 1;
    return undefined;
  };

  const rows: Record<FunnelStep, number[]> = {
    chosen: [],
    planned: [],
    active: [],
    consenting: [],
    notBlocked: [],
    hasAddress: [],
    effective: [],
  };
  const addressed: number[] = [];
  for (let row = 0; row < times.length; row += 1) {
    if (times[row] === 0) continue;
    rows.chosen.push(row);
    if ((times[row] as number) > 1) rows.planned.push(row);
    const loss = lossOf(row);
    if (loss === undefined) addressed.push(row);
    else rows[loss].push(row);
  }
  const missing: Record<string, number> = {};
  const lacking: number[] = [];
  for (const row of addressed) {
    const lacks = demanded.length === 0 ? NOTHING : demanded.filter((variable) => valueOf(variable, row) === '');
    if (isShared[row] === 1) rows.hasAddress.push(row);
    else if (lacks.length === 0) rows.effective.push(row);
    else {
      lacking.push(row);
      for (const variable of lacks) missing[variable] = (missing[variable] ?? 0) + 1;
    }
  }
  rows.hasAddress.sort((one, other) => one - other);

  const contactOf = (row: number | undefined) => (row === undefined ? undefined : view.contact(idAt(state, row)));
  const samples = [rows.effective[0], longest(rows.effective, parts, valueOf), lacking[0]];
  return {
    plan: {
      funnel: funnelOf(chosen, rows, lacking.length),
      missing,
      samples: [...new Set(samples)].flatMap((row) => contactOf(row) ?? []),
    },
    rowsOf: (step) => rows[step],
    recipients(from, limit) {
      const some = rows.effective.slice(from, from + limit);
      return {
        kind: 'recipients',
        count: some.length,
        contacts: some.map((row) => idAt(state, row)),
        addresses: some.map(addressOf),
        variables: Object.fromEntries(
          [...used].filter(isVariable).map((variable) => [variable, some.map((row) => valueOf(variable, row))]),
        ),
      };
    },
  };
}

const NOTHING: readonly string[] = [];

function templatesOf(content: MessageContent): TemplatePart[][] {
  if (content.kind === 'email') return [parseTemplate(content.subject), parseTemplate(content.text)];
  if (content.kind === 'sms-template') return content.parameters.map(parseTemplate);
  return [parseTemplate(content.text)];
}

const isSmaller = ({ highs, lows }: IdTable, one: number, other: number): boolean =>
  highs[one] === highs[other]
    ? (lows[one] as number) < (lows[other] as number)
    : (highs[one] as number) < (highs[other] as number);

function funnelOf(chosen: number, rows: Readonly<Record<FunnelStep, readonly number[]>>, lacking: number): Funnel {
  const planned = rows.chosen.length;
  const active = planned - rows.active.length;
  const consenting = active - rows.consenting.length;
  const notBlocked = consenting - rows.notBlocked.length;
  const hasAddress = notBlocked - rows.hasAddress.length;
  return { chosen, planned, active, consenting, notBlocked, hasAddress, effective: hasAddress - lacking };
}

function longest(
  rows: readonly number[],
  parts: readonly (readonly TemplatePart[])[],
  valueOf: (variable: string, row: number) => string,
): number | undefined {
  const variables = parts.flat().flatMap((part) => (part.kind === 'variable' ? [part] : []));
  let longestRow: number | undefined;
  let most = -1;
  for (const row of rows) {
    let length = 0;
    for (const { name, fallback } of variables) length += (valueOf(name, row) || (fallback ?? '')).length;
    if (length > most) [longestRow, most] = [row, length];
  }
  return longestRow;
}

const isVariable = (name: string): name is Variable => VARIABLES.some((variable) => variable === name);
