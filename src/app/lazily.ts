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

type Answering = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;

/** An object whose methods all answer later: what is behind it loads when the first of them is called. */
export function later<Part extends object>(load: () => Promise<Part>): Part {
  const loaded = lazily(load);
  return new Proxy({} as Part, {
    get:
      (_, name: string) =>
      async (...given: never[]) =>
        ((await loaded()) as Answering)[name]?.(...given),
  });
}
