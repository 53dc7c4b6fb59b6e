// Reading commands, drawn: get, describe, explain, auth, raw paths, traces and usage errors.
import { columns, fieldSelector, jsonPath, selector, sortBy, template } from "./expressions.mjs";
import { listed } from "./random.mjs";
import { KINDS } from "./kinds.mjs";

export const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

const SCOPES = ["", "", "", "-A", "-n shop", "-n kube-system", "-n nowhere", "--all-namespaces=true", "-A -n shop", "-nshop"];
const SIMPLE = listed(`
-o wide ;; -o wide ;; -o yaml ;; -o json ;; -o name ;; -o kyaml ;; --no-headers ;; --show-labels ;; -L app,tier ;; --show-kind ;; --chunk-size=1 ;; --chunk-size=0
--server-print=false ;; --label-columns=app -o wide ;; -o yaml --show-managed-fields ;; -o json --show-managed-fields ;; --ignore-not-found ;; -o name --no-headers ;; -o nope
--show-labels -o wide ;; --no-headers -o wide ;; -o=yaml ;; -ojson ;; --output name ;; --server-print=false -o wide ;; --server-print=false --show-labels
--show-kind --no-headers ;; -L app -L tier ;; --show-labels -L app --show-kind ;; -o jsonpath-as-json={.metadata.labels} ;; -o custom-columns-file=cols.txt
-o jsonpath-file=path.txt ;; -o go-template-file=tmpl.txt ;; -o go-template ;; -o jsonpath ;; -o custom-columns ;; --template={{.kind}} ;; -o template --template={{.kind}}
-o jsonpath-file=nope.txt ;; --raw / ;; -w -o nope
`);
const formats = (pick) =>
  pick([
    ...["", "", pick(SIMPLE), pick(SIMPLE), pick(SIMPLE), pick(SIMPLE)],
    `-o jsonpath=${quoted(jsonPath(pick))}`,
    `-o jsonpath-as-json=${quoted(jsonPath(pick))}`,
    `-o go-template=${quoted(template(pick))}${pick(["", "", " --allow-missing-template-keys=false"])}`,
    `-o custom-columns=${quoted(columns(pick))}${pick(["", "", " --no-headers"])}`,
    `--sort-by=${quoted(sortBy(pick))}${pick(["", " -o wide", " -o name", " -o yaml", " --no-headers"])}`,
    `-l ${quoted(selector(pick))} ${pick(SIMPLE)}`,
    `--field-selector ${quoted(fieldSelector(pick))} ${pick(["", "-o name", "--no-headers"])}`,
  ]);

function get(pick) {
  const [kind, name, namespace] = pick(KINDS);
  const one = name !== "" && pick([true, false]);
  const where = one ? (namespace ? `-n ${namespace}` : pick(["", "", "", "-n shop"])) : pick(SCOPES);
  const more = one ? pick(["", "", "", "", " nope", " web", ` ${name}`]) : "";
  return `kubectl get ${kind}${one ? ` ${name}${more}` : ""} ${where} ${formats(pick)}`;
}

function describe(pick) {
  const [kind, name, namespace] = pick(KINDS);
  const one = name !== "" && pick([true, true, false]);
  const where = one ? (namespace ? `-n ${namespace}` : "") : pick(["", "-A", "-n shop", "-l app=web", "-n nowhere", "-l tier=x"]);
  return `kubectl describe ${kind}${one ? ` ${pick([name, name, name, name.slice(0, 2), "nope"])}` : ""} ${where} ${pick(["", "", "", "--show-events=false"])}`;
}

