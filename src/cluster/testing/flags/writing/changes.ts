import { changing, fieldManager, filing, printing } from "../shared.ts";
import { flagRows, type FlagCases, type FlagRow } from "../row.ts";

const made = (kind: string): string => `files ${kind}; kubectl create -f a.yaml -f tree/deep >/dev/null`;
const room = (kind: string): string =>
  `files ${kind}; kubectl create ns $N >/dev/null; kubectl create -n $N -f a.yaml -f tree/deep >/dev/null`;

interface Changer {
  readonly command: string;
  /** The function that makes the manifest, the kind's name in arguments, and the kind. */
  readonly manifest: string;
  readonly resource: string;
  readonly kind: string;
  /** What follows the objects. */
  readonly words: string;
}

/** The flags that commands share which change live objects, or with --local those of files. */
function changer(
  { command, manifest, resource, kind, words }: Changer,
  more: FlagCases = {},
  without: readonly string[] = [],
): readonly FlagRow[] {
  const line = `kubectl ${command} ${resource} $N ${words}`;
  const first = made(manifest);
  const on = `kubectl ${command} -n $N ${resource} {} ${words}`;
  return [
    ...changing(command, line, kind, first),
    // label prints what it has sent, in which nobody has been written down yet.
    ...(command === "label"
      ? flagRows(command, line, {
          "field-manager=ann": {
            first,
            then: `kubectl get ${resource} $N -o jsonpath={.metadata.managedFields[*].manager} --show-managed-fields`,
            shows: "ann",
          },
        })
      : fieldManager(command, line, first)),
    ...filing(command, `kubectl ${command} {} ${words}`.replace(/ \{\} $/, " {}"), first),
    ...flagRows(command, line, {
      all: { first: room(manifest), on, shows: "$N-deep" },
      "selector=app=$N": { first: room(manifest), on, shows: "$N-deep" },
      local: { first: `files ${manifest}`, on: `kubectl ${command} -f a.yaml ${words} -o name`, shows: "/$N" },
      ...more,
    }),
  ].filter(({ flag }) => !without.includes(flag));
}
const web = { manifest: "web", resource: "deploy", kind: "Deployment" };
const ENV = { ...web, command: "set env", words: "A=b" };

