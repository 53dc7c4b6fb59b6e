// Records what the machine's kubectl makes of src/kubectl/kustomize/testing/rows.yaml: `node scripts/record-kustomize.mjs`.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { root } from "./setup.mjs";

const folder = `${root}src/kubectl/kustomize/testing`;
const version = spawnSync("kubectl", ["version", "--client"], { encoding: "utf8" });
if (version.error) {
  console.log("skipped: no kubectl on PATH");
  process.exit(0);
}
const { shared, rows } = parse(readFileSync(`${folder}/rows.yaml`, "utf8"));
const recorded = {};
for (const { name, k, files = {}, run = "kubectl kustomize ." } of rows) {
  const home = mkdtempSync(join(tmpdir(), "kustomize-"));
  for (const [path, text] of Object.entries({ ...shared, "kustomization.yaml": k, ...files })) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  const { stdout, stderr, status } = spawnSync("bash", ["-c", run], { cwd: home, encoding: "utf8" });
  const plain = (text) => text.replaceAll(home, "<pwd>").replaceAll(/&\{0x[0-9a-f]+ <nil>\}/g, "<generator>");
  recorded[name] = { out: plain(stdout), err: plain(stderr).replaceAll(/^([IWE])\d{4} [\d:.]+ +\d+ /gm, "$1<klog> "), code: status };
  rmSync(home, { recursive: true });
}
writeFileSync(`${folder}/recorded.json`, `${JSON.stringify(recorded, null, 1)}\n`);
console.log(`${rows.length} kustomizations recorded from ${version.stdout.split("\n")[0]}`);
