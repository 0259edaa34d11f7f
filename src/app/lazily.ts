/** Parts of the app whose code is loaded when they are first asked for, and never before the first rows for nothing. */

/** One load for all who ask; one that failed (offline before the app was ever kept) is tried again by the next. */
export function lazily<Part>(load: () => Promise<Part>): () => Promise<Part> {
  let loading: Promise<Part> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
