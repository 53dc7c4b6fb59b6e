// Extracts the field numbers of Kubernetes' protobuf encoding from the struct tags of its Go types, which OpenAPI does
// not say. Run by hand after a change of release, with checkouts of the release's tag; src/apiserver/protobuf/fields.json
// is committed:
//   node scripts/generate/protobuf.mjs API_FOLDER APIMACHINERY_FOLDER APIEXTENSIONS_FOLDER AGGREGATOR_FOLDER
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { byText } from "./order.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [api, apimachinery, apiextensions, aggregator] = process.argv.slice(2);
const recorded = JSON.parse(readFileSync(join(root, "src/api/facts.json"), "utf8"));

/** Folders with Go types to the prefix of their OpenAPI names. */
const folders = new Map([
  [join(apimachinery, "pkg/apis/meta/v1"), "io.k8s.apimachinery.pkg.apis.meta.v1"],
  [join(apiextensions, "pkg/apis/apiextensions/v1"), "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"],
  [join(aggregator, "pkg/apis/apiregistration/v1"), "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1"],
]);
for (const group of readdirSync(api))
  for (const version of ["v1", "v2"]) {
    const folder = join(api, group, version);
    if (existsSync(join(folder, "types.go"))) folders.set(folder, `io.k8s.api.${group}.${version}`);
  }

/** `Name *Type \`json:"name,omitempty" protobuf:"bytes,1,opt,name=name"\`` or an embedded `Type \`...\``. */
const FIELD = /^\s+(?:(\w+)\s+)?([\w.*[\]{}]+)\s+`(?:.*\s)?json:"([^",]*)[^"]*"(?:.*\s)?protobuf:"\w+,(\d+),[^"]*"/;

const types = new Map();
for (const [folder, prefix] of folders) {
  for (const file of readdirSync(folder).sort(byText)) {
    if (!/^types.*\.go$/.test(file)) continue;
    let current;
    for (const line of readFileSync(join(folder, file), "utf8").split("\n")) {
      const opened = /^type (\w+) struct \{/.exec(line);
      if (opened) types.set(`${prefix}.${opened[1]}`, (current = []));
      else if (line.startsWith("}")) current = undefined;
      const field = current && FIELD.exec(line);
      if (!field) continue;
      const [, , type, json, number] = field;
      if (json !== "") current.push(`${number}${json}${type.startsWith("*") ? "*" : ""}`);
      // What is embedded belongs to the object around it.
      else current.push(`${number}+${type.includes(".") ? `io.k8s.api.core.v1.${type.split(".")[1]}` : `${prefix}.${type}`}`);
    }
  }
}

const wanted = new Set();
const want = (name) => {
  if (wanted.has(name) || !types.has(name)) return;
  wanted.add(name);
  for (const field of types.get(name)) if (field.includes("+")) want(field.slice(field.indexOf("+") + 1));
};
for (const name of Object.keys(recorded)) want(name);
const lines = [...wanted].sort(byText).map((name) => `${JSON.stringify(name)}: ${JSON.stringify(types.get(name).join(" "))}`);
writeFileSync(join(root, "src/apiserver/protobuf/fields.json"), `{\n${lines.join(",\n")}\n}\n`);
process.stdout.write(`${lines.length} messages\n`);
const missing = Object.entries(recorded).filter(([name, fact]) => fact.class !== undefined && !types.has(name));
process.stdout.write(`not found: ${missing.map(([name]) => name).join(" ")}\n`);
