import type { Api } from "../apiserver/index.ts";
import type { KubectlOptions, KubectlRequest } from "../kubectl/index.ts";

/** The Service `kubernetes`, by its address and its names. */
const SERVER = /^https:\/\/(10\.96\.0\.1|kubernetes(\.default(\.svc(\.cluster\.local)?)?)?)(:443)?$/;

/** How a pod's kubectl reaches the API server: by reference, as who the token names. */
export const kubectlLink = (api: Api): Pick<KubectlOptions, "connect"> => ({
  connect({ server, user }) {
    if (!SERVER.test(server)) throw new Error(`dial tcp ${server.replace(/^https?:\/\//, "")}: connect: connection refused`);
    const { token } = user as { readonly token?: string };
    const who = ({ headers }: KubectlRequest) => (token === undefined ? {} : { headers: { ...headers, authorization: `Bearer ${token}` } });
    return {
      handle: (request) => api.handle({ ...(request as Parameters<Api["handle"]>[0]), ...who(request) }),
      connect: (request) => api.connect({ ...(request as Parameters<Api["connect"]>[0]), ...who(request) }),
      forward: (request) => api.forward({ ...(request as Parameters<Api["forward"]>[0]), ...who(request) }),
    };
  },
});
