import { kindTable, type KubeObject, type Namespace } from "../../api/index.ts";
import { failure, forbidden, notFound } from "../../machinery/index.ts";
import { refuse } from "./refuse.ts";
import { getStored } from "./stored.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

const IMMORTAL = ["default", "kube-system", "kube-public"];

/** Nothing is written in a namespace that is missing, nothing created in one that ends; three can't be deleted (k8s: apiserver/pkg/admission/plugin/namespace/lifecycle). */
export const namespaceLifecycle: AdmissionPlugin = {
  name: "NamespaceLifecycle",
  validate({ scope, operation }) {
    const { kind, info } = scope;
    if (operation === "DELETE" && kind.plural === "namespaces" && kind.group === "" && IMMORTAL.includes(info.name)) {
      throw forbidden("namespaces", info.name, "this namespace may not be deleted");
    }
  },
  /** It changes nothing, but like upstream's it speaks before the plugins that look things up in the namespace. */
  mutate(attributes) {
    const { scope, operation, object } = attributes;
    const { info, kind, server } = scope;
    // Whoever asks what he may do is answered wherever he asks.
    if (operation === "DELETE" || operation === "CONNECT" || !kind.namespaced || kind.plural === "localsubjectaccessreviews")
      return object as KubeObject;
    const namespace = getStored<Namespace>(server, kindTable.namespaces, "", info.namespace);
    if (!namespace) throw notFound("namespaces", info.namespace);
    if (operation === "CREATE" && namespace.status?.phase === "Terminating") throw terminating(attributes);
    return object as KubeObject;
  },
};

function terminating(attributes: Attributes): Error {
  const { namespace } = attributes.scope.info;
  const { message, status } = refuse(attributes, `unable to create new content in namespace ${namespace} because it is being terminated`);
  return failure(403, "Forbidden", message, {
    ...status.details,
    causes: [{ reason: "NamespaceTerminating", message: `namespace ${namespace} is being terminated`, field: "metadata.namespace" }],
  });
}
