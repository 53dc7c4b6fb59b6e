// `npm run live -- --twin`: a walk of commands that change a cluster, drawn from a seed. The real kubectl takes it on one cluster and
// ours on its twin: every answer must be the same, and so every object in the end, who owns which of its fields included.
import { quoted } from "./reads.mjs";
import { listed, randomOf } from "./random.mjs";

const app = (extra) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: app, labels: {app: app}}
spec:
  ${extra.replicas ?? "replicas: 2"}
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: c, image: '${extra.image ?? "nginx:1.27"}'${extra.env ?? ""}}]
`;
const config = (data, extra = "") => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf${extra}}\ndata: ${data}\n`;
export const TWIN_FILES = {
  "app1.yaml": app({}),
  "app2.yaml": app({ image: "nginx:1.28", env: ", env: [{name: A, value: b}]" }),
  "app3.yaml": app({ replicas: "minReadySeconds: 1" }),
  "conf1.yaml": config("{a: one, b: two}"),
  "conf2.yaml": config("{a: changed, c: three}", ", labels: {x: y}"),
  "conf3.yaml": config("{a: mine}"),
  "both.yaml": `${config("{z: last}")}---\napiVersion: v1\nkind: Secret\nmetadata: {name: hide, labels: {part: set}}\nstringData: {p: q}\n`,
  "set1.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s1, labels: {part: set}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: s2, labels: {part: set}}\n",
  "set2.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s1, labels: {part: set}}\ndata: {k: v}\n",
  "svc.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: app}\nspec: {selector: {app: app}, ports: [{name: http, port: 80}]}\n",
};

const NEW = listed(`
cm made --from-literal=a=b ;; cm made --from-literal=a=b --save-config ;; secret generic hidden --from-literal=a=b ;; ns place ;; sa worker ;; deploy app --image=nginx:1.27
job done --image=busybox -- true ;; cronjob often --image=busybox --schedule='0 0 1 1 *' -- true ;; role r --verb=get --resource=pods ;; rolebinding r --role=r --user=ann
clusterrole cr --verb=list --resource=nodes ;; clusterrolebinding cr --clusterrole=cr --group=g ;; quota q --hard=pods=50 ;; pdb p --selector=app=app --max-unavailable=1
ingress i --rule=a.b/*=app:80 ;; service clusterip s --tcp=80 ;; priorityclass pc --value=3 ;; -f conf1.yaml ;; -f conf1.yaml --save-config ;; -f svc.yaml
`);
const TARGETS = [
  "deploy/app",
  "deploy/app",
  "deploy app",
  "cm/conf",
  "cm conf",
  "svc app",
  "cm made",
  "secret hide",
  "nope/x",
  "cm nope",
  "sa worker",
  "node/node-1",
];
const FILES = ["app1.yaml", "app2.yaml", "app3.yaml", "conf1.yaml", "conf2.yaml", "conf3.yaml", "both.yaml", "svc.yaml"];
const PATCHES = [
  ["", '{"metadata":{"labels":{"p":"1"}}}'],
  ["", '{"spec":{"template":{"spec":{"containers":[{"name":"c","env":[{"name":"P","value":"q"}]}]}}}}'],
  ["", '{"spec":{"replicas":1}}'],
  ["--type=merge", '{"data":{"a":null,"n":"m"}}'],
  ["--type=merge", '{"metadata":{"annotations":{"k":"v"}}}'],
  ["--type=json", '[{"op":"add","path":"/metadata/labels","value":{"j":"s"}}]'],
  ["--type=json", '[{"op":"replace","path":"/spec/replicas","value":2}]'],
  ["--type=json", '[{"op":"remove","path":"/data/a"}]'],
  ["--type=json", '[{"op":"test","path":"/kind","value":"Nope"}]'],
  ["--subresource=scale --type=merge", '{"spec":{"replicas":2}}'],
  ["", '{"data":{"a":"strategic"}}'],
  ["", '{"spec":{"selector":{"matchLabels":{"other":"x"}}}}'],
];
const EDITS = listed(`
s/one/uno/ ;; s/two/dos/ ;; s/changed/again/ ;; s/replicas: 2/replicas: 1/ ;; s/nginx:1.27/nginx:1.28/ ;; s/kind: /kind: X/ ;; s/zzz/y/ ;; s/^  name: conf/  name: other/
s/app: app/app: [/
`);
const MANAGERS = ["", "", "--field-manager=me", "--field-manager=you", "--force-conflicts", "--field-manager=me --force-conflicts"];

