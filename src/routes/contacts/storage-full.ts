/** Whether a failed write failed for want of room. The database hides that name in `inner`. */
export function isStorageFull(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, inner, cause } = error as { name?: unknown; inner?: unknown; cause?: unknown };
  return name === 'QuotaExceededError' || isStorageFull(inner) || isStorageFull(cause);
}
