import type { KubeObject, Namespace } from "../../api/index.ts";
import { kindTable } from "../../api/index.ts";
import type { MaybePromise } from "../maybe.ts";
import type { Registered } from "./dynamic/registrations.ts";
import { getStored } from "./stored.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

interface Lazy extends Pick<AdmissionPlugin, "name" | "resources"> {
  readonly phases: readonly ("mutate" | "validate")[];
  /** Seen from what is at hand: whether it has anything to say about a request. */
  readonly concerns: (attributes: Attributes) => boolean;
  readonly load: () => Promise<AdmissionPlugin>;
}

/** A plugin whose code is fetched when a request first concerns it: most clusters never need it. */
function lazily({ phases, concerns, load, ...plugin }: Lazy): AdmissionPlugin {
  return {
    ...plugin,
    ...(phases.includes("mutate") && {
      mutate(attributes: Attributes): MaybePromise<KubeObject> {
        const object = attributes.object as KubeObject;
        return concerns(attributes) ? attributes.scope.server.code.use(load, (p) => p.mutate?.(attributes) ?? object) : object;
      },
    }),
    ...(phases.includes("validate") && {
      validate(attributes: Attributes): MaybePromise<void> {
        if (concerns(attributes)) return attributes.scope.server.code.use(load, (p) => p.validate?.(attributes));
      },
    }),
  };
}

/** Whether anything of a sort is registered for the resource. */
const registered =
  (sort: keyof Registered) =>
  ({ scope: { server, kind, info } }: Attributes): boolean =>
    server.registrations.of(kind, info.subresource)[sort].length > 0;

const isPodSecurity = (labels: Readonly<Record<string, string>> | undefined): boolean =>
  Object.keys(labels ?? {}).some((key) => key.startsWith("pod-security.kubernetes.io/"));

const PODS = ["/pods", "/pods/ephemeralcontainers", "/pods/resize"];
const WORKLOADS = ["/replicationcontrollers", "/podtemplates", "batch/jobs", "batch/cronjobs"].concat(
  ["replicasets", "deployments", "statefulsets", "daemonsets"].map((plural) => `apps/${plural}`),
);

export const lazyPlugins: readonly AdmissionPlugin[] = [
  lazily({
    name: "PodSecurity",
    resources: ["/namespaces", ...PODS, ...WORKLOADS],
    phases: ["validate"],
    concerns({ scope: { server, kind, info }, object, old }) {
      if (kind.plural === "namespaces") return isPodSecurity(object?.metadata?.labels) || isPodSecurity(old?.metadata?.labels);
      return isPodSecurity(getStored<Namespace>(server, kindTable.namespaces, "", info.namespace)?.metadata?.labels);
    },
    load: async () => (await import("./pod-security.ts")).podSecurity,
  }),
  lazily({
    name: "MutatingAdmissionPolicy",
    phases: ["mutate"],
    concerns: registered("mutatingPolicies"),
    load: async () => (await import("./mutating-admission-policy.ts")).mutatingAdmissionPolicy,
  }),
  lazily({
    name: "MutatingAdmissionWebhook",
    phases: ["mutate", "validate"],
    concerns: registered("mutatingHooks"),
    load: async () => (await import("./mutating-admission-webhook.ts")).mutatingAdmissionWebhook,
  }),
  lazily({
    name: "ValidatingAdmissionPolicy",
    phases: ["validate"],
    concerns: registered("validatingPolicies"),
    load: async () => (await import("./validating-admission-policy.ts")).validatingAdmissionPolicy,
  }),
  lazily({
    name: "ValidatingAdmissionWebhook",
    phases: ["validate"],
    concerns: registered("validatingHooks"),
    load: async () => (await import("./validating-admission-webhook.ts")).validatingAdmissionWebhook,
  }),
];
