/** A refusal over HTTP: a word that the app puts into a sentence, and the status that fits it. Nothing of the request. */
import type { ProblemAnswer } from '#protocol/api';
import type { Problem } from '#protocol/constants';

const STATUS: Readonly<Record<Problem, number>> = {
  signedOut: 401,
  forbidden: 403,
  notFound: 404,
  malformed: 400,
  tooLarge: 413,
  keyMissing: 400,
  keyReused: 422,
  partsMissing: 409,
  partMismatch: 422,
  behind: 409,
  erasing: 503,
  blockTaken: 409,
  channelGone: 409,
  codeTaken: 409,
  nameTaken: 409,
  linkSpent: 410,
  foreignOrigin: 403,
  tooManyRequests: 429,
  relayFailed: 500,
};

export function problemAnswer(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json({ problem } satisfies ProblemAnswer, { status: STATUS[problem], headers });
}
