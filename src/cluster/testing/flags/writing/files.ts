import { changing, fieldManager, filing } from "../shared.ts";
import { flagRows, type FlagRow } from "../row.ts";

const MADE = "files cm; kubectl create -f a.yaml -f tree/deep >/dev/null";
const ROOM = "files cm; kubectl create ns $N >/dev/null; kubectl create -n $N -f a.yaml -f tree/deep >/dev/null";
const WARN = "{} 2>&1 | grep -o fieldValidation=.*";
/** A config map that is named in the file with another value than it has. */
const CHANGED = `${MADE}; sed -i 's/a: b/a: c/' a.yaml`;
const EDITOR = "EDITOR='sed -i s/:.b$/:\\ edited/'";

const apply: readonly FlagRow[] = [
  ...filing("apply", "kubectl apply", "files cm"),
  ...changing("apply", "kubectl apply -f a.yaml", "ConfigMap", "files cm"),
  ...fieldManager("apply", "kubectl apply -f a.yaml", "files cm"),
  ...flagRows("apply", "kubectl apply -f a.yaml", {
    all: {
      first: `${ROOM}; kubectl apply -n $N -f a.yaml -f tree/deep >/dev/null 2>&1`,
      on: "kubectl apply -n $N -f a.yaml --prune",
      shows: "configmap/$N-deep pruned",
    },
    "cascade=orphan": {
      on: "kubectl apply -n $N -f a.yaml --prune --all -v=8 {} 2>&1 | grep -o propagationPolicy...[A-Za-z]*",
      first: `${ROOM}; kubectl apply -n $N -f tree/deep >/dev/null 2>&1`,
      shows: "Orphan",
    },
    force: {
      first:
        "web > a.yaml; kubectl apply -f a.yaml >/dev/null; sed -i 's/app: '$N'}}/app: other}}/; s/labels: {app: '$N'}}/labels: {app: other}}/' a.yaml; sed -i 's/metadata: {labels: {app: '$N'}}/metadata: {labels: {app: other}}/' a.yaml",
      shows: "deployment.apps/$N configured",
    },
    "timeout=1s": {
      first:
        "web > a.yaml; kubectl apply -f a.yaml >/dev/null; kubectl patch deploy $N -p '{\"metadata\":{\"finalizers\":[\"a.b/c\"]}}' >/dev/null; sed -i 's/app: '$N'}}/app: other}}/; s/labels: {app: '$N'}}/labels: {app: other}}/' a.yaml; sed -i 's/metadata: {labels: {app: '$N'}}/metadata: {labels: {app: other}}/' a.yaml",
      on: "kubectl apply -f a.yaml --force",
      or: "--dry-run=client",
      shows: "context deadline exceeded",
    },
    "force-conflicts": {
      first: "files cm; kubectl apply --server-side -f a.yaml >/dev/null; sed -i 's/a: b/a: c/' a.yaml",
      on: "kubectl apply -f a.yaml --server-side --field-manager=ann",
      shows: "serverside-applied",
    },
    "grace-period=7": {
      first: `${ROOM}; kubectl apply -n $N -f tree/deep >/dev/null 2>&1`,
      on: "kubectl apply -n $N -f a.yaml --prune --all -v=8 {} 2>&1 | grep -o gracePeriodSeconds...",
      shows: "gracePeriodSeconds",
    },
    "overwrite=false": {
      first:
        'files cm; kubectl apply -f a.yaml >/dev/null; kubectl patch cm $N -p \'{"data":{"a":"x"}}\' >/dev/null; sed -i \'s/a: b/a: c/\' a.yaml',
      shows: "conflict",
    },
    prune: {
      first: `${ROOM}; kubectl apply -n $N -f a.yaml -f tree/deep >/dev/null 2>&1`,
      on: "kubectl apply -n $N -f a.yaml --all",
      shows: "configmap/$N-deep pruned",
    },
    "prune-allowlist=core/v1/Secret": {
      first: `${ROOM}; kubectl apply -n $N -f a.yaml -f tree/deep >/dev/null 2>&1`,
      on: "kubectl apply -n $N -f a.yaml --prune --all",
      hides: "pruned",
    },
    "selector=app=other": { first: "files cm", hides: "configmap/$N created" },
    "server-side": { first: "files cm", shows: "serverside-applied" },
    "subresource=status": {
      first:
        "web | kubectl apply --server-side -f - >/dev/null; printf 'apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: %s}\\nstatus: {replicas: 7}\\n' $N > s.yaml",
      on: "kubectl apply -f s.yaml --server-side --field-manager=ann -o jsonpath='<{.metadata.managedFields[?(@.manager==\"ann\")].subresource}>' --show-managed-fields",
      shows: "<status",
    },
    "validate=warn": { first: "files cm", on: `kubectl apply -f a.yaml -v=6 ${WARN}`, shows: "fieldValidation=Warn" },
  }),
  ...filing(
    "apply edit-last-applied",
    `${EDITOR} kubectl apply edit-last-applied`,
    "files cm; kubectl apply -f a.yaml -f tree/deep >/dev/null",
  ),
  ...flagRows("apply edit-last-applied", `${EDITOR} kubectl apply edit-last-applied cm $N`, {
    "field-manager=ann": {
      first: "files cm; kubectl apply -f a.yaml >/dev/null",
      then: "kubectl get cm $N --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}",
      shows: "ann",
    },
    "output=json": {
      first: "files cm; kubectl apply -f a.yaml >/dev/null",
      on: "EDITOR=cat kubectl apply edit-last-applied cm $N",
      shows: '"kind": "ConfigMap"',
    },
    "allow-missing-template-keys=false": {
      first: "files cm; kubectl apply -f a.yaml >/dev/null",
      on: `${EDITOR} kubectl apply edit-last-applied cm $N --template='{{.nothing}}'`,
      shows: "nothing",
    },
    "template='{{.kind}}'": { first: "files cm; kubectl apply -f a.yaml >/dev/null", shows: "ConfigMap" },
    "validate=warn": {
      first: "files cm; kubectl apply -f a.yaml >/dev/null",
      on: `${EDITOR} kubectl apply edit-last-applied cm $N -v=6 ${WARN}`,
      shows: "fieldValidation=Warn",
    },
    "windows-line-endings": {
      first: "files cm; kubectl apply -f a.yaml >/dev/null; printf 'grep -c kind.*[[:cntrl:]] $1' > e.sh",
      on: "EDITOR='sh e.sh' kubectl apply edit-last-applied cm $N",
      shows: "1\n",
    },
  }),
  ...filing("apply set-last-applied", "kubectl apply set-last-applied", "files cm; kubectl apply -f a.yaml >/dev/null", ["filename"]),
  ...changing(
    "apply set-last-applied",
    "kubectl apply set-last-applied -f a.yaml",
    "ConfigMap",
    "files cm; kubectl apply -f a.yaml >/dev/null",
  ),
  ...flagRows("apply set-last-applied", "kubectl apply set-last-applied -f a.yaml", {
    "create-annotation": { first: MADE, shows: "configured" },
  }),
  ...filing("apply view-last-applied", "kubectl apply view-last-applied", "files cm; kubectl apply -f a.yaml -f tree/deep >/dev/null"),
  ...flagRows("apply view-last-applied", "kubectl apply view-last-applied -n $N cm", {
    all: { first: `${ROOM}; kubectl apply -n $N -f a.yaml >/dev/null 2>&1`, shows: "setting 'all' parameter" },
    "output=json": {
      first: "files cm; kubectl apply -f a.yaml >/dev/null",
      on: "kubectl apply view-last-applied -f a.yaml",
      shows: '"kind": "ConfigMap"',
    },
    "selector=app=other": { first: `${ROOM}; kubectl apply -n $N -f a.yaml >/dev/null 2>&1`, hides: "name: $N" },
  }),
];

