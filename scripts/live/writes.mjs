// Writing commands, drawn, each without effect: --dry-run in both its kinds, --local, and kubeconfig files of their own.
import { quoted } from "./reads.mjs";
import { listed } from "./random.mjs";

const DRY = (pick) => `--dry-run=${pick(["client", "client", "server"])}`;
const OUT = (pick) =>
  pick([
    "",
    "",
    "-o yaml",
    "-o yaml",
    "-o json",
    "-o name",
    "-o jsonpath={.metadata.name}",
    "-o kyaml",
    "-o go-template={{.kind}}",
    "-o nope",
    "--show-managed-fields -o yaml",
    "-o wide",
  ]);

const CREATED = listed(`
cm x --from-literal=a=b ;; cm x --from-literal=a=b --from-literal=c=d --append-hash ;; cm x --from-file=change.yaml ;; cm x --from-file=k=change.yaml
cm x --from-env-file=vars.env ;; cm x ;; cm x --from-literal=a ;; cm x --from-literal==b ;; cm x --from-file=nope ;; cm x --from-literal=a=b --from-literal=a=c
cm X_y --from-literal=a=b ;; cm x --from-literal='a b=c' ;; cm x --from-file=. ;; secret generic x --from-literal=a=b
secret generic x --from-file=change.yaml --type=my/type ;; secret generic x --from-env-file=vars.env ;; secret generic x ;; secret generic x --append-hash --from-literal=a=b
secret docker-registry x --docker-username=u --docker-password=p
secret docker-registry x --docker-username=u --docker-password=p --docker-email=e@x --docker-server=r.example ;; secret docker-registry x
secret tls x --cert=nope --key=nope ;; secret tls x ;; ns x ;; namespace kube-x ;; sa x ;; sa x --as ann ;; deploy x --image=nginx
deploy x --image=nginx --replicas=3 --port=80 ;; deploy x --image=a --image=b ;; deploy x --image=nginx -- sleep 5 ;; deploy x --image=a --image=b -- ls
deploy x --image=nginx:1.2@sha256:00 --port=99999 ;; deploy x --image=nginx --replicas=-1 ;; deploy X --image=nginx ;; deploy web --image=nginx ;; job x --image=busybox
job x --image=busybox -- date +%s ;; job x --from=cronjob/tick ;; job x --from=cj/nope ;; job x --from=deploy/web ;; job x --from=cronjob/tick --image=a
cronjob x --image=busybox --schedule='*/1 * * * *' ;; cronjob x --image=busybox --schedule='1 2 3 4 5' --restart=Never -- date ;; cronjob x --image=busybox --schedule=nope
cj x --image=busybox --schedule=@daily ;; role x --verb=get,list --resource=pods,deploy ;; role x --verb=get --resource=pods --resource-name=a --resource-name=b
role x --verb=get --resource=pods/log,deployments.apps/scale ;; role x --verb='*' --resource='*' ;; role x --verb=get --resource=pods,nodes
clusterrole x --verb=get --resource=nodes ;; clusterrole x --verb=get --non-resource-url=/a,/b/* ;; clusterrole x --aggregation-rule='a=b,c=d' ;; clusterrole x --verb=get
clusterrole x --verb=list --non-resource-url=/a ;; rolebinding x --role=reader --user=ann ;; rolebinding x --clusterrole=view --group=g --serviceaccount=default:runner
rolebinding x --role=a --clusterrole=b ;; rolebinding x --role=a --serviceaccount=x ;; clusterrolebinding x --clusterrole=view --user=ann --user=bob
clusterrolebinding x --clusterrole=view --serviceaccount=a:b:c ;; ingress x --rule=a.b/c=web:80 ;; ingress x --rule='a.b/*=web:http,tls=hush' --class=nginx
ingress x --default-backend=web:80 ;; ingress x --rule='/=web:80' --annotation=a=b --annotation=c ;; ingress x --rule=frob ;; ingress x --rule='*.a.b/p*=web:80,tls'
service clusterip x --tcp=80 ;; svc clusterip x --tcp=80:8080 --tcp=90 ;; service clusterip x --clusterip=None ;; service clusterip x --tcp=a
service nodeport x --tcp=80 --node-port=30001 ;; service nodeport x --tcp=80 --node-port=80 ;; service loadbalancer x --tcp=80:http
service externalname x --external-name=a.b ;; service externalname x ;; quota x --hard=cpu=1,pods=2 ;; quota x --hard=cpu=1 --scopes=BestEffort,Frob ;; quota x
quota x --hard=pods=2 --scopes=NotTerminating ;; pdb x --selector=app=web --min-available=1 ;; pdb x --selector=app=web --max-unavailable=25%
pdb x --selector=app=web --min-available=1 --max-unavailable=1 ;; pdb x --min-available=1 ;; priorityclass x --value=5
pc x --value=5 --global-default --preemption-policy=Never --description=d ;; pc x --value=5 --preemption-policy=Frob ;; -f change.yaml ;; -f all.yaml ;; -f nope.yaml
-f shop.yaml ;; -k . ;; -f change.yaml --save-config ;; -f broken.yaml ;; -f wrong.yaml ;; -f wrong.yaml --validate=false ;; -f wrong.yaml --validate=warn
-f all.yaml -l app=web ;; -f wrong.json ;; -f two.json
`);
const create = (pick) => `kubectl create ${pick(CREATED).replace(" -- ", ` ${DRY(pick)} ${OUT(pick)} -- `)}`;
const created = (pick) => {
  const line = create(pick);
  return line.includes("--dry-run") ? line : `${line} ${DRY(pick)} ${OUT(pick)}`;
};