function line(pick) {
  const file = pick(FILES);
  const target = pick(TARGETS);
  const [type, patch] = pick(PATCHES);
  const workload = pick(["deploy/app", "deploy/app", "deploy/app", "deploy/nope", "ds/agent", "sts/db -n shop"]);
  return pick([
    ...[`create ${pick(NEW)}`, `create ${pick(NEW)}`, `create ${pick(NEW)}`],
    ...[`apply -f ${file}`, `apply -f ${file}`, `apply -f ${file}`, `apply -f app1.yaml`, `apply -f conf1.yaml -f svc.yaml`],
    ...[
      `apply --server-side -f ${file} ${pick(MANAGERS)}`,
      `apply --server-side -f ${pick(["conf1.yaml", "conf2.yaml", "conf3.yaml"])} ${pick(MANAGERS)}`,
    ],
    ...[
      `apply -f set${pick([1, 2])}.yaml --prune -l part=set --prune-allowlist=core/v1/ConfigMap`,
      `replace -f ${file}`,
      `replace --force -f conf1.yaml`,
      `replace -f conf3.yaml --save-config`,
    ],
    ...[`patch ${target} ${type} -p ${quoted(patch)}`, `patch ${pick(["deploy app", "cm conf"])} ${type} -p ${quoted(patch)}`],
    ...[
      `label ${target} ${pick(["a=b", "a=c --overwrite", "a-", "x=z", "x-"])}`,
      `annotate ${target} ${pick(["n=1", "n=2 --overwrite", "n-", "d='a b'"])}`,
    ],
    ...[
      `scale ${workload} --replicas=${pick([0, 1, 2, 3])} ${pick(["", "", "--current-replicas=2"])}`,
      `autoscale deploy app --max=${pick([2, 3])}`,
      `expose deploy app --port=80 ${pick(["", "--name=more --type=NodePort"])}`,
    ],
    ...[
      `set image deploy/app c=nginx:1.${pick([26, 27, 28])}`,
      `set env deploy/app ${pick(["K=v", "K-", "--from=cm/conf", "L=m N=o"])}`,
      `set resources deploy/app --${pick(["limits=cpu=1", "requests=cpu=10m,memory=1Mi", "limits=memory=0"])}`,
    ],
    ...[
      `set sa deploy/app ${pick(["worker", "default"])}`,
      `set selector svc app ${pick(["app=app", "a=b"])}`,
      `set subject rolebinding r --user=${pick(["bob", "ann"])}`,
    ],
    ...[
      `rollout ${pick(["restart", "pause", "resume", "undo"])} ${workload}`,
      `rollout undo deploy/app --to-revision=${pick([0, 1, 2, 9])}`,
      "rollout status deploy/app --timeout=60s | tail -n 1",
      "rollout history deploy/app",
    ],
    ...[
      `taint node node-1 ${pick(["k=v:PreferNoSchedule", "k=w:PreferNoSchedule --overwrite", "k-", "k:PreferNoSchedule-", "z:NoSchedule-"])}`,
      `${pick(["cordon", "uncordon"])} node-1`,
    ],
    ...[
      `delete ${target} ${pick(["", "--wait=false", "--ignore-not-found", "--cascade=orphan", "--now"])}`.replace("node/node-1", "cm/made"),
      `delete -f ${file} --ignore-not-found`,
      `delete ${pick(["job done", "cronjob often", "role r", "ns place", "hpa app", "quota q", "svc more"])}`,
    ],
    ...[
      `annotate deploy app kubernetes.io/change-cause=${pick(["one", "two"])} --overwrite`,
      `apply set-last-applied -f ${file} ${pick(["", "--create-annotation"])}`,
      "apply view-last-applied cm conf",
      "run one --image=nginx:1.27",
      "delete pod one --now",
    ],
    `edit ${pick(["cm conf", "cm conf", "deploy app", "cm nope", "svc app"])} :${pick(EDITS)}`,
    `apply edit-last-applied cm conf :${pick(EDITS)}`,
  ]);
}

/** `count` lines in the order in which they are run; an edit is done by sed. */
export function walk(seed, count) {
  const pick = randomOf(seed);
  return Array.from({ length: count }, () => {
    const [command, edit] = line(pick).replaceAll(/ +/g, " ").trim().split(" :", 2);
    return edit === undefined
      ? `kubectl ${command}`
      : `KUBE_EDITOR=${quoted(`sed -i -e ${edit.replaceAll(" ", "\\ ")}`)} kubectl ${command}`;
  });
}

/** What the walk may have touched. */
export const TOUCHED = [
  "deploy,sts,ds,cm,secret,svc,sa,cronjob,role,rolebinding,quota,pdb,ing,hpa -A",
  ...["clusterrole cr", "clusterrolebinding cr", "ns", "priorityclass", "node node-1"],
].map((what) => `kubectl get ${what} --ignore-not-found -o yaml --show-managed-fields`);

/** What differs from one cluster to its twin for no fault of a kubectl: ids, moments, addresses, certificates. */
export function alike(text) {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+\d\d:\d\d)/g, "<time>")
    .replaceAll(/\b10\.\d+\.\d+\.\d+\b/g, "<ip>")
    .replaceAll(/resourceVersion: "\d+"/g, 'resourceVersion: "<n>"')
    .replaceAll(/nodePort: \d+/g, "nodePort: <n>")
    .replaceAll(/\b(observedG|g)eneration: \d+/g, "generation: <n>")
    .replaceAll(/kubectl-edit-\w+\.yaml/g, "kubectl-edit-<n>.yaml")
    .replaceAll(/\b[A-Za-z0-9+/=]{400,}/g, "<data>")
    .replaceAll(/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "-<x>");
}

/** Objects without what controllers say of them, who own that at their own pace. */
export function withoutStatus(text) {
  const out = [];
  let skipping = -1;
  for (const l of text.split("\n")) {
    const indent = l.search(/\S/);
    if (skipping >= 0 && (indent > skipping || (indent === skipping && l.trimStart().startsWith("- ")))) continue;
    skipping = /^\s*status:/.test(l) ? indent : -1;
    if (skipping < 0) out.push(l);
  }
  return out.join("\n");
}
