/** Why a file cannot be restored, in a sentence that says what to do. */
import type { RestoreProblem } from '#app/workspace-types';
import { m } from '#messages';

export const problemWord: Readonly<Record<RestoreProblem, () => string>> = {
  foreign: m.backup_problem_foreign,
  newer: m.backup_problem_newer,
  cutOff: m.backup_problem_cut_off,
  damaged: m.backup_problem_damaged,
  malformed: m.backup_problem_malformed,
  storageFull: m.backup_problem_storage_full,
  otherSalt: m.backup_problem_other_salt,
};
