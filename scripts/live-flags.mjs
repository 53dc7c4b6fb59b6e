// `node scripts/live-flags.mjs [--half reading|writing] [--only TEXT] [--diff]`: the lines that prove every flag of every command (src/cluster/testing/flags),
// asked of the machine's real kubectl and of our own on one cluster; every answer must be the same, but for names and moments.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleForNode } from "./bundle.mjs";
import { root } from "./setup.mjs";

const args = process.argv.slice(2);
const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : "";
if (spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status !== 0) {
  console.log("skipped: there is no kubectl on PATH to compare with");
  process.exit(0);
}
const known = JSON.parse(readFileSync(`${root}e2e/reference/known-differences-flags.json`, "utf8"));
const load = async (entry, name) => import(pathToFileURL(await bundleForNode(entry, name)).href);
const { flagProofs, script } = await load("src/cluster/testing/flags/index.ts", "flag-rows");
const live = await (await load("src/node/live.ts", "live")).startLive(1);
const home = mkdtempSync(join(tmpdir(), "flags-"));
writeFileSync(join(home, "config"), live.kubeconfig);

const real = (line) =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: join(home, "config"), TERM: "dumb", EDITOR: "true" };
    const child = spawn("bash", ["-c", line], { cwd: home, env });
    let [out, err] = ["", ""];
    child.stdout.on("data", (d) => (out += d));
    child.stderr.on("data", (d) => (err += d));
    child.stdin.end();
    child.on("close", (code) => resolve({ out, err, code }));
  });

/** Without what differs from one object and from one moment to the next. */
const plain = ({ out, err, code }, name) =>
  `${out}${err === "" ? "" : `stderr: ${err}`}[${code}]`
    .replaceAll(name, "$N")
    .replaceAll(home, "<home>")
    .replaceAll("/home/learner", "<home>")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>")
    .replaceAll(/(resourceVersion"?: ?)"\d+"/g, "$1<rv>")
    .replaceAll(/^[IWE]\d{4} [\d:.]+ +\d+ /gm, "<klog> ")
    // What the real one says of itself at -v=6, and where each finds the one server.
    .replaceAll(/^<klog> (?:loader|envvar|cert_rotation)\.go.*\n/gm, "")
    .replaceAll(/127\.0\.0\.1[:_](?:6443|\d{5})\b/g, "<server>")
    .replaceAll(/kubectl\/v1\.36\.\d+ \(linux\/amd64\) kubernetes\/\w+/g, "<agent>")
    .replaceAll(/(\w+-debugger-[\w-]+|debugger)-[a-z0-9]{5}\b/g, "$1-<x>")
    .replaceAll(/milliseconds=\d+/g, "milliseconds=<n>")
    .replaceAll(/\b10\.\d+\.\d+\.\d+\b/g, "<ip>")
    .replaceAll(/\b3[0-2]\d{3}\b/g, "<port>")
    .replaceAll(/[A-Za-z0-9+=_.-]{200,}/g, "<long>")
    .replaceAll(/\b(\d+[dhms])+\b/g, "<age>");

let [count, total, equal, explained] = [0, 0, 0, 0];
const differing = [];
const rows = Object.values(flagProofs).flat();
const half = args.includes("--half") ? args[args.indexOf("--half") + 1] : undefined;
const lines = new Set((half ? flagProofs[half] : rows).flatMap(({ line, without }) => [line, without]).filter((l) => l.includes(only)));
for (const line of lines) {
  total++;
  const answer = async (run, by) => {
    const name = `${by}${String(++count).padStart(4, "0")}`;
    return plain(await run(script(line, name)), name);
  };
  const [theirs, ours] = [await answer(real, "r"), await answer(live.run, "o")];
  if (theirs === ours) equal++;
  else if (known.some((k) => new RegExp(k.line).test(line))) explained++;
  else differing.push({ line, theirs: theirs.split("\n"), ours: ours.split("\n") });
}
live.stop();
for (let i = 0; i <= count; i++) rmSync(`/tmp/r${String(i).padStart(4, "0")}`, { recursive: true, force: true });
rmSync(home, { recursive: true });
for (const { line, theirs, ours } of differing) {
  console.log(`-- ${line}`);
  if (!args.includes("--diff")) continue;
  if (theirs.length === ours.length && theirs.every((t) => ours.includes(t)))
    console.log(`  ! ${theirs.join("\n  ! ")}\n  | ${ours.join("\n  | ")}`);
  for (const text of theirs.filter((t) => !ours.includes(t)).slice(0, 20)) console.log(`  - ${text}`);
  for (const text of ours.filter((t) => !theirs.includes(t)).slice(0, 20)) console.log(`  + ${text}`);
}
console.log(`${equal} of ${total} lines equal, ${explained} differ as listed, ${differing.length} differ`);
process.exit(differing.length > 0 ? 1 : 0);
