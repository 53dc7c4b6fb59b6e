import { fieldManager, filing, printing } from "../shared.ts";
import { flagRows, type FlagCases, type FlagRow } from "../row.ts";

/** What commands that make one object have in common: `line` makes one of the name $N. */
export const making = (
  command: string,
  line: string,
  kind: string,
  cases: FlagCases,
  validated = true,
  saved = true,
): readonly FlagRow[] => [
  ...printing(command, `${line} --dry-run=client`, kind),
  ...fieldManager(command, line, ""),
  ...flagRows(command, `${line} --dry-run=client -o yaml`, cases),
  ...flagRows(command, line, {
    "dry-run=client": "(dry run)",
    "dry-run=server": "(server dry run)",
    ...(saved ? { "save-config": { on: `${line} --dry-run=client -o yaml`, shows: "last-applied-configuration" } } : {}),
    "show-managed-fields": { on: `${line} -o yaml`, shows: "managedFields:" },
  }),
  ...(validated
    ? flagRows(command, line, {
        "validate=warn": { on: `${line} -v=6 {} 2>&1 | grep -o fieldValidation=.*`, shows: "fieldValidation=Warn" },
      })
    : []),
];

/** A generator without options of its own but these. */
const dry = (words: string): string => `kubectl create ${words} --dry-run=client -o yaml`;
const entries = (words: string): FlagCases => ({
  "append-hash": { on: `kubectl create ${words} --dry-run=client -o jsonpath="<{.metadata.name}>"`, hides: "<$N>" },
  "from-env-file=x.env": { on: `echo K=V > x.env; ${dry(words)}`, shows: "K: V" },
  "from-file=k=x": { on: `echo -n V > x; ${dry(words)}`, shows: "k: V" },
  "from-literal=K=V": { on: dry(words), shows: "K: V" },
});
const encoded = (cases: FlagCases): FlagCases =>
  Object.fromEntries(
    Object.entries(cases).map(([flag, told]) => [
      flag,
      typeof told === "object" && told.shows ? { ...told, shows: `${told.shows}g==` } : told,
    ]),
  );
const rbac: FlagCases = {
  "group=ops": "name: ops",
  "serviceaccount=a:robot": "namespace: a",
  "user=ann": "name: ann",
};
const PAIR = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k -out c -subj /CN=x 2>/dev/null";

const manifests: readonly FlagRow[] = [
  ...filing("create", "kubectl create", "files cm"),
  ...making("create", "cm | kubectl create -f -", "ConfigMap", {
    "selector=app=nope": { hides: "name: $N\n" },
  }),
  ...flagRows("create", "cm | kubectl create -f -", {
    edit: { on: "cm > a.yaml; EDITOR='sed -i s/:.b$/:\\ edited/' kubectl create -f a.yaml -o yaml {}", shows: "a: edited" },
    "raw=/api/v1/namespaces/default/configmaps": { on: "cm > a.yaml; kubectl create -f a.yaml", hides: "configmap/$N created" },
    "windows-line-endings": { on: "cm > a.yaml; EDITOR='grep -c \r' kubectl create -f a.yaml --edit {}", hides: "0\n" },
  }),
];

