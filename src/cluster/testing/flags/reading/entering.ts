import { flagRows, type FlagRow } from "../row.ts";

const quiet = " >/dev/null 2>&1; ";
/** A pod of two containers, of which the second writes when it is spoken to. */
const TWO = `printf 'apiVersion: v1\\nkind: Pod\\nmetadata: {name: %s, labels: {app: %s}, annotations: {note: kept}}\\nspec:\\n  terminationGracePeriodSeconds: 1\\n  initContainers: [{name: first, image: busybox, command: ["true"]}]\\n  containers:\\n  - {name: nginx, image: nginx, livenessProbe: {exec: {command: ["true"]}}, readinessProbe: {exec: {command: ["true"]}}, startupProbe: {exec: {command: ["true"]}}}\\n  - {name: side, image: busybox, command: [sleep, "3600"]}\\n' $N $N > pod.yaml; kubectl apply -f pod.yaml${quiet}kubectl wait pod/$N --for=condition=Ready${quiet}`;
/** A pod that reads what it is told and says it again. */
const ECHO = `kubectl run $N --image=busybox --restart=Never --stdin --attach=false -- sh -c 'echo begun; sleep 2; cat'${quiet}kubectl wait pod/$N --for=condition=Ready${quiet}`;
/** A workload that never has a pod. */
const EMPTY = `kubectl create deploy $N --image=nginx --replicas=0${quiet}`;
const timeout = (command: string, rest: string) => ({
  "pod-running-timeout=1s": {
    on: `${EMPTY}kubectl ${command} deploy/$N {} ${rest} 2>&1`,
    shows: "timed out waiting for the condition",
    or: "--pod-running-timeout=-1s",
  },
});
const attach = `${ECHO}timeout 4 kubectl attach $N {} 2>&1`;

const streams: readonly FlagRow[] = [
  ...flagRows("attach", attach, {
    "container=none": "container none is not valid",
    quiet: { hides: "command prompt" },
    stdin: { on: `${ECHO}echo said | timeout 5 kubectl attach $N {} 2>&1`, shows: "said" },
    tty: { on: `${ECHO}timeout 4 kubectl attach $N -i {} </dev/null 2>&1`, shows: "Unable to use a TTY" },
    ...timeout("attach", ""),
  }),
  ...flagRows("exec", `${TWO}kubectl exec $N {} -- hostname 2>&1`, {
    "container=none": "container none",
    "filename=pod.yaml": { on: `${TWO}kubectl exec {} -- hostname 2>&1`, shows: "$N" },
    quiet: { hides: "Defaulted container" },
    stdin: { on: `${TWO}echo said | kubectl exec $N {} -- cat 2>&1`, shows: "said" },
    tty: { on: `${TWO}kubectl exec $N -i {} -- hostname 2>&1 </dev/null`, shows: "Unable to use a TTY" },
    ...timeout("exec", "-- hostname"),
  }),
  ...flagRows("cp", `${TWO}echo text > f; kubectl cp f $N:/tmp/f {} 2>&1`, {
    "container=side": {
      on: `${TWO}echo text > f; kubectl cp f $N:/tmp/f {} >/dev/null 2>&1; kubectl exec $N -c side -- cat /tmp/f 2>&1`,
      shows: "text",
    },
    "no-preserve": {
      on: `${TWO}echo text > f; chmod 666 f; kubectl cp f $N:/tmp/f {} >/dev/null 2>&1; kubectl exec $N -c nginx -- ls -l /tmp/f`,
      hides: "rw-rw-rw-",
    },
  }),
  ...flagRows("port-forward", `${TWO}timeout 3 kubectl port-forward $N :80 {} 2>&1`, {
    "address=0.0.0.0": "Forwarding from 0.0.0.0:",
    ...timeout("port-forward", ":80"),
  }),
];

/** What a proxy answers when it is asked for a path. */
const proxy = (path: string, more = ""): string =>
  `mkdir -p www; echo mine > www/a; kubectl proxy --port=0 {} > out 2>&1 & sleep 2; P=$(sed -n 's/.*://p' out | tail -1); curl -s -m 5 ${more} http://localhost:$P${path} 2>&1; cat out; kill $! 2>/dev/null`;
