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
  "kust/kustomization.yaml":
    "namePrefix: k-\nresources: [res.yaml]\nlabels: [{pairs: {team: x}}]\nconfigMapGenerator: [{name: gen, literals: [a=b]}]\n",
  "kust/res.yaml": config("{a: kust}"),
  "job.yaml":
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: work}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sleep, '2']}]}}}\n",
  "pod.yaml":
    "apiVersion: v1\nkind: Pod\nmetadata: {name: solo, labels: {app: solo}}\nspec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: 'nginx:1.27'}]}\n",
  "rbac.yaml":
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: default}\nrules: [{apiGroups: [''], resources: [pods, cm], verbs: [get, list]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r, namespace: default}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\nsubjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: eve}]\n",
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
  "pod/solo",
  "deploy,svc app",
  "cm -l part=set",
  "ns place",
  "cm nope",
  "sa worker",
  "node/node-1",
];
const FILES = ["app1.yaml", "app2.yaml", "app3.yaml", "conf1.yaml", "conf2.yaml", "conf3.yaml", "both.yaml", "svc.yaml", "pod.yaml"];
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
  ["--subresource=status --type=merge", '{"status":{"replicas":9}}'],
  ["--type=merge --field-manager=me", '{"data":{"a":"managed"}}'],
  ["--type=json", '[{"op":"move","from":"/data/a","path":"/data/moved"}]'],
  ["--type=json", '[{"op":"copy","from":"/metadata/name","path":"/metadata/labels"}]'],
  [
    "",
    '{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"s"},{"name":"c"}],"containers":[{"name":"s","image":"busybox","command":["sleep","99"]}]}}}}',
  ],
  ["", '{"spec":{"template":{"spec":{"containers":[{"$patch":"delete","name":"s"}]}}}}'],
  ["", '{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}'],
  ["--dry-run=server", '{"spec":{"replicas":7}}'],
  ["--dry-run=client", '{"metadata":{"labels":{"dry":"x"}}}'],
  ["", "data: {y: aml}"],
  ["--type=merge", '{"spec":{"ports":null}}'],
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
      "rollout status deploy/app --timeout=20s | tail -n 1",
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
    ...[
      `apply -f app${pick([1, 2, 3])}.yaml --server-side --force-conflicts`,
      `apply -f conf${pick([1, 2, 3])}.yaml ${pick(["--dry-run=server", "--dry-run=client", "--overwrite=false", "--force", "-o name"])}`,
      `apply -f set${pick([1, 2])}.yaml --prune -l part=${pick(["set", "other"])} --prune-allowlist=core/v1/ConfigMap --dry-run=${pick(["none", "client", "server"])}`,
      `apply -k kust ${pick(["", "--server-side", "--dry-run=server"])}`,
      `${pick(["delete -k kust", "replace -k kust", "diff -k kust", "kustomize kust"])}`,
      `KUBECTL_APPLYSET=true kubectl apply -f set${pick([1, 2])}.yaml --prune --applyset=${pick(["cm/parts", "mine", "secret/theirs"])} -n default`,
    ],
    ...[
      `replace --force -f ${pick(["both.yaml", "pod.yaml", "svc.yaml", "job.yaml --grace-period=0"])}`,
      `diff -f ${file} | grep -c '^[+-]'; echo \${PIPESTATUS[0]}`,
      `diff -f ${file} ${pick(["--server-side", "--server-side --force-conflicts --field-manager=me"])} > diff.out; echo $?`,
      `get cm conf -o yaml | sed s/one/piped/ | kubectl ${pick(["replace", "apply", "replace --force"])} -f -`,
    ],
    ...[
      `rollout undo deploy/app ${pick(["--dry-run=server", "--dry-run=client", "--to-revision=1"])}`,
      `rollout history deploy/app --revision=${pick([1, 2, 3, 9])}`,
      `rollout history deploy/app -o jsonpath='{.metadata.name}'`,
      `rollout restart ${pick(["deploy", "deploy/app svc/app", "-l app=app deploy", "sts/nope", "pod/solo"])}`,
      `rollout status deploy/app --timeout=20s --revision=${pick([1, 2, 3])} 2>&1 | tail -n 1`,
      `rollout ${pick(["pause", "resume"])} ${pick(["deploy", "-f app1.yaml", "deploy/app deploy/nope"])}`,
    ],
    ...[
      `scale deploy app --replicas=${pick([1, 2])} --current-replicas=${pick([1, 2, 5])} --timeout=${pick(["0", "3s"])}`,
      `scale deploy app --replicas=2 --resource-version=${pick([1, 7])}`,
      `scale ${pick(["deploy --all", "-f app1.yaml", "deploy -l app=app", "deploy,rs app", "sa/worker", "pod/solo"])} --replicas=2`,
      `label ${pick(["cm --all", "-f conf1.yaml", "cm,secret -l part=set", "deploy app"])} ${pick(["all=1", "all=2 --overwrite", "all-", "all=3 --resource-version=1"])}`,
      `label ${pick(["cm conf", "deploy app"])} --list`,
      `annotate cm conf ${pick(["n=3 --resource-version=5", "--list", "n=4 --dry-run=server", "n- m=1 --overwrite"])}`,
      `label cm conf ${pick(["a=b a-", "='x'", "bad/key/x=1", "a='b c'"])}`,
    ],
    ...[
      `delete deploy app --cascade=${pick(["orphan", "foreground", "background"])}`,
      `delete ${pick(["rs", "pod"])} -l app=app ${pick(["--now", "--grace-period=0 --force", "--wait=false"])} -o name | wc -l`,
      `delete ${pick(["cm --all", "cm,secret -l part=set", "cm conf made nope", "deploy/app cm/conf", "-f both.yaml -f svc.yaml"])}`,
      `delete ${pick(["pod solo --grace-period=1", "pod solo --force", "pod/solo --dry-run=server", "job work --cascade=orphan"])}`,
      `create -f ${pick(["job.yaml", "pod.yaml", "both.yaml"])}`,
      `create job again --from=cronjob/often`,
    ],
    ...[
      `drain node-1 ${pick(["--dry-run=client", "--dry-run=server --ignore-daemonsets --delete-emptydir-data --force", "--pod-selector=app=none", "--pod-selector=app=solo --force"])}`,
      `cordon ${pick(["node-1 nope", "-l a=b", "node-1 --dry-run=server"])}`,
      `taint node node-1 ${pick(["k=v:PreferNoSchedule k-", "a=b:PreferNoSchedule c=d:PreferNoSchedule", "a- c-", "k=v:Nope", "a:PreferNoSchedule", "a=z:PreferNoSchedule k- --overwrite"])}`,
      `taint node ${pick(["--all", "-l kubernetes.io/os=linux"])} all=x:PreferNoSchedule --overwrite`,
      `run once --image=busybox --restart=Never --rm -i --quiet -- echo hello`,
      `run two --image=busybox --restart=${pick(["Never", "OnFailure"])} --labels=run=two --env=A=b --port=80 ${pick(["", "--expose", "--dry-run=server -o name"])} -- sleep 1`,
      `delete ${pick(["pod two", "pod,svc two", "pod -l run=two"])} --now --ignore-not-found`,
    ],
    ...[
      `expose ${pick(["deploy app --name=third --target-port=8080 --protocol=UDP --port=53", "pod solo --port=80", "svc app --name=fourth --port=81 --type=NodePort", "-f app1.yaml --port=80 --name=fifth", "rs nope --port=1", "deploy app --name=sixth"])}`,
      `autoscale ${pick(["deploy app --min=1 --max=4 --cpu=50%", "deploy app --min=5 --max=2", "-f app1.yaml --max=3 --name=other", "deploy/app --max=3 --memory=100Mi --cpu=200m --name=both", "svc app --max=2"])}`,
      `create token worker --duration=${pick(["10m", "1h", "1m"])} | awk -F. '{print NF}'`,
      `create token ${pick(["nope", "worker --bound-object-kind=Pod --bound-object-name=nope", "worker --audience=x | awk -F. '{print NF}'"])}`,
      `wait ${pick(["--for=condition=Available deploy/app", "--for=condition=Ready pod/solo", "--for=jsonpath='{.spec.replicas}'=2 deploy/app", "--for=delete cm/nope", "--for=create cm/conf", "--for=jsonpath='{.data.a}' cm/conf", "--for=condition=Complete job/work", "--for=condition=Available=false deploy --all"])} --timeout=2s`,
    ],
    ...[
      `set image ${pick(["deploy/app *=nginx:1.27", "deploy/app nope=x", "deploy --all c=nginx:1.28", "-f app1.yaml c=nginx:1.26", "pod/solo c=nginx:1.28", "deploy/app c=nginx:1.25 --dry-run=server"])}`,
      `set env ${pick(["deploy/app --list", "deploy/app --from=secret/hide --prefix=S_", "deploy --all X=y", "-f app1.yaml Q=r", "deploy/app A- K=v --overwrite=false", "deploy/app --list --resolve"])}`,
      `set resources ${pick(["deploy --all --limits=cpu=500m", "-f app1.yaml --requests=memory=1Mi", "deploy app -c=nope --limits=cpu=1", "deploy app --limits=cpu=100m,memory=64Mi --requests=cpu=50m"])}`,
      `set subject ${pick(["rolebinding r --group=g --serviceaccount=default:worker", "clusterrolebinding cr --user=z", "rolebinding nope --user=a", "rolebinding r"])}`,
      `set ${pick(["selector svc app a=b,c=d", "selector svc app app=app --resource-version=1", "sa deploy --all worker", "serviceaccount -f app1.yaml default"])}`,
    ],
    ...[
      `edit ${pick(["deploy app --subresource=scale", "deploy app -o json", "deploy app --save-config", "cm conf --output-patch", "-f conf1.yaml", "cm conf svc/app", "cm -l part=set"])} :${pick(EDITS)}`,
      `create -f conf2.yaml --edit :${pick(EDITS)}`,
    ],
    ...[
      `logs solo --tail=1 | wc -l`,
      `logs ${pick(["deploy/app --tail=0", "-l app=app --prefix --tail=0", "solo -c nope", "nope", "deploy/app -c c --since=1s --tail=0", "svc/app --tail=0", "-l app=none", "job/work", "solo --previous"])}`,
      `exec ${pick(["solo -- echo hi", "deploy/app -- sh -c 'exit 3'", "solo -c nope -- true", "nope -- true", "svc/nope -- true", "solo -- nope"])}`,
      `cp conf1.yaml solo:/tmp/x && kubectl exec solo -- cat /tmp/x && kubectl cp solo:/tmp/x back.yaml && cat back.yaml`,
      `cp ${pick(["nope.yaml solo:/tmp/x", "solo:/nope back", "a b", "solo:/x solo:/y"])}`,
    ],
    `auth reconcile -f rbac.yaml ${pick(["", "--remove-extra-permissions", "--remove-extra-subjects --dry-run=client"])}`,
    `edit ${pick(["cm conf", "cm conf", "deploy app", "cm nope", "svc app"])} :${pick(EDITS)}`,
    `apply edit-last-applied cm conf :${pick(EDITS)}`,
  ]);
}