const TARGET = listed(`
deploy/web ;; deploy web ;; sts/db -n shop ;; ds agent ;; rs -l app=web ;; pod/solo ;; cm settings ;; deploy nope ;; svc web ;; cronjob/tick ;; job once ;; deploy,sts --all
-f change.yaml ;; -f all.yaml ;; rc old ;; shops corner ;; node node-1
`);
const CHANGES = listed(`
scale T --replicas=5 ;; scale T --replicas=0 --current-replicas=2 ;; scale T --replicas=1 --current-replicas=9 ;; scale T --replicas=3 --resource-version=1
autoscale T --max=3 ;; autoscale T --min=2 --max=5 --cpu=80% ;; autoscale T --max=3 --cpu-percent=70 ;; autoscale T --max=3 --memory=100Mi --name=y ;; expose T --port=80
expose T ;; expose T --name=x --target-port=http --protocol=UDP --port=53 ;; expose T --type=NodePort --port=80 --selector=a=b
expose T --port=80 --external-ip=1.2.3.4 --session-affinity=ClientIP --cluster-ip=None -l a=b ;; expose T --type=LoadBalancer --port=80 --load-balancer-ip=1.2.3.4
label T a=b ;; label T a=b c- --overwrite ;; label T app=x ;; label T app- ;; label T tier=back --overwrite ;; label T 'a b=c' ;; label T a=b --resource-version=1
label T --list ;; annotate T a=b ;; annotate T note=z --overwrite ;; annotate T note- ;; annotate T a='b c' ;; annotate T --list ;; annotate T a/b/c=d
set image T c=nginx:9 ;; set image T '*=busybox' ;; set image T nope=busybox ;; set image T c=a c=b ;; set env T A=b C=d ;; set env T A-
set env T --from=cm/settings --prefix=P_ ;; set env T --from=secret/hush --keys=user ;; set env T --list ;; set env T A=b --containers=nope ;; set env T 1=b
set resources T --limits=cpu=1,memory=1Gi --requests=cpu=500m ;; set resources T --limits=cpu=0 ;; set resources T --requests=frob=1 -c=c ;; set serviceaccount T runner
set sa T nope ;; set selector T a=b ;; set selector T a=b,c=d --all ;; set subject T --user=ann ;; set subject rolebinding/reader --group=g --user=z
set subject clusterrolebinding/cluster-admin --serviceaccount=a:b ;; taint T a=b:NoSchedule ;; taint node node-1 a=b:NoExecute --overwrite
taint nodes --all x:PreferNoSchedule ;; taint node node-1 a:NoSchedule- ;; taint node node-1 a=b:NoSchedule a=c:NoSchedule ;; cordon node-1 ;; uncordon node-1
drain node-1 --ignore-daemonsets --force ;; drain node-1 ;; drain node-1 --ignore-daemonsets --delete-emptydir-data --force --pod-selector=app=web ;; delete T
delete T --cascade=orphan ;; delete T --ignore-not-found ;; delete T --now ;; delete T --force --grace-period=0 ;; delete T --grace-period=5 --wait=false
delete cm,secret -l nope=x ;; delete pods --field-selector status.phase=Failed ;; delete T --cascade=frob ;; rollout restart T ;; rollout pause T ;; rollout resume T
rollout undo T ;; rollout undo T --to-revision=7 ;; replace -f change.yaml ;; replace -f shop.yaml ;; replace -f change.yaml --force ;; replace -f wrong.yaml
apply -f change.yaml ;; apply -f all.yaml ;; apply -k . ;; apply -f change.yaml --server-side ;; apply -f change.yaml --server-side --force-conflicts --field-manager=me
apply -f all.yaml --server-side ;; apply -f wrong.yaml ;; apply -f broken.yaml ;; apply -f wrong.yaml --validate=false ;; apply -f all.yaml --prune -l app=web
apply -f two.json ;; apply -f wrong.json ;; apply -f change.yaml -f shop.yaml ;; apply -R -f . ;; apply -f all.yaml -l app=web ;; diff -f change.yaml
auth reconcile -f all.yaml ;; apply set-last-applied -f change.yaml
`);
const PATCHES = listed(`
{"spec":{"replicas":4}} ;; {"metadata":{"labels":{"x":"y","app":null}}} ;; [{"op":"replace","path":"/spec/replicas","value":7}] ;; [{"op":"remove","path":"/spec/nope"}]
{"spec":{"replicas":"x"}} ;; { ;; x ;; spec: {replicas: 2} ;; [{"op":"test","path":"/kind","value":"X"}]
{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"a"},{"name":"d","image":"b"}]}}}}
{"spec":{"template":{"spec":{"containers":[{"$patch":"delete","name":"c"}]}}}} ;; {"data":{"N":"1"}} ;; {"metadata":{"name":"other"}} ;; {"spec":{"selector":null}}
{"kind":"Frob"} ;; [] ;; {} ;; [{"op":"add","path":"/metadata/labels/z","value":"1"}] ;; [{"op":"frob","path":"/x"}] ;; {"spec":{"nope":1}}
{"metadata":{"finalizers":["a.b/c"]}}
`);
const patch = (pick) =>
  `kubectl patch ${pick(TARGET.filter((t) => !t.includes("--all") && !t.includes(" -l ")))} ${pick(["", "--type=strategic", "--type=merge", "--type=json"])} -p ${quoted(pick(PATCHES))} ${DRY(pick)} ${OUT(pick)} ${pick(["", "", "", "--subresource=status", "--subresource=scale"])}`;
