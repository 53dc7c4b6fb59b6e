// `node scripts/shell-corpus.mjs`: runs the shell corpus in the machine's bash, dash and busybox, and records what they
// did. `--busybox PATH` names a static busybox (default /tmp/tools/busybox). Needs root, for chroot.
// `--known` rewrites the list of differences instead and keeps its reasons.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { bundleForNode } from "./bundle.mjs";
import { root } from "./setup.mjs";

const at = process.argv.indexOf("--busybox");
const busybox = at > 0 ? process.argv[at + 1] : "/tmp/tools/busybox";
const folder = `${root}src/shell/testing/`;
if (process.argv.includes("--known")) {
  await listDifferences();
  process.exit();
}
const { corpus } = await import(pathToFileURL(await bundleForNode("src/shell/testing/corpus-scripts.ts", "shell-corpus")).href);
const scripts = corpus(...["course", "tools", "guides"].map((name) => readFileSync(`${folder}corpus/${name}.txt`, "utf8")));

const jail = "/tmp/shell-corpus-busybox";
rmSync(jail, { recursive: true, force: true });
for (const dir of ["bin", "dev", "etc", "root", "tmp/w", "usr/local/lib", "proc"]) mkdirSync(`${jail}/${dir}`, { recursive: true });
copyFileSync(busybox, `${jail}/bin/busybox`);
chmodSync(`${jail}/bin/busybox`, 0o755);
for (const applet of String(spawnSync(busybox, ["--list"]).stdout)
  .trim()
  .split("\n"))
  if (applet !== "busybox") symlinkSync("busybox", `${jail}/bin/${applet}`);
writeFileSync(`${jail}/etc/passwd`, "root:x:0:0:root:/root:/bin/sh\n");
writeFileSync(`${jail}/etc/group`, "root:x:0:\n");
for (const [name, minor] of [
  ["null", 3],
  ["zero", 5],
])
  spawnSync("mknod", ["-m", "666", `${jail}/dev/${name}`, "c", "1", String(minor)]);

const env = { PATH: "/bin", HOME: "/root", LC_ALL: "C.UTF-8" };
// Each run has an empty /tmp/w of its own, so that some can run side by side, and process numbers of its own, so that
// what it leaves behind ends with it. The shell is not process 1, which no signal ends.
const enter = (shell, script) => {
  const jailed = shell === "busybox";
  const start = jailed
    ? `exec /usr/sbin/chroot ${jail} /bin/sh -c 'cd /tmp/w; exec sh -c "$1"' - "$1"`
    : `cd /tmp/w; exec -a ${shell === "bash" ? "bash" : "sh"} ${shell} -c "$1"`;
  const setup = `PATH=/bin:/usr/sbin; mount -t proc proc ${jailed ? jail : ""}/proc; mount -t tmpfs none ${jailed ? jail : ""}/tmp/w; unset OLDPWD; PATH=/bin`;
  return [
    "-m",
    "-p",
    "-f",
    "--kill-child",
    "/bin/bash",
    "-c",
    `${setup}; exec 3>&2 2>/dev/null; (exec 2>&3 3>&-; ${start}); exit $?`,
    "-",
    script,
  ];
};

function run(shell, script) {
  return new Promise((resolve) => {
    const child = spawn("/usr/bin/unshare", enter(shell, script), {
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 15_000,
      killSignal: "SIGKILL",
    });
    const text = { out: [], err: [] };
    child.stdout.on("data", (d) => text.out.push(d));
    child.stderr.on("data", (d) => text.err.push(d));
    child.on("close", (code) => resolve({ out: String(Buffer.concat(text.out)), err: String(Buffer.concat(text.err)), code: code ?? -1 }));
  });
}

const recorded = scripts.map(({ name, script }) => ({ name, script, real: {} }));
const jobs = scripts.flatMap(({ script, shells }, i) =>
  shells.map((shell) => async () => (recorded[i].real[shell] = await run(shell, script))),
);
const worker = async () => {
  for (let job = jobs.shift(); job; job = jobs.shift()) await job();
};
await Promise.all(Array.from({ length: 6 }, worker));
writeFileSync(`${folder}corpus/recorded.json.gz`, gzipSync(JSON.stringify(recorded), { level: 9 }));
console.log(`${recorded.length} scripts, ${recorded.reduce((n, r) => n + Object.keys(r.real).length, 0)} outcomes`);

async function listDifferences() {
  const { outcomes, runOurs } = await import(pathToFileURL(await bundleForNode("src/shell/testing/corpus.ts", "shell-corpus-run")).href);
  const file = `${folder}corpus/differences.json`;
  const reasons = JSON.parse(readFileSync(file, "utf8"));
  const known = {};
  for (const o of outcomes(JSON.parse(gunzipSync(readFileSync(`${folder}corpus/recorded.json.gz`)).toString())))
    if (JSON.stringify(await runOurs(o.script, o.shell)) !== JSON.stringify(o.real)) known[o.title] = reasons[o.title] ?? "";
  writeFileSync(file, `${JSON.stringify(known, undefined, 2)}\n`);
  console.log(`${Object.keys(known).length} differences, ${Object.values(known).filter((r) => r === "").length} without a reason`);
}
