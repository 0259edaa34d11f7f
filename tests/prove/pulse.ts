/**
 * When a process that is about to be killed was last seen to run. Asks it every few milliseconds for anything; whatever
 * had reached it before a question that it answered, its event loop has read.
 */
import { Agent, get } from 'node:http';

export interface Pulse {
  /** When the latest question was put that has been answered; milliseconds since 1970. */
  readonly heard: () => number;
  /** How long the slowest of the latest answers took: what two processes of this machine need at most, as it is loaded now. */
  readonly slowestMs: () => number;
  readonly stop: () => void;
}

const PAUSE_MS = 3;
/** Of about the last quarter of a second. */
const ROUNDS_KEPT = 50;

export function feelPulse(url: string): Pulse {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const rounds: number[] = [];
  // It has just said that it listens.
  let heard = Date.now();
  let isStopped = false;

  function ask(): void {
    if (isStopped) return;
    const asked = Date.now();
    const request = get(`${url}/healthz`, { agent }, (answer) => {
      heard = asked;
      rounds.push(Date.now() - asked);
      if (rounds.length > ROUNDS_KEPT) rounds.shift();
      answer.resume();
      answer.once('end', () => setTimeout(ask, PAUSE_MS));
    });
    // It is dead: there is nothing more to hear.
    request.once('error', () => {});
  }
  ask();
  return {
    heard: () => heard,
    slowestMs: () => Math.max(0, ...rounds),
    stop: () => {
      isStopped = true;
      agent.destroy();
    },
  };
}