const EXPLAINED = listed(`
pod ;; pods ;; po ;; pod.spec ;; deploy.spec.template.spec.containers ;; svc.spec.ports ;; cm ;; shops ;; shops.spec.size ;; hpa.spec ;; pvc.status ;; job.spec.backoffLimit
ing.spec.rules ;; node.status.conditions ;; pod.spec.containers.livenessProbe.httpGet ;; rs ;; sts.spec.volumeClaimTemplates ;; cj.spec.jobTemplate.spec.template
netpol.spec.ingress.from ;; role.rules ;; clusterrolebinding.subjects ;; pdb.spec ;; sc.parameters ;; pv.spec.nfs ;; crd.spec.versions.schema ;; ns ;; event
events.v1.events.k8s.io ;; lease.spec ;; csr.spec ;; flowschema.spec.rules ;; apiservice.spec.service ;; limits.spec ;; quota.spec ;; pc ;; runtimeclass.overhead
validatingadmissionpolicy.spec.validations ;; ds.spec.updateStrategy.rollingUpdate ;; rc.spec ;; ep.subsets ;; endpointslices.endpoints.conditions
pod.spec.affinity.nodeAffinity ;; pod.metadata ;; pod.metadata.labels ;; pod.kind ;; secret.data ;; sa.secrets ;; pod.spec.volumes.projected.sources
svc.status.loadBalancer.ingress ;; pod.nope ;; nope ;; pod.spec.nope.x ;; pod. ;; .pod ;; pods.v1.spec ;; deploy..spec ;; pod spec ;;  ;; deployments.apps
deployments.v1.apps ;; resourceclaim.spec.devices ;; podtemplate.template ;; mutatingwebhookconfiguration.webhooks ;; hpa.spec.metrics.resource
`);
const explain = (pick) =>
  `kubectl explain ${pick(EXPLAINED)} ${pick(["", "", "--recursive", "--output=plaintext-openapiv2", "--output=plaintext-openapiv2 --recursive", "--api-version=v1", "--api-version=apps/v1", "--output=nope", "--api-version=autoscaling/v1"])}`;

const VERBS = [
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
  "*",
  "impersonate",
  "bind",
  "frob",
  "use",
];
const THINGS = listed(`
pods ;; po ;; deploy ;; deployments.apps ;; deploy/web ;; pods/log ;; pods --subresource=exec ;; secrets ;; nodes ;; shops ;; nope ;; /healthz ;; /api* ;; * ;; *.*
roles.rbac.authorization.k8s.io ;; clusterroles ;; namespaces ;; cm/settings ;; serviceaccounts/token ;; svc
`);
const WHO = [
  "",
  "--as ann",
  "--as bob",
  "--as system:serviceaccount:default:runner",
  "--as system:anonymous",
  "--as ann --as-group system:masters",
  "--as-group x",
  "--as ann -n shop",
];
const auth = (pick) =>
  pick([
    `kubectl auth can-i ${pick(VERBS)} ${pick(THINGS)} ${pick(WHO)} ${pick(["", "", "-n shop", "-A", "-q", "--no-headers"])}`,
    `kubectl auth can-i ${pick(VERBS)} ${pick(THINGS)} ${pick(WHO)}`,
    `kubectl auth can-i --list ${pick(WHO)} ${pick(["", "-n shop", "--no-headers"])}`,
    `kubectl auth whoami ${pick(WHO)} ${pick(["", "-o yaml", "-o json", "-o name", "-o jsonpath='{.status.userInfo.username}'"])}`,
    `kubectl get ${pick(["pods", "secrets", "nodes", "deploy web", "cm"])} ${pick(WHO)}`,
  ]);

const RAW = listed(`
/ ;; /api ;; /apis ;; /api/v1 ;; /apis/apps ;; /apis/apps/v1 ;; /apis/nope ;; /healthz ;; /healthz?verbose ;; /livez ;; /readyz ;; /livez/ping ;; /version ;; /nope
/api/v1/namespaces/shop ;; /api/v1/namespaces/default/configmaps/settings ;; /api/v1/namespaces/shop/configmaps/nope ;; /api/v1/nope ;; /openapi/v3
/apis/apps/v1/namespaces/default/deployments/web/scale ;; /apis/apps/v1/namespaces/default/deployments/web/status ;; /api/v1/namespaces/default/services/web/status
/api/v1/namespaces/default/configmaps?labelSelector=a ;; /api/v1/namespaces/default/configmaps?limit=1 ;; /api/v1/namespaces/default/pods?fieldSelector=x ;; api
/apis/example.com/v1 ;; /apis/example.com/v1/namespaces/default/shops ;; /apis/rbac.authorization.k8s.io/v1/clusterroles/view ;; /.well-known/openid-configuration ;; /api/v2
/apis/apps/v2
`);
const raw = (pick) => `kubectl get --raw ${quoted(pick(RAW))}`;

/** Managed fields have the moment in them; the requests' own times and ids are told apart by the normaliser. */
const trace = (pick) =>
  `kubectl ${pick(["get pods", "get deploy web", "get cm settings -o yaml", "get pods -o json", "get nope", "get svc nope", "get cm -A", "get ns -o name", "delete cm nope", "get cm -l app=x", "describe cm settings", "create cm x --dry-run=server", "scale deploy web --replicas=3 --dry-run=server", "label cm settings a=b --dry-run=server", "apply -f change.yaml --dry-run=server"])} -v=${pick([6, 6, 7, 8, 9])}`;

