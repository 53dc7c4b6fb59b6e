import { printing } from "../shared.ts";
import { flagRows, type FlagRow } from "../row.ts";

const RBAC = `printf 'apiVersion: rbac.authorization.k8s.io/v1\\nkind: ClusterRole\\nmetadata: {name: %s}\\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\\n' $N > f.yaml; printf 'apiVersion: rbac.authorization.k8s.io/v1\\nkind: ClusterRoleBinding\\nmetadata: {name: %s}\\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\\nsubjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ann}]\\n' $N > b.yaml; mkdir -p k d/d; cp f.yaml k; cp f.yaml d/d; echo 'resources: [f.yaml]' > k/kustomization.yaml; `;
const LARGER = `${RBAC}kubectl create clusterrole $N --verb=get,list --resource=pods >/dev/null; kubectl create clusterrolebinding $N --clusterrole=view --user=ann --user=eve >/dev/null; `;
const reconcile = `${RBAC}kubectl auth reconcile -f f.yaml`;

const reconciling: readonly FlagRow[] = [
  ...printing("auth reconcile", reconcile, "ClusterRole"),
  ...flagRows("auth reconcile", `${RBAC}kubectl auth reconcile {} 2>&1`, {
    "filename=f.yaml": "$N reconciled",
    "kustomize=k": "$N reconciled",
    recursive: { on: `${RBAC}kubectl auth reconcile -f d {} 2>&1`, shows: "$N reconciled" },
    "dry-run=client": { on: reconcile, shows: "(dry run)" },
    "remove-extra-permissions": { on: `${LARGER}kubectl auth reconcile -f f.yaml {} 2>&1`, shows: "extra rules removed" },
    "remove-extra-subjects": { on: `${LARGER}kubectl auth reconcile -f b.yaml {} 2>&1`, shows: "extra subjects removed" },
    "show-managed-fields": { on: `${LARGER}kubectl auth reconcile -f f.yaml -o yaml 2>&1`, shows: "managedFields" },
  }),
];

const dump = "kubectl cluster-info dump";
const dumping: readonly FlagRow[] = [
  ...flagRows("cluster-info dump", dump, {
    "all-namespaces": {
      on: `kubectl create ns $N >/dev/null; kubectl create deploy $N -n $N --image=x --replicas=0 >/dev/null; ${dump} -o name`,
      shows: "/$N",
    },
    "allow-missing-template-keys=false": { on: `${dump} -o jsonpath='{.nothing}' 2>&1`, shows: "nothing is not found" },
    "namespaces=kube-public": { on: `${dump} -o name`, hides: "/kube-dns" },
    "output=yaml": "kind: NodeList",
    "output-directory=out": { hides: "NodeList" },
    "show-managed-fields": "managedFields",
    "template='<{{.kind}}>'": { on: `${dump} -o go-template`, shows: "<NodeList>" },
  }),
];

const waiting = "kubectl wait";
const CM = "kubectl create cm $N -n kube-public >/dev/null; kubectl label cm $N -n kube-public app=$N >/dev/null; ";
const HELD = "--for=jsonpath='{.kind}'=ConfigMap";
const FILE = `${CM}kubectl get cm $N -n kube-public -o yaml > f.yaml; mkdir -p d/d; cp f.yaml d/d; `;
const awaiting: readonly FlagRow[] = [
  ...printing("wait", `kubectl wait ns default --for=jsonpath='{.status.phase}'=Active`, "Namespace"),
  ...flagRows("wait", waiting, {
    all: { on: `${CM}${waiting} cm {} -n kube-public ${HELD} 2>&1`, shows: "$N condition met" },
    "all-namespaces": { on: `${CM}${waiting} cm -l app=$N {} ${HELD} 2>&1`, shows: "$N condition met" },
    "field-selector=metadata.name=$N": { on: `${CM}${waiting} cm {} -n kube-public ${HELD} 2>&1`, shows: "$N condition met" },
    "filename=f.yaml": { on: `${FILE}${waiting} {} ${HELD} 2>&1`, shows: "$N condition met" },
    "for=create": { on: `${waiting} ns default {} 2>&1`, shows: "condition met" },
    local: { on: `cm > f.yaml; ${waiting} -f f.yaml --for=create --timeout=1s 2>&1`, shows: "$N condition met" },
    "recursive=false": { on: `${FILE}${waiting} -f d {} ${HELD} 2>&1`, hides: "$N condition met" },
    "selector=app=$N": { on: `${CM}${waiting} cm {} -n kube-public ${HELD} 2>&1`, shows: "$N condition met" },
    "show-managed-fields": { on: `${waiting} ns default --for=create -o yaml`, shows: "managedFields" },
    "timeout=0": { on: `${waiting} ns default --for=jsonpath='{.kind}'=x {} 2>&1`, shows: "condition not met", or: "--timeout=1s" },
  }),
];

const plugin =
  "mkdir -p bin; printf '#!/bin/sh\\n' > bin/kubectl-greet; chmod +x bin/kubectl-greet; PATH=$PWD/bin:$PATH kubectl plugin list 2>/dev/null";

export const measuringRows: readonly FlagRow[] = [
  ...reconciling,
  ...dumping,
  ...awaiting,
  ...flagRows("plugin list", plugin, { "name-only": { hides: "/bin/kubectl-greet" } }),
];