const change = (pick) => {
  const line = pick(CHANGES);
  const dry =
    /^(?:diff|apply set-last)/.test(line) || line.includes("--list")
      ? ""
      : `${DRY(pick)} ${/^(?:cordon|uncordon|drain)/.test(line) ? "" : OUT(pick)}`;
  const local =
    /^set (?:image|env|resources|serviceaccount|sa|selector|subject)/.test(line) && line.includes(" T") && pick([true, false, false]);
  return `kubectl ${line.replace(/\bT\b/, local ? "-f all.yaml --local" : pick(TARGET))} ${dry}`;
};

const RUN = listed(`
run x --image=nginx ;; run x --image=nginx --port=80 --expose ;; run x --image=nginx --expose ;; run x --image=nginx --env=A=b --env=C= --labels=a=b,c=d
run x --image=busybox --restart=Never -- date -u ;; run x --image=busybox --command -- sh -c 'sleep 1' ;; run x --image=nginx --restart=OnFailure --image-pull-policy=Always
run x --image=nginx --overrides='{"spec":{"nodeName":"n"}}' ;; run x --image=nginx --overrides='{"apiVersion":"v1","spec":{"hostNetwork":true}}' --override-type=strategic
run x --image=nginx --overrides=x ;; run x --image=nginx --annotations=a=b --privileged ;; run X --image=nginx ;; run x --image='a b' ;; run x --image=nginx --env=A
run x --image=nginx --port=0 ;; run x --image=nginx -it ;; run x --image=nginx --rm -i ;; run x --image=nginx --labels=a ;; run x y --image=nginx
`);
const run = (pick) => {
  const [head, ...tail] = pick(RUN).split(" -- ");
  return [`kubectl ${head} ${DRY(pick)} ${OUT(pick)}`, ...tail].join(" -- ");
};