export const generatorRows: readonly FlagRow[] = [
  ...manifests,
  ...making("create clusterrole", "kubectl create clusterrole $N --verb=get --resource=pods", "ClusterRole", {
    "aggregation-rule=a=b": { on: dry("clusterrole $N"), shows: "a: b" },
    "non-resource-url=/healthz": { on: dry("clusterrole $N --verb=get"), shows: "- /healthz" },
    "resource=nodes": { on: dry("clusterrole $N --verb=get"), shows: "- nodes" },
    "resource-name=one": "- one",
    "verb=watch": "- watch",
  }),
  ...making("create clusterrolebinding", "kubectl create clusterrolebinding $N --clusterrole=view", "ClusterRoleBinding", {
    ...rbac,
    "clusterrole=edit": { on: dry("clusterrolebinding $N"), shows: "name: edit" },
  }),
  ...making("create configmap", "kubectl create configmap $N --from-literal=a=b", "ConfigMap", entries("cm $N")),
  ...making("create cronjob", "kubectl create cronjob $N --image=busybox --schedule='0 0 1 1 *'", "CronJob", {
    "image=redis": { on: dry("cronjob $N --schedule='* * * * *'"), shows: "image: redis" },
    "restart=Never": "restartPolicy: Never",
    "schedule='1 2 * * *'": { on: dry("cronjob $N --image=redis"), shows: "schedule: 1 2 * * *" },
  }),
  ...making("create deployment", "kubectl create deployment $N --image=nginx --replicas=0", "Deployment", {
    "image=redis": { on: dry("deployment web"), shows: "image: redis" },
    "port=80": "containerPort: 80",
    "replicas=3": { on: dry("deployment web --image=nginx"), shows: "replicas: 3" },
  }),
  ...making("create ingress", "kubectl create ingress $N --rule=x.io/*=web:80", "Ingress", {
    "annotation=a=b": "a: b",
    "class=nginx": "ingressClassName: nginx",
    "default-backend=web:81": "number: 81",
    "rule=y.io/=web:82": "number: 82",
  }),
  ...making("create job", "kubectl create job $N --image=busybox -- true", "Job", {}).map(beforeDashes),
  ...flagRows("create job", dry("job $N"), {
    "image=redis": "image: redis",
    "from=cronjob/$N": { first: "kubectl create cronjob $N --image=alpine --schedule='0 0 1 1 *' >/dev/null", shows: "image: alpine" },
  }),
  ...making("create namespace", "kubectl create namespace $N", "Namespace", {}),
  ...making("create poddisruptionbudget", "kubectl create pdb $N --selector=app=web --min-available=1", "PodDisruptionBudget", {
    "max-unavailable=1": { on: dry("pdb $N --selector=app=web"), shows: "maxUnavailable: 1" },
    "min-available=2": { on: dry("pdb $N --selector=app=web"), shows: "minAvailable: 2" },
    "selector=app=db": { on: dry("pdb $N --min-available=1"), shows: "app: db" },
  }),
  ...making("create priorityclass", "kubectl create priorityclass $N --value=7", "PriorityClass", {
    "description=why": "description: why",
    "global-default": "globalDefault: true",
    "preemption-policy=Never": "preemptionPolicy: Never",
    "value=8": { on: dry("priorityclass $N"), shows: "value: 8" },
  }),
  ...making("create quota", "kubectl create quota $N --hard=count/leases.coordination.k8s.io=999", "ResourceQuota", {
    "hard=pods=3": 'pods: "3"',
    "scopes=BestEffort": "- BestEffort",
  }),
  ...making("create role", "kubectl create role $N --verb=get --resource=pods", "Role", {
    "resource=secrets": "- secrets",
    "resource-name=one": "- one",
    "verb=watch": "- watch",
  }),
  ...making("create rolebinding", "kubectl create rolebinding $N --clusterrole=view", "RoleBinding", {
    ...rbac,
    "clusterrole=edit": { on: dry("rolebinding $N"), shows: "name: edit" },
    "role=own": { on: dry("rolebinding $N"), shows: "kind: Role\n" },
  }),
  ...making("create secret docker-registry", "kubectl create secret docker-registry $N --docker-username=u --docker-password=p", "Secret", {
    "append-hash": {
      on: "kubectl create secret docker-registry $N --docker-username=u --docker-password=p --dry-run=client -o jsonpath='<{.metadata.name}>'",
      hides: "<$N>",
    },
    "docker-email=a@b.c": { on: decoded("--docker-username=u --docker-password=p"), shows: '"email":"a@b.c"' },
    "docker-password=hush": { on: decoded("--docker-username=u"), shows: '"password":"hush"' },
    "docker-server=r.io": { on: decoded("--docker-username=u --docker-password=p"), shows: '"r.io"' },
    "docker-username=ann": { on: decoded("--docker-password=p"), shows: '"username":"ann"' },
    "from-file=.dockerconfigjson=x": { on: `echo '{"auths":{"q.io":null}}' > x; ${decoded("")}`, shows: "q.io" },
  }),
  ...making("create secret generic", "kubectl create secret generic $N", "Secret", {
    ...encoded({
      ...entries("secret generic $N"),
      "from-env-file=x.env": { on: `echo K=V > x.env; ${dry("secret generic $N")}`, shows: "K: V" },
    }),
    "type=a.b/c": "type: a.b/c",
  }),
  ...making("create secret tls", `${PAIR}; kubectl create secret tls $N --cert=c --key=k`, "Secret", {
    "append-hash": {
      on: `${PAIR}; kubectl create secret tls $N --cert=c --key=k --dry-run=client -o jsonpath="<{.metadata.name}>"`,
      hides: "<$N>",
    },
    "cert=c": { on: `${PAIR}; ${dry("secret tls $N --key=k")}`, shows: "tls.crt:" },
    "key=k": { on: `${PAIR}; ${dry("secret tls $N --cert=c")}`, shows: "tls.key:" },
  }),
  ...making(
    "create service clusterip",
    "kubectl create service clusterip $N --tcp=80",
    "Service",
    {
      "clusterip=None": { on: dry("service clusterip $N"), shows: "clusterIP: None" },
      "tcp=81:8081": "targetPort: 8081",
    },
    true,
    false,
  ),
  ...making(
    "create service externalname",
    "kubectl create service externalname $N --external-name=a.b",
    "Service",
    {
      "external-name=c.d": { on: dry("service externalname $N"), shows: "externalName: c.d" },
      "tcp=81:8081": "targetPort: 8081",
    },
    true,
    false,
  ),
  ...making(
    "create service loadbalancer",
    "kubectl create service loadbalancer $N --tcp=80",
    "Service",
    {
      "tcp=81:8081": "targetPort: 8081",
    },
    true,
    false,
  ),
  ...making(
    "create service nodeport",
    "kubectl create service nodeport $N --tcp=80",
    "Service",
    {
      "node-port=30123": "nodePort: 30123",
      "tcp=81:8081": "targetPort: 8081",
    },
    true,
    false,
  ),
  ...making("create serviceaccount", "kubectl create serviceaccount $N", "ServiceAccount", {}).map(withFields),
  ...printing("create token", "kubectl create token default", "TokenRequest"),
  ...flagRows("create token", "kubectl create token default -o yaml", {
    "audience=me": "- me",
    "bound-object-kind=Secret": {
      on: "kubectl create secret generic $N >/dev/null; kubectl create token default -o yaml --bound-object-name=$N",
      shows: "kind: Secret",
    },
    "bound-object-name=$N": {
      on: "kubectl create secret generic $N >/dev/null; kubectl create token default -o yaml --bound-object-kind=Secret",
      shows: "name: $N",
    },
    "bound-object-uid=77": {
      on: "kubectl create secret generic $N >/dev/null; kubectl create token default -o yaml --bound-object-kind=Secret --bound-object-name=$N",
      shows: "77",
    },
    "duration=20m": "expirationSeconds: 1200",
  }),
];

function decoded(words: string): string {
  return `kubectl create secret docker-registry $N ${words} --dry-run=client -o jsonpath='{.data.*}' {} | base64 -d`;
}

/** An object without any field has no managed ones either. */
function withFields(row: FlagRow): FlagRow {
  if (row.flag !== "field-manager" && row.flag !== "show-managed-fields") return row;
  const more = (line: string): string => `${line} --save-config`;
  return { ...row, line: more(row.line), without: more(row.without) };
}

/** Flags stand before what is the container's command. */
function beforeDashes(row: FlagRow): FlagRow {
  const moved = (line: string): string => line.replace(/ -- true((?: [^;|]*)?)/, "$1 -- true");
  return { ...row, line: moved(row.line), without: moved(row.without) };
}