/** `count` lines in the order in which they are run; an edit is done by sed. */
export function walk(seed, count) {
  const pick = randomOf(seed);
  const first = [
    "apply -f app1.yaml",
    `create -f conf1.yaml ${pick(["", "--save-config"])}`,
    "apply -f svc.yaml --server-side",
    "create -f pod.yaml",
  ];
  return Array.from({ length: count }, (_, i) => {
    const [command, edit] = (first[i] ?? line(pick)).replaceAll(/ +/g, " ").trim().split(" :", 2);
    if (edit === undefined && command.startsWith("KUBECTL_")) return command;
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
    .replaceAll(/(-----BEGIN CERTIFICATE-----)[^-]*/g, "$1<data>")
    .replaceAll(/resourceVersion: "\d+"/g, 'resourceVersion: "<n>"')
    .replaceAll(/"resourceVersion":"\d+"/g, '"resourceVersion":"<n>"')
    .replaceAll(/, was \d+$/gm, ", was <n>")
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

/** Objects with their managers by name: the order that the seconds of their writes give is chance. */
export function withSortedManagers(text) {
  const lines = text.split("\n");
  const out = [];
  for (let i = 0; i < lines.length; i++) {
    out.push(lines[i]);
    if (!/^\s*managedFields:$/.test(lines[i])) continue;
    const indent = lines[i].search(/\S/);
    const entries = [];
    while (i + 1 < lines.length && (lines[i + 1].search(/\S/) > indent || lines[i + 1].startsWith(`${" ".repeat(indent)}- `))) {
      i++;
      if (lines[i].startsWith(`${" ".repeat(indent)}- `)) entries.push([]);
      entries.at(-1).push(lines[i]);
    }
    const named = (entry) => entry.filter((l) => /^\s+(?:manager|operation|subresource): /.test(l)).join();
    // Those who tell the state of things do so at their own pace.
    const spec = entries.filter((entry) => !entry.some((l) => /^\s+subresource: status$/.test(l)));
    out.push(...spec.toSorted((a, b) => (named(a) < named(b) ? -1 : 1)).flat());
  }
  return out.join("\n");
}
