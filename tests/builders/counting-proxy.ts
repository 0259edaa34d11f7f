/** A line between browser and relay that counts every byte of it, both ways: requests, headers, streams and sockets. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CountingProxy {
  readonly url: string;
  /** Bytes so far, both ways together. */
  readonly bytes: () => number;
  /** Milliseconds since the last byte. */
  readonly quietMs: () => number;
  /** No line at all, until `mend`. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

/** `to`: answers where the relay listens, once it does. */
export async function startCountingProxy(to: () => number): Promise<CountingProxy> {
  const sockets = new Set<Socket>();
  let isUp = true;
  let bytes = 0;
  let lastAt = performance.now();
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    lastAt = performance.now();
  };
  const server = createServer((near) => {
    if (!isUp) return void near.resetAndDestroy();
    const far = connect(to(), 'localhost');
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', count).on('error', () => into.destroy());
      from.on('close', () => {
        sockets.delete(from);
        into.destroy();
      });
      from.pipe(into);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const drop = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    bytes: () => bytes,
    quietMs: () => performance.now() - lastAt,
    cut() {
      isUp = false;
      drop();
    },
    mend() {
      isUp = true;
    },
    async close() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
