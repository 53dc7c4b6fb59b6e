import type { Kind } from "../../api/index.ts";
import { badRequest, resourceNotFound } from "../../machinery/index.ts";
import type { Scope } from "../context.ts";
import type { MaybePromise } from "../maybe.ts";
import { methodNotAllowed } from "../route.ts";
import type { ApiResponse } from "../types.ts";
import { binding } from "./binding.ts";
import { eviction } from "./eviction.ts";
import { finalize } from "./finalize.ts";
import { log, nodeProxy } from "./kubelet.ts";
import { podProxy, serviceProxy } from "./proxy.ts";
import { scale } from "./scale.ts";
import { part } from "./part.ts";
import { token } from "./token.ts";
import type { Subresource } from "./types.ts";

/** By HTTP alone they say what a client should have done; `connect` serves them. */
const upgraded = (kind: string): Subresource => ({
  verbs: ["create", "get"],
  kind: { kind },
  serve() {
    throw badRequest("Upgrade request required");
  },
});

/** `plural/name`; a star stands for every kind whose row lists the name. */
const subresources: Readonly<Record<string, Subresource>> = {
  "*/status": part,
  "*/scale": scale,
  "certificatesigningrequests/approval": part,
  "namespaces/finalize": finalize,
  "nodes/proxy": nodeProxy,
  "pods/attach": upgraded("PodAttachOptions"),
  "pods/binding": binding,
  "pods/ephemeralcontainers": part,
  "pods/eviction": eviction,
  "pods/exec": upgraded("PodExecOptions"),
  "pods/log": log,
  "pods/portforward": upgraded("PodPortForwardOptions"),
  "pods/proxy": podProxy,
  "pods/resize": part,
  "serviceaccounts/token": token,
  "services/proxy": serviceProxy,
};

/** Undefined when the kind's row does not list it. */
export function subresourceOf(kind: Pick<Kind, "plural" | "subresources">, name: string): Subresource | undefined {
  if (!kind.subresources?.includes(name)) return undefined;
  return subresources[`${kind.plural}/${name}`] ?? subresources[`*/${name}`];
}

export function serveSubresource(scope: Scope): MaybePromise<ApiResponse> {
  const { requested, info, verb } = scope;
  const subresource = subresourceOf(requested, info.subresource);
  if (!subresource) throw resourceNotFound();
  if (!subresource.verbs.includes(verb)) throw methodNotAllowed();
  return subresource.serve(scope);
}
