import { type KubeObject, kindTable, type Kind } from "../../api/index.ts";
import { decodeBody } from "../decode.ts";
import { andThen } from "../maybe.ts";
import { binding } from "../subresources/binding.ts";
import type { VirtualResource } from "./types.ts";

/** POST bindings: as pods/NAME/binding of the pod that the object names (k8s: registry/core/pod/storage LegacyBindingREST). */
export const bindings: VirtualResource = {
  create(scope) {
    const { metadata } = decodeBody(scope);
    const pod = kindTable.pods as unknown as Kind;
    const info = { ...scope.info, resource: "pods", subresource: "binding", name: metadata?.name ?? "" };
    return andThen(binding.serve({ ...scope, kind: pod, requested: pod, info }), ({ body }) => body as KubeObject);
  },
};
