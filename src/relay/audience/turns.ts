/** Who runs when: of one name one at a time, in the order of asking, and of all no more than so many at once. */
export function createTurns(atOnce: number): <Value>(name: string, run: () => Promise<Value>) => Promise<Value> {
  const waiting: { readonly name: string; readonly start: () => void }[] = [];
  const running = new Set<string>();

  function startNext(): void {
    while (running.size < atOnce) {
      const next = waiting.findIndex(({ name }) => !running.has(name));
      const [turn] = next < 0 ? [] : waiting.splice(next, 1);
      if (!turn) return;
      running.add(turn.name);
      turn.start();
    }
  }

  return async (name, run) => {
    const begin = Promise.withResolvers<void>();
    waiting.push({ name, start: begin.resolve });
    startNext();
    await begin.promise;
    try {
      return await run();
    } finally {
      running.delete(name);
      startNext();
    }
  };
}