const set: readonly FlagRow[] = [
  ...flagRows("set env", "", {
    // Alone it is not followed: arguments or -f are asked for first (k8s: set_env.go Validate).
    "kustomize=.": { first: "files web", on: "kubectl set env -f a.yaml {} A=b 2>&1", shows: "only one of -f or -k" },
  }),
  ...changer(
    ENV,
    {
      "containers=side": {
        first: made("web"),
        on: "kubectl set env deploy $N A=b -o yaml --dry-run=client {} | grep -c 'name: A'",
        hides: "2",
      },
      "env=C=d": { first: made("web"), on: "kubectl set env deploy $N -o yaml --dry-run=client", shows: "value: d" },
      "from=cm/$N": {
        first: `${made("web")}; cm | kubectl create -f - >/dev/null`,
        on: "kubectl set env deploy $N -o yaml --dry-run=client",
        shows: "configMapKeyRef",
      },
      "keys=a": {
        first: `${made("web")}; kubectl create cm $N --from-literal=a=1 --from-literal=z=2 >/dev/null`,
        on: "kubectl set env deploy $N --from=cm/$N -o yaml --dry-run=client",
        hides: "key: z",
      },
      list: { first: made("web"), on: "kubectl set env deploy $N", shows: "OLD=1" },
      "overwrite=false": { first: made("web"), on: "kubectl set env deploy $N OLD=2", hides: "env updated" },
      "prefix=P_": {
        first: `${made("web")}; cm | kubectl create -f - >/dev/null`,
        on: "kubectl set env deploy $N --from=cm/$N -o yaml --dry-run=client",
        shows: "name: P_A",
      },
      resolve: {
        first: `${made("web")}; cm | kubectl create -f - >/dev/null; kubectl set env deploy $N --from=cm/$N >/dev/null`,
        on: "kubectl set env deploy $N --list",
        shows: "A=b",
      },
    },
    ["kustomize"],
  ),
  ...changer({ ...web, command: "set image", words: "nginx=nginx:1.28" }),
  ...changer(
    { ...web, command: "set resources", words: "--limits=cpu=1" },
    {
      "containers=side": {
        first: made("web"),
        on: "kubectl set resources deploy $N --limits=cpu=1 -o yaml --dry-run=client {} | grep -c limits",
        hides: "2",
      },
      "limits=cpu=2": { first: made("web"), on: "kubectl set resources deploy $N -o yaml --dry-run=client", shows: "limits:" },
      "requests=cpu=2": { first: made("web"), on: "kubectl set resources deploy $N -o yaml --dry-run=client", shows: "requests:" },
    },
  ),
  ...changer(
    { command: "set selector", manifest: "svc", resource: "svc", kind: "Service", words: "x=y" },
    {
      "resource-version=1": { first: made("svc"), hides: "selector updated" },
      "recursive=false": { first: made("svc"), on: "kubectl set selector -f tree {} x=y", hides: "$N-deep" },
    },
    ["selector", "kustomize"],
  ).filter(({ flag, line }) => flag !== "recursive" || line.includes("recursive=false") || !line.includes("--recursive")),
  ...changer({ ...web, command: "set serviceaccount", words: "robot" }, {}, ["selector"]),
  ...changer(
    { command: "set subject", manifest: "bind", resource: "rolebinding", kind: "RoleBinding", words: "--user=ann" },
    {
      "group=ops": { first: made("bind"), on: "kubectl set subject rolebinding $N -o yaml --dry-run=client", shows: "name: ops" },
      "serviceaccount=a:robot": {
        first: made("bind"),
        on: "kubectl set subject rolebinding $N -o yaml --dry-run=client",
        shows: "name: robot",
      },
      "user=bob": { first: made("bind"), on: "kubectl set subject rolebinding $N -o yaml --dry-run=client", shows: "name: bob" },
    },
  ),
];

const cm = { manifest: "cm", resource: "cm", kind: "ConfigMap" };
const marking = (command: string): readonly FlagRow[] =>
  changer(
    { ...cm, command, words: "k=v" },
    {
      "all-namespaces": { first: room("cm"), on: `kubectl ${command} cm -l app=$N k=v`, shows: "$N-deep" },
      "field-selector=metadata.name=$N-deep": {
        first: room("cm"),
        on: `kubectl ${command} cm -n $N {} k=v`,
        or: "--all",
        hides: "configmap/$N ",
      },
      list: { first: `${made("cm")}; kubectl ${command} cm $N z=1 >/dev/null`, on: `kubectl ${command} cm $N`, shows: "z=1" },
      overwrite: {
        first: `${made("cm")}; kubectl ${command} cm $N k=old >/dev/null`,
        shows: `configmap/$N ${command === "label" ? "labeled" : "annotated"}`,
      },
      "resource-version=1": { first: made("cm"), hides: `configmap/$N ${command === "label" ? "labeled" : "annotated"}` },
    },
  );

const scale: readonly FlagRow[] = [
  ...changing("scale", "kubectl scale deploy $N --replicas=0", "Deployment", made("web")).filter(({ flag }) => flag !== "dry-run"),
  ...filing("scale", "kubectl scale --replicas=0", made("web")),
  ...flagRows("scale", "kubectl scale deploy $N --replicas=0", {
    all: { first: room("web"), on: "kubectl scale deploy -n $N --replicas=0", shows: "$N-deep" },
    "current-replicas=2": { first: made("web"), shows: "Expected replicas to be 2, was 0" },
    "dry-run=client": { first: made("web"), shows: "(dry run)" },
    "dry-run=server": { first: made("web"), shows: "(server dry run)" },
    "replicas=0": { first: made("web"), on: "kubectl scale deploy $N", shows: "scaled" },
    "resource-version=1": { first: made("web"), hides: "scaled" },
    "selector=app=$N": { first: room("web"), on: "kubectl scale deploy -n $N --replicas=0", shows: "$N-deep" },
    "timeout=1s": {
      first:
        "kubectl create ns $N >/dev/null; kubectl create quota none --hard=pods=0 -n $N >/dev/null; web | kubectl create -n $N -f - >/dev/null",
      on: "kubectl scale deploy $N -n $N --replicas=1",
      shows: "timed out waiting",
    },
  }),
];