const edit: readonly FlagRow[] = [
  ...filing("edit", `${EDITOR} kubectl edit`, MADE),
  ...fieldManager("edit", `${EDITOR} kubectl edit cm $N`, MADE),
  ...flagRows("edit", `${EDITOR} kubectl edit cm $N`, {
    "output=json": { first: MADE, on: "EDITOR=cat kubectl edit cm $N", shows: '"kind": "ConfigMap"' },
    "allow-missing-template-keys=false": { first: MADE, on: `${EDITOR} kubectl edit cm $N --template='{{.nothing}}'`, shows: "nothing" },
    "output-patch": { first: MADE, shows: 'Patch: {"data":{"a":"edited"}}' },
    "save-config": { first: MADE, then: "kubectl get cm $N -o yaml", shows: "last-applied-configuration" },
    "show-managed-fields": { first: MADE, on: `${EDITOR} kubectl edit cm $N -o yaml`, shows: "managedFields:" },
    "subresource=status": {
      first: "web | kubectl create -f - >/dev/null",
      on: `EDITOR='sed -i s/x/y/' kubectl edit deploy $N -v=6 {} 2>&1 | grep -o $N/status`,
      shows: "$N/status",
    },
    "template='{{.kind}}'": { first: MADE, shows: "ConfigMap" },
    "validate=warn": { first: MADE, on: `${EDITOR} kubectl edit cm $N -v=6 ${WARN}`, shows: "fieldValidation=Warn" },
    "windows-line-endings": {
      first: `${MADE}; printf 'grep -c kind.*[[:cntrl:]] $1' > e.sh`,
      on: "EDITOR='sh e.sh' kubectl edit cm $N",
      shows: "1\n",
    },
  }),
];

