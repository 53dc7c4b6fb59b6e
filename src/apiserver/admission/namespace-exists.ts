import { kindTable, type KubeObject } from "../../api/index.ts";
import { notFound } from "../../machinery/index.ts";
import { getStored } from "./stored.ts";
import type { AdmissionPlugin } from "./types.ts";

/** Nothing is done in a namespace that is missing, not even a deletion (k8s: plugin/pkg/admission/namespace/exists). */
export const namespaceExists: AdmissionPlugin = {
  name: "NamespaceExists",
  offByDefault: true,
  mutate({ scope, object, operation }) {
    const { info, kind, server } = scope;
    if (operation === "CONNECT") return object as KubeObject;
    if (kind.namespaced && !getStored(server, kindTable.namespaces, "", info.namespace)) throw notFound("namespaces", info.namespace);
    return object as KubeObject;
  },
};