const makes = (command: string, line: string, kind: string, first: string, cases: FlagCases): readonly FlagRow[] => [
  ...changing(command, line, kind, first).filter(({ flag }) => flag !== "allow-missing-template-keys"),
  ...printing(command, `${line} --dry-run=client`, kind, first),
  ...fieldManager(command, line, first),
  ...flagRows(command, `${line} --dry-run=client -o yaml`, {
    "save-config": { first, on: `${line} -o yaml`, shows: "last-applied-configuration" },
    ...Object.fromEntries(
      Object.entries(cases).map(([flag, told]) => [flag, typeof told === "string" ? { first, shows: told } : { first, ...told }]),
    ),
  }),
];

const autoscale: readonly FlagRow[] = [
  ...makes("autoscale", "kubectl autoscale deploy $N --max=3 --cpu=80%", "HorizontalPodAutoscaler", made("web"), {
    "cpu=50%": { on: "kubectl autoscale deploy $N --max=3 --dry-run=client -o yaml", shows: "averageUtilization: 50" },
    "max=5": { on: "kubectl autoscale deploy $N --dry-run=client -o yaml", shows: "maxReplicas: 5" },
    "memory=1Gi": "averageValue: 1Gi",
    "min=2": "minReplicas: 2",
    "name=other": "name: other",
  }),
  ...filing("autoscale", "kubectl autoscale --max=3", made("web")),
];

const expose: readonly FlagRow[] = [
  ...makes("expose", "kubectl expose deploy $N --port=80", "Service", made("web"), {
    "cluster-ip=None": "clusterIP: None",
    "external-ip=192.0.2.1": "- 192.0.2.1",
    "labels=a=b": "a: b",
    "load-balancer-ip=192.0.2.1": {
      on: "kubectl expose deploy $N --port=80 --type=LoadBalancer --dry-run=client -o yaml",
      shows: "loadBalancerIP: 192.0.2.1",
    },
    "name=other": "name: other",
    'overrides=\'{"metadata":{"labels":{"x":"y"}}}\'': 'x: "y"',
    "override-type=json": {
      on: 'kubectl expose deploy $N --port=80 --dry-run=client -o yaml --overrides=\'[{"op":"add","path":"/spec/type","value":"NodePort"}]\'',
      shows: "type: NodePort",
    },
    "port=81": { on: "kubectl expose deploy $N --dry-run=client -o yaml", shows: "port: 81" },
    "protocol=UDP": "protocol: UDP",
    "selector=a=b": "a: b",
    "session-affinity=ClientIP": "sessionAffinity: ClientIP",
    "target-port=8080": "targetPort: 8080",
    "type=NodePort": "type: NodePort",
  }),
  ...filing("expose", "kubectl expose --port=80", made("web")),
];

