// Prefixes for `kubectl __complete`, of scripts/live.mjs: every command of the tree with what may follow it, and lines made of
// flags, values, kinds and names.
import { randomOf } from "./random.mjs";

const RESOURCES = ["get", "describe", "delete", "edit", "label", "annotate", "patch", "debug"];
const PODS = ["logs", "exec", "attach", "port-forward"];
const LIMITED = [
  ...["scale", "autoscale", "expose", "taint", "set image"],
  ...["rollout history", "rollout pause", "rollout restart", "rollout resume", "rollout status", "rollout undo"],
];
const NODES = ["cordon", "uncordon", "drain", "top node"];
const GROUPS = ["", "rollout", "set", "config", "auth", "certificate", "cluster-info", "top", "apply", "plugin", "create", "create secret"];
const OTHERS = [
  ...["apply", "diff", "kustomize", "wait", "explain", "run x", "events", "version", "options", "api-resources", "api-versions", "proxy"],
  ...["replace", "completion", "cp", "help", "auth can-i", "auth whoami", "auth reconcile", "certificate approve", "certificate deny"],
  ...["config view", "config use-context", "config set-context", "config get-contexts", "config delete-context", "config delete-user"],
  ...["config delete-cluster", "config set", "config unset", "config set-cluster", "config set-credentials", "config rename-context"],
  ...["config current-context", "config get-users", "config get-clusters", "create token", "create cm", "create deploy x", "create job x"],
  ...["create cronjob x", "create role x", "create clusterrole x", "create rolebinding x", "create clusterrolebinding x", "create ns x"],
  ...["create secret generic x", "create secret tls x", "create secret docker-registry x", "create service clusterip x", "create quota x"],
  ...["create service nodeport x", "create service externalname x", "create service loadbalancer x", "create ingress x", "create sa x"],
  ...["create pdb x", "create priorityclass x", "set env", "set resources", "set selector", "set serviceaccount", "set subject"],
  ...["apply view-last-applied", "apply set-last-applied", "apply edit-last-applied", "cluster-info dump", "top pod", "plugin list"],
];
const KINDS = [
  ...[
    "pods",
    "po",
    "deploy",
    "deployments.apps",
    "svc",
    "cm",
    "secret",
    "node",
    "ns",
    "hpa",
    "pvc",
    "crd",
    "shops",
    "sh",
    "shops.example.com",
  ],
  ...["deploy,svc", "all", "Pod", "sts", "roles", "nope", "ing", "deployments.v1.apps", "events"],
];
const NAMES = ["", "w", "web", "s", "k", "node", "d", "x"];
const NAMESPACES = ["", "", "", "-n shop", "-n kube-system", "--namespace=shop", "-n nowhere", "-A"];
const FLAGS = [
  "-",
  "--",
  "--a",
  "--c",
  "--d",
  "--f",
  "--l",
  "--n",
  "--no",
  "--o",
  "--r",
  "--s",
  "--show",
  "--t",
  "--v",
  "--w",
  "-o",
  "-n",
  "--x",
];
const VALUES = [
  ...[
    "-o ",
    "-o j",
    "-o=",
    "-o=y",
    "--output ",
    "--output=go",
    "-oj",
    "-n ",
    "-n s",
    "--namespace=",
    "--namespace kube",
    "--context ",
    "--cluster ",
  ],
  ...[
    "--user ",
    "--dry-run=",
    "--dry-run ",
    "--kubeconfig ",
    "-l ",
    "--selector=a",
    "-f ",
    "--field-selector ",
    "--subresource=",
    "--sort-by=",
  ],
  ...["--cascade=", "--type=", "--as ", "--watch=", "--show-labels ", "--all ", "-c ", "--container=", "--clusterrole=", "--clusterrole a"],
  ...[
    "--image ",
    "--nope ",
    "--nope=",
    "-x ",
    "-h ",
    "--help ",
    "-- ",
    "-- -",
    "--for=",
    "--template=",
    "-L ",
    "--v=6 ",
    "-v ",
    "--timeout ",
    "-w ",
  ],
];

function words(pick) {
  const command = pick([
    pick(RESOURCES),
    pick(RESOURCES),
    pick(PODS),
    pick(LIMITED),
    pick(NODES),
    pick(GROUPS),
    pick(OTHERS),
    pick(OTHERS),
  ]);
  const namespace = pick(NAMESPACES);
  const before = pick([true, false, false, false]) && namespace !== "" ? `${namespace} ` : "";
  const after = before === "" && namespace !== "" ? ` ${namespace}` : "";
  const kind = pick(KINDS);
  const rest = pick([
    ...[pick(FLAGS), pick(FLAGS), pick(VALUES), pick(VALUES), pick(NAMES), ""],
    ...[
      `${kind} `,
      `${kind} ${pick(NAMES)}`,
      `${kind}/`,
      `${kind}/${pick(NAMES)}`,
      `${kind} web ${pick(NAMES)}`,
      `${kind}/web ${pick(KINDS)}/`,
    ],
    ...[kind.slice(0, 2), `${kind} ${pick(FLAGS)}`, `${kind} web ${pick(VALUES)}`, `pods,${kind.slice(0, 2)}`, `deploy/web ${pick(FLAGS)}`],
    ...[`deploy/web ${pick(VALUES)}`, `svc/web `, "svc/web 8080:", `${pick(VALUES)}${pick(FLAGS)}`, "deploy/", "node/node-1 ", "node-1 "],
  ]);
  return pick([
    `${before}${command}${after} ${rest}`.trimStart(),
    `${before}${command}${after} ${rest}`.trimStart(),
    `${before}${command}${after} ${rest}`.trimStart(),
    `${before}${command}${after} `.trimStart(),
    `${before}${command}`.slice(0, -1),
  ]);
}

/** `count` prefixes, each once, as lines for `kubectl __complete`. */
export function completions(seed, count) {
  const pick = randomOf(seed + 1);
  const lines = new Set();
  for (let i = 0; lines.size < count && i < count * 50; i++) {
    const quoted = words(pick)
      .split(" ")
      .filter((w, at, all) => w !== "" || at === all.length - 1)
      .map((w) => `'${w}'`);
    lines.add(`kubectl ${pick(["__complete", "__complete", "__complete", "__completeNoDesc"])} ${quoted.join(" ")}`);
  }
  return [...lines];
}
