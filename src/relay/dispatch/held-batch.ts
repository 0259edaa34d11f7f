/**
 * A batch in this lane's hands: what is to be sent, to be asked, to be tried later, and how calls ended that the store
 * has not been told yet. Knows no clock, no provider and no store.
 */
import type { Outgoing } from '#relay/provider';
import { deliveryKey } from '#relay/store/delivery-key';
import type { Batch, Ending, Turn, Work } from '#relay/store/types';
import type { CallRecord } from './call-journal.ts';
import { endWithout } from './judge.ts';
import { createRender } from './render.ts';

export interface PlannedCall {
  readonly kind: 'send' | 'lookup';
  readonly works: Work[];
  readonly outgoing: Outgoing[];
}

/** What the store has not been told yet, and the records of the calls that all of it, or none, came from. */
export interface Ends {
  readonly list: Turn['ends'];
  readonly records: readonly CallRecord[];
}

export interface Room {
  /** Calls that may begin, and deliveries in all and a call. */
  readonly calls: number;
  readonly deliveries: number;
  readonly callSize: number;
  readonly groupKey: (outgoing: Outgoing) => string;
}

export interface HeldBatch {
  readonly batch: Batch;
  /** The name of this claim. */
  readonly owner: string;
  leaseUntil: number;
  /** Another owner has it: nothing of it may be written any more. */
  isLost: boolean;
  callsUnderWay: number;
  readonly hasStartable: () => boolean;
  readonly isIdle: () => boolean;
  readonly hasEnds: () => boolean;
  /** When the first of those for later is due. */
  readonly laterAt: () => number;
  readonly bringDue: (at: number) => void;
  /** Takes out what fits; what can never be sent ends here. */
  readonly plan: (room: Room, at: number) => PlannedCall[];
  /** The call was not made, since its beginning could not be written. */
  readonly putBack: (calls: readonly PlannedCall[]) => void;
  /** A call came back: one ending a delivery. */
  readonly endCall: (works: readonly Work[], endings: readonly Ending[], record: CallRecord) => void;
  readonly endAll: (reason: Parameters<typeof endWithout>[1]) => void;
  readonly takeEnds: () => Ends;
  readonly putEndsBack: (ends: Ends) => void;
}

/** A claimed batch whose deliveries have been read. `callRepeat`: what to do with one whose earlier try may have been taken. */
export function holdBatch(
  batch: Batch,
  owner: string,
  leaseUntil: number,
  works: readonly Work[],
  callRepeat: 'send' | 'lookup' | 'never',
  isErased: (recipient: number) => boolean = () => false,
): HeldBatch {
  const render = createRender(batch.content);
  const startable = { send: [] as Work[], lookup: [] as Work[] };
  let later: Work[] = [...works];
  let ends: Turn['ends'][number][] = [];
  let records: CallRecord[] = [];

  function end(work: Work, ending: Ending): void {
    ends.push({ message: work.message, recipient: work.recipient, ending });
    if (ending.kind !== 'again') return;
    const doubtful = ending.doubt === 'raised' || (ending.doubt === 'kept' && (work.doubtful || work.interrupted));
    const tries = work.tries + (ending.spent === 'try' ? 1 : 0);
    later.push({ ...work, tries, doubtful, interrupted: false, notBefore: ending.notBefore });
  }

  function makeStartable(work: Work): void {
    if (!work.interrupted && !work.doubtful) startable.send.push(work);
    else if (callRepeat === 'never') end(work, { kind: 'unknown' });
    else startable[callRepeat].push(work);
  }

  function bringDue(at: number): void {
    if (later.length === 0) return;
    const due = later.filter(({ notBefore }) => notBefore <= at);
    if (due.length === 0) return;
    later = later.filter(({ notBefore }) => notBefore > at);
    for (const work of due) makeStartable(work);
  }

  /** Undefined where it ended instead. */
  function toOutgoing(work: Work, at: number): Outgoing | undefined {
    if (at >= batch.purgeAt) {
      end(work, endWithout(work, 'expired'));
      return undefined;
    }
    if (work.address === '' || isErased(work.recipient)) {
      end(work, endWithout(work, 'erased'));
      return undefined;
    }
    const content = render(work.variables);
    if (content) return { key: deliveryKey(batch.keyPrefix, work.recipient), address: work.address, content };
    end(work, endWithout(work, 'variableMissing'));
    return undefined;
  }

  /** Fills calls by group in the order of the queue; what finds no place stays, in its order. */
  function planKind(kind: PlannedCall['kind'], room: Room, at: number): PlannedCall[] {
    const calls: PlannedCall[] = [];
    const open = new Map<string, PlannedCall>();
    const passedOver: Work[] = [];
    const queue = startable[kind];
    let planned = 0;
    let seen = 0;
    // Looking further than this for a group's mates would render the same deliveries again and again.
    const mostPassedOver = room.callSize;
    while (seen < queue.length && planned < room.deliveries && passedOver.length < mostPassedOver) {
      if (calls.length === room.calls && open.size === 0) break;
      const work = queue[seen++] as Work;
      const outgoing = toOutgoing(work, at);
      if (!outgoing) continue;
      const group = room.callSize === 1 ? '' : room.groupKey(outgoing);
      let call = open.get(group);
      if (!call) {
        if (calls.length === room.calls) {
          passedOver.push(work);
          continue;
        }
        call = { kind, works: [], outgoing: [] };
        calls.push(call);
        open.set(group, call);
      }
      call.works.push(work);
      call.outgoing.push(outgoing);
      planned++;
      if (call.works.length >= room.callSize) open.delete(group);
    }
    if (seen > 0) startable[kind] = [...passedOver, ...queue.slice(seen)];
    return calls;
  }

  const held: HeldBatch = {
    batch,
    owner,
    leaseUntil,
    isLost: false,
    callsUnderWay: 0,
    hasStartable: () => startable.send.length + startable.lookup.length > 0,
    isIdle: () => held.callsUnderWay === 0 && ends.length === 0 && !held.hasStartable(),
    hasEnds: () => ends.length > 0,
    laterAt: () => later.reduce((first, { notBefore }) => Math.min(first, notBefore), Infinity),
    bringDue,
    plan(room, at) {
      if (room.calls <= 0 || room.deliveries <= 0) return [];
      const lookups = planKind('lookup', room, at);
      const used = lookups.reduce((sum, { works }) => sum + works.length, 0);
      const rest = { ...room, calls: room.calls - lookups.length, deliveries: room.deliveries - used };
      return rest.calls > 0 && rest.deliveries > 0 ? [...lookups, ...planKind('send', rest, at)] : lookups;
    },
    putBack(calls) {
      for (const { kind, works } of calls) startable[kind] = [...works, ...startable[kind]];
    },
    endCall(works, endings, record) {
      works.forEach((work, at) => end(work, endings[at] ?? { kind: 'unknown' }));
      records.push(record);
    },
    endAll(reason) {
      const all = [...startable.lookup, ...startable.send, ...later];
      startable.lookup = [];
      startable.send = [];
      later = [];
      for (const work of all) end(work, endWithout(work, reason));
    },
    takeEnds() {
      const taken: Ends = { list: ends, records };
      ends = [];
      records = [];
      return taken;
    },
    putEndsBack(taken) {
      ends = [...taken.list, ...ends];
      records = [...taken.records, ...records];
    },
  };
  return held;
}