const R = "kubectl run $N --image=busybox";
const run: readonly FlagRow[] = [
  ...makes("run", "kubectl run $N --image=nginx", "Pod", "true", {
    "annotations=a=b": "a: b",
    command: { on: `${R} --dry-run=client -o yaml {} -- sh`, shows: "command:" },
    "env=A=b": "value: b",
    expose: { on: `${R} --port=80 --dry-run=client -o yaml`, shows: "kind: Service" },
    "image=redis": { on: "kubectl run $N --dry-run=client -o yaml", shows: "image: redis" },
    "image-pull-policy=Never": "imagePullPolicy: Never",
    "labels=a=b": "a: b",
    "override-type=json": {
      on: `${R} --dry-run=client -o yaml --overrides='[{"op":"add","path":"/spec/hostNetwork","value":true}]'`,
      shows: "hostNetwork: true",
    },
    'overrides=\'{"spec":{"hostNetwork":true}}\'': "hostNetwork: true",
    "port=80": "containerPort: 80",
    privileged: "privileged: true",
    "restart=Never": "restartPolicy: Never",
    stdin: { on: `${R} --attach=false -o jsonpath='<{.spec.containers[0].stdin}>'`, shows: "<true>" },
    tty: { on: `${R} -i --attach=false -o jsonpath='<{.spec.containers[0].tty}>'`, shows: "<true>" },
  }),
  ...flagRows("run", R, {
    "cascade=orphan": {
      on: `${R} --restart=Never --attach --rm -v=8 {} -- true 2>&1 | grep -o propagationPolicy...[A-Za-z]*`,
      shows: "Orphan",
    },
    attach: { on: `${R} --restart=Never {} -- echo from-inside`, shows: "from-inside" },
    "leave-stdin-open": { on: `${R} -i --attach=false -o jsonpath='<{.spec.containers[0].stdinOnce}>'`, hides: "<true>" },
    "pod-running-timeout=1s": {
      on: "kubectl run $N --image=nosuch --restart=Never --attach",
      or: "--pod-running-timeout=x",
      shows: "timed out",
    },
    quiet: { on: `${R} --restart=Never --attach --rm {} -- true`, hides: "deleted" },
    rm: { on: `${R} --restart=Never --attach {} -- true`, shows: "deleted" },
  }),
];

const NODE = "kubectl get nodes -o name | head -1 | cut -d/ -f2";
const node = (line: string): string => `M=$(${NODE}); ${line}`;
const nodes: readonly FlagRow[] = [
  ...["cordon", "uncordon"].flatMap((command) =>
    flagRows(command, node(`kubectl ${command} $M`), {
      "dry-run=client": {
        first: node(`kubectl ${command === "cordon" ? "uncordon" : "cordon"} $M >/dev/null`),
        then: "kubectl uncordon $M >/dev/null",
        shows: "(dry run)",
      },
      "dry-run=server": {
        first: node(`kubectl ${command === "cordon" ? "uncordon" : "cordon"} $M >/dev/null`),
        then: "kubectl uncordon $M >/dev/null",
        shows: "(server dry run)",
      },
      "selector=kubernetes.io/os=linux": { on: `kubectl ${command}`, then: `kubectl uncordon $(${NODE}) >/dev/null`, shows: "node/" },
    }),
  ),
  ...changing("taint", node("kubectl taint node $M $N=v:PreferNoSchedule"), "Node", "true")
    .filter(({ flag }) => flag !== "dry-run")
    .map((row) => cleaned(row)),
  // It says the same of a dry run, and does nothing.
  ...["client", "server"].flatMap((who) =>
    flagRows("taint", "", {
      [`dry-run=${who}`]: {
        on: node("kubectl taint node $M $N=v:PreferNoSchedule {} >/dev/null; kubectl get node $M -o jsonpath={.spec.taints}"),
        then: "kubectl taint node --all $N- >/dev/null 2>&1",
        hides: "$N",
      },
    }),
  ),
  ...fieldManager("taint", node("kubectl taint node $M $N=v:PreferNoSchedule"), "true").map((row) => cleaned(row)),
  ...flagRows("taint", node("kubectl taint node $M"), {
    all: { on: "kubectl taint node {} $N=v:PreferNoSchedule", then: "kubectl taint node --all $N- >/dev/null", shows: "tainted" },
    overwrite: {
      first: node("kubectl taint node $M $N=v:PreferNoSchedule >/dev/null"),
      on: "kubectl taint node $M $N=w:PreferNoSchedule",
      then: "kubectl taint node $M $N- >/dev/null",
      shows: "modified",
    },
    "selector=kubernetes.io/os=linux": {
      on: "kubectl taint node {} $N=v:PreferNoSchedule",
      then: "kubectl taint node --all $N- >/dev/null",
      shows: "tainted",
    },
    "validate=warn": {
      on: node("kubectl taint node $M $N=v:PreferNoSchedule -v=6 {} 2>&1 | grep -o fieldValidation=.*"),
      then: "kubectl taint node $M $N- >/dev/null",
      shows: "Warn",
    },
  }),
];

