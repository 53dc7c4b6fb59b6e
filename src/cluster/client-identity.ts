import type { Api, ApiRequest } from "../apiserver/index.ts";
import type { KubectlApi } from "../kubectl/index.ts";
import type { Authority } from "../pki/index.ts";
import type { Clock } from "../sim/index.ts";

/** What a client shows of itself: a certificate with its key, a token, or nothing. */
interface Shown {
  readonly user: object;
  readonly pair?: { readonly certificate: string; readonly key: string };
}

interface Deps {
  readonly api: Api;
  readonly clock: Clock;
  readonly authority: () => Authority;
}

/** The API server as a kubectl has it that shows this of itself: by reference, as whom the server takes it for. */
export function apiAs({ api, clock, authority }: Deps, { user, pair }: Shown): KubectlApi {
  const { token } = user as { readonly token?: string };
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  const peerOf = async (shown: NonNullable<Shown["pair"]>): Promise<ApiRequest["peer"]> => {
    const release = clock.halt();
    try {
      return await (await import("./client-certificate.ts")).peerOfPair(shown, authority().certificate, clock.now());
    } finally {
      release();
    }
  };
  const as = async <T extends object>(request: T): Promise<T> => ({
    ...request,
    ...(headers && { headers: { ...(request as { headers?: object }).headers, ...headers } }),
    ...(pair && { peer: await peerOf(pair) }),
  });
  return {
    handle: async (request) => api.handle(await as(request as Parameters<Api["handle"]>[0])),
    connect: async (request) => api.connect(await as(request as Parameters<Api["connect"]>[0])),
    forward: async (request) => api.forward(await as(request as Parameters<Api["forward"]>[0])),
  };
}
