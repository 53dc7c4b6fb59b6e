import { printing } from "../shared.ts";
import { flagRows, type FlagRow } from "../row.ts";

/** Makes f.yaml, a ConfigMap that there is, k/ with it as a kustomization, and d/d/ with it. */
const FILES =
  "kubectl create cm $N-f --dry-run=client -o yaml > f.yaml; kubectl apply -f f.yaml >/dev/null; mkdir -p k d/d; cp f.yaml k; cp f.yaml d/d; echo 'resources: [f.yaml]' > k/kustomization.yaml; ";

/** The flags that name objects by files; `none` is what is named without them. */
const byFile = (command: string, none: string): readonly FlagRow[] =>
  flagRows(command, `${FILES}kubectl ${command} {} 2>&1`, {
    "filename=f.yaml": { shows: "$N-f", or: none },
    "kustomize=k": { shows: "$N-f", or: none },
    recursive: { on: `${FILES}kubectl ${command} -f d {} 2>&1`, shows: "$N-f" },
  });

export const lookingRows: readonly FlagRow[] = [
  ...printing("get", "kubectl get ns default", "Namespace"),
  ...byFile("get", "nodes"),
  ...flagRows("get", "kubectl get ns", {
    "all-namespaces": { on: "kubectl get svc", shows: "kube-system" },
    "chunk-size=2": { on: "kubectl get ns -v=6 {} 2>&1", shows: "limit=2" },
    "field-selector=metadata.name=default": { hides: "kube-system" },
    "ignore-not-found": { on: "kubectl get cm none 2>&1", hides: "not found" },
    "label-columns=kubernetes.io/metadata.name": "METADATA.NAME",
    "no-headers": { hides: "STATUS" },
    "output-watch-events": { on: "kubectl get ns default -w --request-timeout=1s", shows: "EVENT" },
    watch: { on: "kubectl get ns default --request-timeout=1s -v=6 2>&1", shows: "watch=true" },
    "watch-only": { on: "kubectl get ns default --request-timeout=1s", hides: "Active" },
    "raw=/version": { on: "kubectl get {}", or: "ns", shows: '"gitVersion"' },
    "selector=kubernetes.io/metadata.name=default": { hides: "kube-system" },
    "server-print=false": { hides: "STATUS" },
    "show-kind": "namespace/default",
    "show-labels": "LABELS",
    "show-managed-fields": { on: "kubectl get deploy coredns -n kube-system -o yaml", shows: "managedFields" },
    "sort-by=.metadata.uid": { on: "kubectl get ns -v=6 {} 2>&1", shows: "includeObject=Object" },
    "subresource=scale": { on: "kubectl get deploy coredns -n kube-system -o yaml", shows: "kind: Scale" },
  }),
  ...byFile("describe", "nodes"),
  ...flagRows("describe", "kubectl describe ns", {
    "all-namespaces": { on: "kubectl describe svc", shows: "kube-dns" },
    "chunk-size=2": { on: "kubectl describe ns -v=6 {} 2>&1", shows: "limit=2" },
    "selector=kubernetes.io/metadata.name=default": { hides: "kube-system" },
    "show-events=false": { on: "kubectl describe deploy coredns -n kube-system", hides: "Events:" },
  }),
  ...printing("events", "kubectl events -A", "EventList").filter(({ flag }) => flag !== "allow-missing-template-keys"),
  // What a printer says of its failure is lost, but for what it has printed.
  ...flagRows("events", "kubectl events -A", {
    "allow-missing-template-keys=false": { on: "kubectl events -A -o go-template='{{.nothing}}'", shows: "Error executing template" },
  }),
  ...flagRows("events", "kubectl events -A", {
    "all-namespaces": { on: "kubectl events 2>&1", shows: "NAMESPACE" },
    "chunk-size=2": { on: "kubectl events -A -v=6 {} 2>&1", shows: "limit=2" },
    "for=deployment/none": { on: "kubectl events -A {} 2>&1", shows: "No events found" },
    "no-headers": { hides: "LAST SEEN" },
    "show-managed-fields": { on: "kubectl events -A -o yaml", shows: "managedFields" },
    "types=Warning": { hides: "Normal" },
    watch: { on: "kubectl events -A --request-timeout=1s -v=6 2>&1", shows: "watch=true" },
  }),
  ...flagRows("explain", "kubectl explain cm", {
    "api-version=autoscaling/v1": { on: "kubectl explain hpa.spec", shows: "targetCPUUtilizationPercentage" },
    "output=plaintext-openapiv2": { on: "kubectl explain deploy.spec.replicas", shows: "VERSION:  apps/v1" },
    recursive: "ownerReferences",
  }),
  ...flagRows("api-resources", "kubectl api-resources", {
    "api-group=apps": { hides: "configmaps" },
    cached: { on: "kubectl get ns >/dev/null; kubectl api-resources -v=6 2>&1", hides: "/apis?" },
    "categories=all": { hides: "configmaps" },
    "namespaced=false": { hides: "configmaps" },
    "no-headers": { hides: "SHORTNAMES" },
    "output=wide": "VERBS",
    "sort-by=kind": { on: "kubectl api-resources --no-headers {} | head -1", shows: "apiservices" },
    "verbs=deletecollection": { hides: "tokenreviews" },
  }),
  ...flagRows("version", "kubectl version", { client: { hides: "Server Version" }, "output=json": '"clientVersion"' }),
];