const serving: readonly FlagRow[] = flagRows("proxy", proxy("/version"), {
  "accept-hosts=^x$": "Forbidden",
  "accept-paths=^/api$": "Forbidden",
  "address=127.0.0.2": { on: "timeout 2 kubectl proxy --port=0 {} 2>&1", shows: "127.0.0.2:" },
  "api-prefix=/k": { on: proxy("/k/version"), shows: "gitVersion" },
  "append-server-path": { on: "timeout 2 kubectl proxy --port=0 {} 2>&1", shows: "is not simulated" },
  "disable-filter": "vulnerable",
  "port=28123": { on: "timeout 2 kubectl proxy {} 2>&1", shows: ":28123", or: "--port=0" },
  "reject-methods=GET": "Forbidden",
  "reject-paths=^/version": "Forbidden",
  "unix-socket=s": { on: "timeout 2 kubectl proxy {} 2>&1", shows: "is not simulated", or: "--port=0" },
  "www=www": { on: proxy("/static/a"), shows: "mine" },
  "www-prefix=/files/": { on: proxy("/files/a").replace("{}", "--www=www {}"), shows: "mine" },
});

const COPY = `${TWO}kubectl debug $N --image=busybox --copy-to=$N-copy -q {} -- true${quiet}kubectl get pod $N-copy -o yaml`;
const EPHEMERAL = `${TWO}kubectl debug $N --image=busybox -c dbg {} -- sleep 1${quiet}kubectl get pod $N -o jsonpath='{.spec.ephemeralContainers}'`;
const debugging: readonly FlagRow[] = flagRows("debug", EPHEMERAL, {
  "arguments-only": { shows: '"args":["sleep","1"]' },
  attach: { on: `${TWO}kubectl debug $N --image=busybox {} -- echo said 2>&1`, shows: "said" },
  "container=mine": { on: `${TWO}kubectl debug $N --image=busybox {} -- true 2>&1; kubectl describe pod $N`, shows: "mine:" },
  "copy-to=$N-copy": { on: `${TWO}kubectl debug $N --image=busybox {} -- true${quiet}kubectl get pods -o name`, shows: "$N-copy" },
  "custom=f.json": {
    on: EPHEMERAL.replace("kubectl debug", `echo '{"env":[{"name":"A","value":"b"}]}' > f.json; kubectl debug`),
    shows: '"name":"A"',
  },
  "env=A=b": '"name":"A"',
  "filename=pod.yaml": {
    on: `${TWO}kubectl debug {} --image=busybox -c dbg -- true 2>&1; kubectl get pod $N -o jsonpath='{.spec.ephemeralContainers[*].name}'`,
    shows: "dbg",
  },
  "image=busybox": {
    on: `${TWO}kubectl debug $N {} -c dbg -- true 2>&1; kubectl get pod $N -o jsonpath='{.spec.ephemeralContainers[*].name}'`,
    shows: "dbg",
  },
  "image-pull-policy=Never": '"imagePullPolicy":"Never"',
  "keep-annotations": { on: COPY, shows: "note: kept" },
  "keep-init-containers=false": { on: COPY, hides: "initContainers:" },
  "keep-labels": { on: COPY, shows: "app: $N" },
  "keep-liveness": { on: COPY, shows: "livenessProbe:" },
  "keep-readiness": { on: COPY, shows: "readinessProbe:" },
  "keep-startup": { on: COPY, shows: "startupProbe:" },
  "profile=sysadmin": '"privileged":true',
  quiet: { on: `${TWO}kubectl debug $N --image=busybox --target=side {} -- true 2>&1`, hides: "Targeting container" },
  replace: {
    on: `${TWO}kubectl debug $N --image=busybox --copy-to=$N-copy -q {} -- true${quiet}kubectl get pod $N 2>&1`,
    shows: "not found",
  },
  "same-node": {
    on: `${TWO}kubectl debug $N --image=busybox --copy-to=$N-copy -q {} -- true${quiet}sleep 3; kubectl get events --field-selector=involvedObject.name=$N-copy -o custom-columns=R:.reason`,
    hides: "Scheduled",
  },
  "set-image=side=nginx": {
    on: `${TWO}kubectl debug $N --copy-to=$N-copy -q {} -c nginx -- sleep 9${quiet}kubectl get pod $N-copy -o jsonpath='{.spec.containers[?(@.name=="side")].image}' 2>&1`,
    shows: "nginx",
  },
  "share-processes=false": { on: COPY, hides: "shareProcessNamespace: true" },
  stdin: '"stdin":true',
  "target=side": '"targetContainerName":"side"',
  tty: { on: EPHEMERAL.replace("{}", "-i {}"), shows: '"tty":true' },
});

export const enteringRows: readonly FlagRow[] = [...streams, ...serving, ...debugging];
