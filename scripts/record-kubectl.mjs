// Records what the machine's kubectl says of the objects in src/cluster/testing/kubectl: `node scripts/record-kubectl.mjs [TEXT]`;
// with a text, only the lines that contain it.
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { bundleForNode } from "./bundle.mjs";
import { root } from "./setup.mjs";

const folder = `${root}src/cluster/testing/kubectl`;
const version = spawnSync("kubectl", ["version", "--client"], { encoding: "utf8" });
if (version.error) {
  console.log("skipped: no kubectl on PATH");
  process.exit(0);
}
const { stillApi, TOKEN } = await import(pathToFileURL(await bundleForNode("src/cluster/testing/kubectl/still-api.ts", "still-api")).href);
const { files, lines } = parse(readFileSync(`${folder}/lines.yaml`, "utf8"));
const home = mkdtempSync(join(tmpdir(), "still-"));
for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);

let api = await stillApi(Date.now(), pathToFileURL(`${folder}/objects/`));
const server = createServer(async (incoming, outgoing) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const headers = Object.entries(incoming.headers).filter(([name]) => !name.startsWith(":"));
  const request = new Request(`http://127.0.0.1${incoming.url}`, {
    method: incoming.method,
    headers: { ...Object.fromEntries(headers), authorization: `Bearer ${TOKEN}` },
    ...(body.length > 0 && { body }),
  });
  const response = await api.fetch(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.flushHeaders();
  for await (const part of response.body ?? []) outgoing.write(part);
  outgoing.end();
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const config = join(home, "config");
writeFileSync(
  config,
  `apiVersion: v1
kind: Config
current-context: still
clusters: [{name: still, cluster: {server: "http://127.0.0.1:${server.address().port}"}}]
users: [{name: admin, user: {}}]
contexts: [{name: still, context: {cluster: still, user: admin, namespace: show}}]
`,
);

const path = `${folder}/recorded.json`;
const only = process.argv[2];
const before = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
const recorded = {};
let count = 0;
for (const line of Object.values(lines).flat()) {
  if (only !== undefined && !line.includes(only) && before[line]) {
    recorded[line] = before[line];
    continue;
  }
  // Ages are reckoned from the moment of asking.
  api = await stillApi(Date.now(), pathToFileURL(`${folder}/objects/`));
  recorded[line] = await run(line);
  count++;
}
writeFileSync(path, `${JSON.stringify(recorded, null, 1)}\n`);
rmSync(home, { recursive: true });
server.close();
server.closeAllConnections();
console.log(`${count} lines recorded from ${version.stdout.split("\n")[0]}`);

function run(line) {
  return new Promise((resolve) => {
    const child = spawn("bash", ["-c", line], { cwd: home, env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: config, TZ: "UTC" } });
    let [out, err] = ["", ""];
    child.stdout.on("data", (d) => (out += d));
    child.stderr.on("data", (d) => (err += d));
    child.stdin.end();
    const limit = setTimeout(() => {
      console.log(`does not end: ${line}`);
      child.kill("SIGKILL");
    }, 20_000);
    child.on("close", (code) => {
      clearTimeout(limit);
      const plain = (text) =>
        text
          .replaceAll(home, "<home>")
          .replaceAll(`127.0.0.1:${server.address().port}`, "<server>")
          .replaceAll(/^([IWEF])\d{4} [\d:.]+ +\d+ /gm, "$1<klog> ")
          .replaceAll(/^(.{300})(.{300,})(.{40})$/gm, (_, begin, middle, end) => `${begin}<${middle.length} more>${end}`);
      resolve({ out: plain(out), err: plain(err), code });
    });
  });
}
