import type { AuthenticationTokenRequest } from "../api/index.ts";
import type { Client } from "../client/index.ts";
import { StatusError } from "../machinery/index.ts";
import { MissingObject } from "./objects.ts";
import { nameOf, namespaceOf, specOf, uidOf } from "./pod.ts";
import type { TokenFor } from "./types.ts";

/** Tokens by TokenRequest, bound to the pod they are for (k8s: kubelet/token, volume/projected). */
export function tokensFrom(client: Client): TokenFor {
  return async (pod, audience, expirationSeconds) => {
    const request: AuthenticationTokenRequest = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { name: specOf(pod).serviceAccountName ?? "default", namespace: namespaceOf(pod) },
      spec: {
        audiences: audience === undefined || audience === "" ? [] : [audience],
        expirationSeconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name: nameOf(pod), uid: uidOf(pod) },
      },
    };
    try {
      const answer = (await client.create("serviceaccounts", request as never, "token")) as AuthenticationTokenRequest;
      return () => answer.status?.token ?? "";
    } catch (error) {
      if (error instanceof StatusError) throw new MissingObject(`failed to fetch token: ${error.message}`);
      throw error;
    }
  };
}
