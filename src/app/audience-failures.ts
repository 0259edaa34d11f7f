/** Failures of storage on their way through a worker's port. */
import { openFailure } from '#storage/failure';

/** Through a port an error keeps its own name only; Dexie's hides the one that matters (`#storage/failure`). */
export async function named<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    const name = NAME_BY_FAILURE[openFailure(error)];
    throw name === undefined ? error : Object.assign(new Error(name), { name });
  }
}

const NAME_BY_FAILURE: Readonly<Record<ReturnType<typeof openFailure>, string | undefined>> = {
  storageFull: 'QuotaExceededError',
  storageBlocked: 'InvalidStateError',
  newerVersion: 'VersionError',
  unknown: undefined,
};