const USAGE = listed(`
frob ;; get ;; get -o ;; get pods --frob ;; get pods -Z ;; get pods -o yaml -o ;; get pods --watch=maybe ;; get --chunk-size=x pods ;; get pods -n ;; logs ;; logs a b c
exec ;; exec x ;; exec x ls ;; exec -- ls ;; describe ;; delete ;; delete pods ;; delete pods --all -l a=b ;; delete pods x --all ;; apply ;; apply -f ;; apply x ;; create
create frob ;; create deploy ;; create deploy x ;; create deploy x y --image=z ;; create cm ;; create cm a b ;; create secret ;; create secret frob x ;; create job x
create role x ;; create role x --verb=get ;; create role x --verb=get --resource=nope ;; create rolebinding x ;; create ns ;; create clusterrolebinding x ;; create service
create service clusterip x ;; create service frob ;; create ingress x ;; create quota x --hard=frob ;; create pdb x ;; create token ;; create cronjob x --image=y
create priorityclass x --value=y ;; scale deploy web ;; scale deploy web --replicas=x ;; scale deploy web --replicas=-1 ;; scale --replicas=1 ;; autoscale deploy web
autoscale deploy web --max=0 ;; autoscale deploy web --min=5 --max=2 ;; expose ;; expose cm settings ;; expose deploy web --port=x ;; run ;; run x ;; run x --image=
run x --image=a --restart=Frob ;; run x --image=a --rm ;; set ;; set image ;; set image deploy/web ;; set image deploy/web c ;; set env ;; set env deploy/web
set env deploy/web =x ;; set resources deploy/web ;; set resources deploy/web --limits=x ;; set selector svc/web ;; set serviceaccount deploy/web ;; set frob ;; label
label pods ;; label deploy web ;; label deploy web a ;; label deploy web a=b=c ;; label deploy web a=b a- ;; label deploy web =x ;; label cm settings x_=y
annotate deploy web ;; annotate deploy web a ;; rollout ;; rollout frob ;; rollout status ;; rollout status deploy ;; rollout undo ;; rollout undo deploy/web --to-revision=x
rollout history svc/web ;; rollout pause ds/agent ;; taint ;; taint nodes ;; taint nodes node-1 ;; taint nodes node-1 a ;; taint nodes node-1 a=b
taint nodes node-1 a=b:Frob ;; taint pods x a=b:NoSchedule ;; cordon ;; cordon nope ;; drain ;; drain nope ;; drain node-1 node-2 --all ;; uncordon -l a=b ;; top ;; top frob
top pod a b ;; top pod a -l b=c ;; wait ;; wait pods ;; wait pods --for=x ;; wait --for=delete ;; wait deploy/web --for=condition ;; wait deploy/web --for=jsonpath=
wait deploy/web --for=jsonpath='{.x}'=1 --timeout=1s ;; patch ;; patch deploy web ;; patch deploy web -p ;; patch deploy ;; patch deploy web -p x --type=frob
patch deploy web -p '[' --type=json ;; edit ;; edit nope ;; replace ;; replace -f nope ;; diff ;; diff -f nope ;; kustomize nope ;; explain ;; explain a b ;; config
config frob ;; config use-context ;; config use-context nope ;; config set ;; config set a ;; config unset ;; config set-context ;; config get-contexts a b
config rename-context a ;; config delete-context ;; config delete-context nope ;; config delete-cluster nope ;; config delete-user nope ;; config view x
config current-context x ;; config view -o nope ;; auth ;; auth frob ;; auth can-i ;; auth can-i get ;; auth can-i a b c ;; auth reconcile ;; certificate
certificate approve ;; certificate frob x ;; cluster-info x ;; api-resources x ;; api-versions x ;; version x ;; api-resources -o nope ;; api-resources --verbs=frob
api-resources --api-group=nope ;; api-resources --sort-by=nope ;; api-resources --namespaced=x ;; version -o nope ;; version --client -o nope ;; completion ;; completion frob
completion bash zsh ;; plugin ;; plugin frob ;; options ;; port-forward ;; port-forward x ;; port-forward x a ;; proxy --port=x ;; cp ;; cp a ;; cp a b ;; cp a:b c:d
cp a b c ;; attach ;; attach nope ;; debug ;; debug nope ;; debug nope --image=x ;; events x ;; events --types=x ;; events --for=x ;; events --for=nope/x ;; logs nope
logs solo -c nope ;; logs solo --tail=x ;; logs solo --since=x ;; logs -l app=web -c nope ;; logs solo --previous ;; logs deploy/nope ;; logs svc/nope ;; logs cm/settings
logs -f -l ;; get pods --sort-by ;; get pods solo -l a=b ;; get pods -l a=b --field-selector x ;; get pods,svc x/y ;; get pods/solo svc ;; get pods/a/b ;; get /x ;; get x/
get pods -A solo ;; get all x ;; get pods --as ;; get pods --as-group=x ;; get pods --context=nope ;; get pods --cluster=nope ;; get pods --user=nope
get pods --kubeconfig=nope ;; get pods --request-timeout=x ;; get pods -v=x ;; get pods --server=localhost:1 ;; get pods --token=nope ;; get deploy web --subresource=scale
get deploy web --subresource=status -o name ;; get deploy web --subresource=nope ;; get deploy --subresource=scale ;; get pods -f all.yaml -n shop ;; get -f all.yaml -o name
get -f nope.yaml ;; get -f all.yaml pods ;; get -k . -o name ;; describe -f change.yaml ;; describe -f nope.yaml ;; delete -f nope.yaml
`);
const usage = (pick) => `kubectl ${pick(USAGE)}`;