const replace: readonly FlagRow[] = [
  ...filing("replace", "kubectl replace", MADE),
  ...changing("replace", "kubectl replace -f a.yaml", "ConfigMap", CHANGED),
  ...fieldManager("replace", "kubectl replace -f a.yaml", CHANGED),
  ...flagRows("replace", "kubectl replace -f a.yaml", {
    "cascade=orphan": {
      first: MADE,
      on: "kubectl replace -f a.yaml --force -v=8 {} 2>&1 | grep -o propagationPolicy...[A-Za-z]*",
      shows: "Orphan",
    },
    force: { first: MADE, shows: 'configmap "$N" deleted' },
    "grace-period=7": {
      first: MADE,
      on: "kubectl replace -f a.yaml --force -v=8 {} 2>&1 | grep -o gracePeriodSeconds...",
      shows: 'gracePeriodSeconds":7',
    },
    "raw=/api/v1/namespaces/default/configmaps/$N": {
      first: `${CHANGED}; kubectl create -f a.yaml --dry-run=client -o json > a.json`,
      on: "kubectl replace -f a.json",
      shows: '"a":"c"',
    },
    "save-config": { first: CHANGED, on: "kubectl replace -f a.yaml -o yaml", shows: "last-applied-configuration" },
    "subresource=status": {
      first: "web > a.yaml; kubectl create -f a.yaml >/dev/null",
      on: "kubectl replace -f a.yaml -v=6 {} 2>&1 | grep -o $N/status",
      shows: "$N/status",
    },
    "timeout=1s": {
      first: `${MADE}; kubectl patch cm $N -p '{"metadata":{"finalizers":["a.b/c"]}}' >/dev/null`,
      on: "kubectl replace -f a.yaml --force",
      or: "--dry-run=client",
      shows: "context deadline exceeded",
    },
    "validate=warn": { first: CHANGED, on: `kubectl replace -f a.yaml -v=6 ${WARN}`, shows: "fieldValidation=Warn" },
  }),
];

const P = '-p \'{"data":{"a":"c"}}\'';
const patch: readonly FlagRow[] = [
  ...filing("patch", `kubectl patch ${P}`, MADE),
  ...changing("patch", `kubectl patch cm $N ${P}`, "ConfigMap", MADE).filter(({ flag }) => flag !== "dry-run"),
  ...flagRows("patch", `kubectl patch cm $N ${P}`, {
    "dry-run=client": { first: MADE, then: "kubectl get cm $N -o jsonpath='<{.data.a}>'", shows: "<b>" },
    "dry-run=server": { first: MADE, then: "kubectl get cm $N -o jsonpath='<{.data.a}>'", shows: "<b>" },
  }),
  ...fieldManager("patch", `kubectl patch cm $N ${P}`, MADE),
  ...flagRows("patch", "kubectl patch cm $N", {
    local: { on: `kubectl patch -f a.yaml ${P} -o yaml`, first: "files cm", shows: "a: c" },
    'patch=\'{"data":{"a":"c"}}\'': { first: MADE, shows: "patched" },
    "patch-file=p.yaml": { first: `${MADE}; echo 'data: {a: c}' > p.yaml`, shows: "patched" },
    "subresource=status": {
      first: "web | kubectl create -f - >/dev/null",
      on: "kubectl patch deploy $N -p '{\"status\":{\"replicas\":7}}' -o jsonpath='<{.status.replicas}>'",
      shows: "<7>",
    },
    "type=json": { first: MADE, on: 'kubectl patch cm $N -p \'[{"op":"replace","path":"/data/a","value":"c"}]\'', shows: "patched" },
  }),
];

