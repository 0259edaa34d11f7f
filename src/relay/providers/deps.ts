/** What every provider is handed: the guarded ways out, and the time. One set for the whole relay. */
import { createNetGuard } from '#relay/net-guard';
import type { ProviderDeps } from '#relay/provider';
import { createHttp, type HttpTimeouts } from './http.ts';

export interface ProviderDepsOptions {
  /** CIDR networks, or single addresses, that providers may reach although they are private. */
  readonly allowNetworks?: readonly string[];
  readonly timeouts?: Partial<HttpTimeouts>;
  readonly now: () => number;
}

export function createProviderDeps(
  options: ProviderDepsOptions,
): ProviderDeps & { readonly close: () => Promise<void> } {
  const guard = createNetGuard(options.allowNetworks);
  const http = createHttp({ guard, ...(options.timeouts ? { timeouts: options.timeouts } : {}) });
  return { http, connect: guard.connect, now: options.now, close: http.close };
}
