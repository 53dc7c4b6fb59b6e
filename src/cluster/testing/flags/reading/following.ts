import { printing } from "../shared.ts";
import { flagRows, type FlagCases, type FlagRow } from "../row.ts";

const MADE = "kubectl create deploy $N --image=none.example/x --replicas=0 >/dev/null; ";
const FILES =
  "kubectl get deploy $N -o yaml > f.yaml; mkdir -p k d/d; cp f.yaml k; cp f.yaml d/d; echo 'resources: [f.yaml]' > k/kustomization.yaml; ";

/** What the subcommands of rollout have in common. */
function rolling(command: string, before: string, kind: string, cases: FlagCases): readonly FlagRow[] {
  const line = `${MADE}${before}kubectl rollout ${command}`;
  return [
    ...(kind === "" ? [] : printing(`rollout ${command}`, `${line} deploy $N`, kind)),
    ...flagRows(`rollout ${command}`, `${MADE}${before}${FILES}kubectl rollout ${command} {} 2>&1`, {
      "filename=f.yaml": { shows: "$N", or: "ds/none" },
      "kustomize=k": { shows: "$N", or: "ds/none" },
      recursive: { on: `${MADE}${before}${FILES}kubectl rollout ${command} -f d {} 2>&1`, shows: "$N" },
      "selector=app=$N": { on: `${MADE}${before}kubectl rollout ${command} deploy {} 2>&1`, shows: "$N", or: "none" },
      ...cases,
    }),
  ];
}
const managed = (command: string, before = ""): FlagCases => ({
  "show-managed-fields": { on: `${MADE}${before}kubectl rollout ${command} deploy $N -o yaml`, shows: "managedFields" },
});
const manager = (command: string, before = ""): FlagCases => ({
  "field-manager=ann": { on: `${MADE}${before}kubectl rollout ${command} deploy $N -v=6 {} 2>&1`, shows: "fieldManager=ann" },
});
const PAUSED = "kubectl rollout pause deploy $N >/dev/null; ";
const CHANGED = "sleep 1; kubectl set image deploy $N x=none.example/y >/dev/null; sleep 1; ";
const DNS = "kubectl logs -n kube-system deploy/coredns";

export const followingRows: readonly FlagRow[] = [
  ...rolling("history", "sleep 1; ", "ReplicaSet", {
    "revision=1": { on: `${MADE}sleep 1; kubectl rollout history deploy $N`, shows: "with revision #1" },
    ...managed("history", "sleep 1; "),
  }),
  ...rolling("status", "", "", {
    "revision=9": { on: `${MADE}sleep 1; kubectl rollout status deploy/$N 2>&1`, shows: "desired revision (9)" },
    "timeout=2s": {
      on: "kubectl create deploy $N --image=none.example/x >/dev/null; kubectl rollout status deploy/$N {} 2>&1",
      shows: "timed out",
      or: "--watch=false",
    },
    "watch=false": {
      on: "kubectl create deploy $N --image=none.example/x >/dev/null; kubectl rollout status deploy/$N --timeout=2s {} 2>&1",
      hides: "timed out",
    },
  }),
  ...rolling("pause", "", "Deployment", { ...managed("pause"), ...manager("pause") }),
  ...rolling("resume", PAUSED, "Deployment", { ...managed("resume", PAUSED), ...manager("resume", PAUSED) }),
  ...rolling("restart", "", "Deployment", { ...managed("restart"), ...manager("restart") }),
  ...rolling("undo", CHANGED, "Deployment", {
    ...managed("undo", CHANGED),
    "dry-run=server": { on: `${MADE}${CHANGED}kubectl rollout undo deploy $N`, shows: "(server dry run)" },
    "to-revision=7": { on: `${MADE}${CHANGED}kubectl rollout undo deploy $N {} 2>&1`, shows: "unable to find specified revision 7" },
  }),
  ...flagRows("logs", DNS, {
    "all-containers": { on: `${DNS} -c none {} 2>&1`, shows: "--all-containers=true should not be" },
    "all-pods": "[pod/coredns-",
    "container=none": { on: `${DNS} {} 2>&1`, shows: "container none is not valid" },
    follow: { on: `${DNS} --tail=1 --request-timeout=1s -v=6 {} 2>&1`, shows: "follow=true" },
    "ignore-errors": {
      on: "kubectl run $N --image=none.example/x >/dev/null; sleep 2; kubectl logs $N {} 2>&1; echo ended with $?",
      shows: "ended with 0",
    },
    "insecure-skip-tls-verify-backend": { on: `${DNS} -v=6 {} 2>&1`, shows: "insecureSkipTLSVerifyBackend=true" },
    "max-log-requests=1": {
      on: "kubectl logs -n kube-system -l k8s-app=kube-dns -f --request-timeout=1s {} 2>&1",
      shows: "maximum allowed concurrency is 1",
    },
    "limit-bytes=3": { hides: "CoreDNS-" },
    "pod-running-timeout=1s": {
      on: "kubectl create deploy $N --image=x --replicas=0 >/dev/null; kubectl logs deploy/$N {} -v=6 2>&1",
      shows: "timed out",
      or: "--tail=-7",
    },
    prefix: "[pod/coredns-",
    previous: { on: `${DNS} {} 2>&1`, shows: "previous terminated container" },
    "selector=k8s-app=kube-dns": { on: "kubectl logs -n kube-system {} 2>&1", shows: "CoreDNS-" },
    "since=1ms": { hides: "CoreDNS-" },
    "since-time=2030-01-01T00:00:00Z": { hides: "CoreDNS-" },
    "tail=0": { hides: "CoreDNS-" },
    timestamps: "T00:0",
  }),
];
