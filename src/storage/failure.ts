/** What is wrong with this device's storage, as far as someone can do something about it. */

/** Dexie hides the `QuotaExceededError` of an aborted transaction in `inner`. */
export function isStorageFull(error: unknown): boolean {
  return causesOf(error).some((cause) => cause.name === 'QuotaExceededError');
}

/** Why a database cannot be opened; the words of `App.phase`. */
export function openFailure(error: unknown): 'storageBlocked' | 'storageFull' | 'newerVersion' | 'unknown' {
  if (isStorageFull(error)) return 'storageFull';
  const names = causesOf(error).map((cause) => cause.name);
  if (names.includes('VersionError')) return 'newerVersion';
  // Firefox in private windows, blocked cookies, no IndexedDB at all, in this order.
  if (names.some((name) => ['InvalidStateError', 'SecurityError', 'MissingAPIError'].includes(name ?? ''))) {
    return 'storageBlocked';
  }
  return 'unknown';
}

interface Cause {
  readonly name?: string;
  readonly inner?: unknown;
  readonly cause?: unknown;
}

function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = [];
  const ahead: unknown[] = [error];
  while (ahead.length > 0 && causes.length < 20) {
    const next = ahead.pop();
    if (typeof next !== 'object' || next === null) continue;
    const cause = next as Cause;
    causes.push(cause);
    ahead.push(cause.inner, cause.cause);
  }
  return causes;
}