const remove: readonly FlagRow[] = [
  ...filing("delete", "kubectl delete", MADE),
  ...flagRows("delete", "kubectl delete cm $N", {
    all: { first: ROOM, on: "kubectl delete cm -n $N", shows: 'configmap "$N-deep" deleted' },
    "all-namespaces": { first: ROOM, on: "kubectl delete cm -l app=$N", shows: 'configmap "$N-deep" deleted' },
    "cascade=orphan": { first: MADE, on: "kubectl delete cm $N -v=8 {} 2>&1 | grep -o propagationPolicy...[A-Za-z]*", shows: "Orphan" },
    "dry-run=client": { first: MADE, shows: "(dry run)" },
    "dry-run=server": { first: MADE, shows: "(server dry run)" },
    "field-selector=metadata.name=$N-deep": { first: ROOM, on: "kubectl delete cm -n $N", or: "--all", hides: 'configmap "$N" deleted' },
    force: { first: MADE, shows: 'configmap "$N" force deleted' },
    "grace-period=7": { first: MADE, on: "kubectl delete cm $N -v=8 {} 2>&1 | grep -o gracePeriodSeconds...", shows: "gracePeriodSeconds" },
    "ignore-not-found": { hides: "NotFound" },
    interactive: { first: MADE, on: "echo n | kubectl delete cm $N", shows: "deletion is cancelled" },
    now: { first: MADE, on: "kubectl delete cm $N -v=8 {} 2>&1 | grep -o gracePeriodSeconds...", shows: "gracePeriodSeconds" },
    "output=name": { first: MADE, shows: "configmap/$N" },
    "raw=/api/v1/namespaces/default/configmaps/$N": { first: MADE, on: "kubectl delete", shows: '"status":"Success"' },
    "selector=app=$N": { first: ROOM, on: "kubectl delete cm -n $N", shows: 'configmap "$N-deep" deleted' },
    "timeout=1s": {
      first: `${MADE}; kubectl patch cm $N -p '{"metadata":{"finalizers":["a.b/c"]}}' >/dev/null`,
      or: "--wait=false",
      shows: "timed out waiting for the condition",
    },
    "wait=false": {
      first: `${MADE}; kubectl patch cm $N -p '{"metadata":{"finalizers":["a.b/c"]}}' >/dev/null`,
      on: "kubectl delete cm $N --timeout=1s",
      hides: "timed out",
    },
  }),
];

const SECRET = "kubectl create secret generic $N --from-literal=k=one -o yaml > s.yaml; sed -i 's/b25l/dHdv/' s.yaml";
const diff: readonly FlagRow[] = [
  ...filing("diff", "kubectl diff", "files cm"),
  ...flagRows("diff", "kubectl diff -f a.yaml", {
    "field-manager=ann": {
      first: "files cm",
      on: "kubectl diff -f a.yaml -v=6 {} 2>&1 | grep -o fieldManager=[a-z]*",
      shows: "fieldManager=ann",
    },
    "force-conflicts": {
      first: "files cm; kubectl apply --server-side -f a.yaml >/dev/null; sed -i 's/a: b/a: c/' a.yaml",
      on: "kubectl diff -f a.yaml --server-side --field-manager=ann",
      shows: "+  a: c",
    },
    prune: {
      first: `${ROOM}; kubectl apply -n $N -f a.yaml -f tree/deep >/dev/null 2>&1`,
      on: "kubectl diff -n $N -f a.yaml -l app=$N",
      shows: "$N-deep",
    },
    "prune-allowlist=core/v1/Secret": {
      first: `${ROOM}; kubectl apply -n $N -f a.yaml -f tree/deep >/dev/null 2>&1`,
      on: "kubectl diff -n $N -f a.yaml -l app=$N --prune",
      hides: "$N-deep",
    },
    "selector=app=other": { first: "files cm", hides: "+  a: b" },
    "server-side": { first: `${CHANGED}`, on: "kubectl diff -f a.yaml -v=6 {} 2>&1 | grep -o force=.*status", shows: "force=false" },
    "show-managed-fields": { first: "files cm", shows: "managedFields" },
    "show-secrets": { first: SECRET, on: "kubectl diff -f s.yaml", shows: "dHdv" },
  }),
];

const kustomize: readonly FlagRow[] = flagRows("kustomize", "kubectl kustomize .", {
  "enable-helm": { first: "printf 'helmCharts: [{name: a}]\\n' > kustomization.yaml", hides: "must specify --enable-helm" },
  "helm-command=nohelm": {
    first: "printf 'helmCharts: [{name: a}]\\n' > kustomization.yaml",
    on: "kubectl kustomize . --enable-helm",
    shows: "nohelm",
  },
  "load-restrictor=LoadRestrictionsNone": {
    first: "mkdir k; cm > a.yaml; echo 'resources: [../a.yaml]' > k/kustomization.yaml",
    on: "kubectl kustomize k",
    shows: "name: $N",
  },
  "output=o.yaml": { first: "files cm", hides: "kind: ConfigMap" },
});

export const fileRows: readonly FlagRow[] = [...apply, ...edit, ...replace, ...patch, ...remove, ...diff, ...kustomize];
