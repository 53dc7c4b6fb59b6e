// Writes src/apiserver/bootstrap/objects.json: what a fresh v1.36 cluster holds, from a recording of one
// (`kubectl get -o yaml`, one file a resource). Run by hand when the recording changes:
//   node scripts/bootstrap-data.mjs FOLDER
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** In the order in which they are created. */
const RESOURCES = [
  "clusterroles",
  "clusterrolebindings",
  "roles",
  "rolebindings",
  "priorityclasses",
  "prioritylevelconfigurations",
  "flowschemas",
  "apiservices",
  "servicecidrs",
  "ipaddresses",
];
const SERVERS_OWN = ["creationTimestamp", "resourceVersion", "uid", "generation"];
/** What every RBAC object carries, and code puts back. */
const AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";
const BOOTSTRAPPING = "kubernetes.io/bootstrapping";

const [folder] = process.argv.slice(2);
if (!folder) {
  process.stderr.write("usage: node scripts/bootstrap-data.mjs FOLDER\n");
  process.exit(2);
}

const withoutEmpty = (map) => (map && Object.keys(map).length > 0 ? map : undefined);

function compact({ apiVersion: _, kind: __, metadata, status, ...rest }) {
  for (const key of SERVERS_OWN) delete metadata[key];
  if (metadata.annotations) delete metadata.annotations[AUTOUPDATE];
  if (metadata.labels) delete metadata.labels[BOOTSTRAPPING];
  metadata.annotations = withoutEmpty(metadata.annotations);
  metadata.labels = withoutEmpty(metadata.labels);
  // A controller computes them.
  if (rest.aggregationRule) delete rest.rules;
  for (const condition of status?.conditions ?? []) delete condition.lastTransitionTime;
  return { metadata, ...rest, ...(status ? { status } : {}) };
}

const lines = RESOURCES.filter((resource) => existsSync(join(folder, `${resource}.yaml`))).map((resource) => {
  const { items } = parse(readFileSync(join(folder, `${resource}.yaml`), "utf8"));
  return `  ${JSON.stringify(resource)}: [\n${items.map((item) => `    ${JSON.stringify(compact(item))}`).join(",\n")}\n  ]`;
});
const target = fileURLToPath(new URL("../src/apiserver/bootstrap/objects.json", import.meta.url));
writeFileSync(target, `{\n${lines.join(",\n")}\n}\n`);