const CONFIG = listed(`
set-context dev --cluster=a --user=u --namespace=n ;; set-context --current --namespace=shop ;; set-context one --namespace= ;; set-context new ;; set-context --current
set-context a b ;; set-cluster a --server=https://x:1 ;; set-cluster new --server=y --insecure-skip-tls-verify=true
set-cluster a --certificate-authority=change.yaml --embed-certs ;; set-cluster a --certificate-authority=nope.crt ;; set-cluster a --tls-server-name=z --proxy-url=http://p
set-cluster a --insecure-skip-tls-verify --certificate-authority=x ;; set-credentials u --token=t ;; set-credentials new --username=a --password=b
set-credentials u --client-certificate=c.pem --client-key=k.pem ;; set-credentials u --token=t --username=a
set-credentials u --client-certificate=change.yaml --embed-certs=true
set-credentials new --exec-command=aws --exec-api-version=client.authentication.k8s.io/v1 --exec-arg=a --exec-env=K=v
set-credentials u --auth-provider=oidc --auth-provider-arg=client-id=foo ;; use-context two ;; use-context nope ;; use one ;; rename-context one uno ;; rename-context one two
rename-context nope x ;; delete-context two ;; delete-context one ;; delete-context nope ;; delete-cluster a ;; delete-cluster nope ;; delete-user u ;; delete-user nope
get-contexts ;; get-contexts one ;; get-contexts nope ;; get-contexts -o name ;; get-contexts --no-headers ;; get-contexts -o yaml ;; get-clusters ;; get-users
current-context ;; view ;; view --minify ;; view --raw ;; view -o json ;; view --flatten ;; view --minify --context=two ;; view -o jsonpath='{.contexts[*].name}'
view --merge=false ;; view -o name ;; set current-context two ;; set contexts.one.namespace shop ;; set clusters.a.server https://z ;; set users.u.token abc
set users.new.password x ;; set clusters.a.insecure-skip-tls-verify true ;; set clusters.a.certificate-authority-data YWJj --set-raw-bytes=false
set clusters.a.certificate-authority-data abc --set-raw-bytes=true ;; set nope x ;; set contexts.one.nope x ;; set contexts x ;; set clusters.a.insecure-skip-tls-verify maybe
unset current-context ;; unset contexts.one.namespace ;; unset users.u ;; unset contexts ;; unset nope ;; unset contexts.nope.namespace ;; unset users.u.token
set contexts.my\\.ctx.namespace x ;; set users.u.exec.command x ;; view --minify --flatten -o jsonpath='{.current-context}' ;; set preferences.colors true
`);
const config = (pick) => {
  const steps = pick([[pick(CONFIG)], [pick(CONFIG)], [pick(CONFIG), pick(CONFIG)], [pick(CONFIG), pick(CONFIG), pick(CONFIG)]]);
  return `cp other.yaml c.yaml; ${steps.map((s) => `kubectl config --kubeconfig=c.yaml ${s}; echo $?`).join("; ")}; cat c.yaml`;
};

export const WRITES = [created, created, created, change, change, change, change, patch, run, config];
