import { type Kind, type KubeObject, kindTable, type Pod } from "../../api/index.ts";
import { badRequest, conflict, field, invalid, notFound, type Status, successStatus } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import type { Scope } from "../context.ts";
import { decodeBody } from "../decode.ts";
import { andThen, type MaybePromise } from "../maybe.ts";
import { currentEntry, put } from "../registry/write.ts";
import type { Subresource } from "./types.ts";

interface Binding extends KubeObject {
  readonly target?: { readonly kind?: string; readonly name?: string };
}

/** POST pods/NAME/binding: a scheduler's decision (k8s: registry/core/pod/storage BindingREST). */
function bind(scope: Scope): MaybePromise<Status> {
  const attributes = { scope, operation: "CREATE", old: undefined } as const;
  const { admission } = scope.server;
  return andThen(
    admission.mutate({ ...attributes, object: decodeBody({ ...scope, requested: kindTable.bindings as unknown as Kind }) }),
    (object) => andThen(admission.validate({ ...attributes, object }), () => assign(scope, object as Binding)),
  );
}

function assign(scope: Scope, binding: Binding): Status {
  const node = binding.target?.name;
  if (!node) throw invalid({ group: "", kind: "Binding" }, scope.info.name, [field.required("target.name")]);
  if (binding.target?.kind && binding.target.kind !== "Node" && binding.target.kind !== "Minion") {
    throw badRequest(
      `Binding "${scope.info.name}" is invalid: target.kind: Unsupported value: "${binding.target.kind}": supported values: "Node", "<empty>"`,
    );
  }
  const entry = currentEntry(scope);
  if (!entry) throw notFound("pods", scope.info.name);
  const pod = entry.value as Pod;
  const refuse = (why: string): never => {
    throw conflict("pods/binding", scope.info.name, "", why);
  };
  if (pod.metadata?.deletionTimestamp) refuse(`pod ${scope.info.name} is being deleted, cannot be assigned to a host`);
  if (pod.spec?.nodeName) refuse(`pod ${scope.info.name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if (pod.spec?.schedulingGates?.length) refuse(`pod ${scope.info.name} has non-empty .spec.schedulingGates`);
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null as unknown as string,
    lastTransitionTime: rfc3339(scope.server.clock.now()),
    observedGeneration: pod.metadata?.generation,
  };
  const conditions = [...(pod.status?.conditions ?? []).filter((c) => c.type !== "PodScheduled"), scheduled];
  const { annotations, labels } = binding.metadata ?? {};
  // Where it was to go is known now (k8s: ClearingNominatedNodeNameAfterBinding).
  const { nominatedNodeName: _, ...status } = pod.status ?? {};
  const bound = {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(annotations ? { annotations: { ...pod.metadata?.annotations, ...annotations } } : {}),
      ...(labels ? { labels: { ...pod.metadata?.labels, ...labels } } : {}),
    },
    spec: { ...pod.spec, nodeName: node },
    status: { ...status, conditions },
  };
  put(scope, bound as Pod, entry);
  return { ...successStatus(), code: 201 };
}

export const binding: Subresource = {
  verbs: ["create"],
  kind: { kind: "Binding" },
  serve: (scope) => andThen(bind(scope), (body) => ({ status: 201, body })),
};