function cleaned(row: FlagRow): FlagRow {
  const more = (line: string): string => `${line}; kubectl taint node --all $N- >/dev/null 2>&1`;
  return { ...row, line: more(row.line), without: more(row.without) };
}

/** A node with one pod that is drained for; the pod has what the flag is about. */
const BUSY = node('kubectl run $N --image=nginx --labels=app=$N --overrides=\'{"spec":{"nodeName":"\'$M\'"}}\' >/dev/null');
const drains = `kubectl drain $M --pod-selector=app=$N`;
const drain: readonly FlagRow[] = flagRows("drain", drains, {
  "chunk-size=1": {
    first: BUSY,
    on: "kubectl drain $M --pod-selector=app=$N --force -v=6 {} 2>&1 | grep -o limit=[0-9]*",
    shows: "limit=1",
  },
  "delete-emptydir-data": {
    first: node(
      'kubectl run $N --image=nginx --labels=app=$N --overrides=\'{"spec":{"nodeName":"\'$M\'","volumes":[{"name":"v","emptyDir":{}}]}}\' >/dev/null',
    ),
    on: `${drains} --force`,
    shows: "evicted",
  },
  "disable-eviction": { first: BUSY, on: `${drains} --force -v=6 {} 2>&1 | grep -o /eviction`, hides: "/eviction" },
  "dry-run=client": { first: BUSY, on: `${drains} --force`, shows: "(dry run)" },
  "dry-run=server": { first: BUSY, on: `${drains} --force`, shows: "(server dry run)" },
  force: { first: BUSY, shows: "evicted" },
  "grace-period=0": { first: BUSY, on: `${drains} --force -v=8 {} 2>&1 | grep -o gracePeriodSeconds...`, shows: "gracePeriodSeconds" },
  "ignore-daemonsets": {
    first: node(
      "printf 'apiVersion: apps/v1\\nkind: DaemonSet\\nmetadata: {name: %s}\\nspec: {selector: {matchLabels: {app: %s}}, template: {metadata: {labels: {app: %s}}, spec: {containers: [{name: a, image: nginx}]}}}\\n' $N $N $N | kubectl create -f - >/dev/null; sleep 2",
    ),
    on: `${drains} --dry-run=client`,
    then: "kubectl delete ds $N >/dev/null",
    hides: "cannot delete DaemonSet-managed Pods",
  },
  "pod-selector=app=$N": { first: BUSY, on: "kubectl drain $M --force --dry-run=client", hides: "kube-system" },
  "selector=kubernetes.io/os=linux": { first: node("true"), on: "kubectl drain --pod-selector=app=$N", shows: "drained" },
  "skip-wait-for-delete-timeout=1": {
    first: `${BUSY}; kubectl patch pod $N -p '{"metadata":{"finalizers":["a.b/c"]}}' >/dev/null; kubectl delete pod $N --grace-period=1 --wait=false >/dev/null; sleep 4`,
    on: `${drains} --force --timeout=3s`,
    then: `kubectl patch pod $N -p '{"metadata":{"finalizers":null}}' >/dev/null`,
    shows: "-1 drained",
  },
  "timeout=1s": {
    first: `${BUSY}; kubectl patch pod $N -p '{"metadata":{"finalizers":["a.b/c"]}}' >/dev/null`,
    on: `${drains} --force`,
    or: "--dry-run=client",
    then: `kubectl patch pod $N -p '{"metadata":{"finalizers":null}}' >/dev/null`,
    shows: "context deadline exceeded",
  },
}).map((row) => {
  const more = (line: string): string =>
    `${line}; kubectl uncordon $M >/dev/null; kubectl delete pod $N --ignore-not-found --now >/dev/null 2>&1`;
  return { ...row, line: more(row.line), without: more(row.without) };
});

export const changeRows: readonly FlagRow[] = [
  ...set,
  ...marking("label"),
  ...marking("annotate"),
  ...scale,
  ...autoscale,
  ...expose,
  ...run,
  ...nodes,
  ...drain,
];