const OTHERS = listed(`
api-resources ;; api-resources -o wide ;; api-resources -o name ;; api-resources --namespaced=false ;; api-resources --api-group=apps ;; api-resources --api-group=
api-resources -o json | head -c 300 ;; api-resources --verbs=list,delete -o name ;; api-resources --sort-by=name ;; api-resources --sort-by=kind -o wide
api-resources --categories=all ;; api-resources --no-headers ;; api-versions ;; events -n shop ;; events --for deploy/web ;; events --types=Warning ;; events -A --no-headers
events --for pod/broken ;; events -o name ;; events -o yaml | head -5 ;; events --types=Normal,Warning -n shop ;; get events --sort-by=.lastTimestamp
get events -A --sort-by=.metadata.creationTimestamp ;; get events --field-selector reason=Scheduled ;; get events --field-selector involvedObject.kind=Node,type=Normal
rollout history deploy/web ;; rollout history sts/db -n shop ;; rollout history ds/agent --revision=1 ;; rollout history deploy -n shop ;; rollout status ds/agent
rollout status sts/db -n shop ;; rollout status deploy/web --watch=false ;; rollout history deploy/web -o json --revision=1 ;; rollout history deploy/web -o name
rollout status deploy web --revision=9 ;; top pod ;; top node ;; top pod -A --sort-by=cpu | wc -l ;; top pod --containers | wc -l ;; version ;; version -o yaml
version --client ;; version -o json ;; cluster-info ;; config view ;; config view --minify ;; config view --raw -o name ;; config get-contexts ;; config get-contexts -o name
config current-context ;; get pods -o wide --show-labels -A ;; get all -A ;; get all ;; get all -o name ;; get all --show-labels -n shop ;; get deploy,rs,pods -o wide
get svc,ep,endpointslices ;; get cm,secret,sa -A -o name ;; get node node-1 -o wide ;; get nodes --show-labels ;; get nodes -L kubernetes.io/hostname ;; get pv,pvc
get sc -o wide ;; get crd -o wide ;; get cs ;; get csr -o wide ;; get leases -A ;; get priorityclass -o wide ;; logs solo --tail=2 ;; logs deploy/web --tail=0
logs -l app=web --prefix --tail=0 ;; logs solo --timestamps --tail=0 ;; logs job/once ;; logs once-x ;; logs broken ;; logs solo -c side
logs solo --all-containers --tail=1 | wc -l ;; exec solo -- cat /etc/hostname ;; exec solo -c side -- echo hi ;; exec solo -- nope ;; exec solo -c nope -- ls
exec solo -- sh -c 'exit 3' ;; exec deploy/nope -- ls ;; exec svc/web -- hostname | wc -l ;; exec broken -- ls ;; get pods --watch-only --request-timeout=1s
apply view-last-applied deploy/web ;; apply view-last-applied cm nope ;; apply view-last-applied -f change.yaml ;; apply view-last-applied cm settings -o json
`);
const other = (pick) => `kubectl ${pick(OTHERS)}`;

const SUBRESOURCES = (pick) =>
  `kubectl get ${pick(["deploy web", "deploy", "rs", "sts db -n shop", "pod solo", "node node-1", "rc old", "cm settings"])} --subresource=${pick(["scale", "status", "resize", "log", "nope"])} ${pick(["", "-o yaml", "-o name", "-o wide", "-o jsonpath={.spec}"])}`;

/** Kinds of lines and how often each is drawn. */
export const READS = [
  ...Array.from({ length: 10 }, () => get),
  ...[describe, describe, explain, explain, auth, raw, trace, usage, usage, usage, other, other, SUBRESOURCES],
];
