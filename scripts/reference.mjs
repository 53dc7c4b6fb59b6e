// `npm run reference [-- FILTER...] [--diff] [--kubectl] [--in FOLDER]`: replays the recordings of e2e/reference
// on our own cluster, two at a time, and says which steps answer as the real one did.
//   --diff     every difference, ours beside theirs
//   --kubectl  the machine's real kubectl, in bash, against `timonel serve`, instead of our shell and kubectl
//   --in       another folder of recordings (with scenarios/ and node/, or with files of its own)
//   --known    writes what differs now over e2e/reference/known-differences.json, keeping the reasons that are there;
//              with --kubectl over known-differences-kubectl.json
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleForNode } from "./bundle.mjs";
import { root } from "./setup.mjs";

const here = fileURLToPath(import.meta.url);
const home = `${root}e2e/reference`;
const CHILD_LIMIT_MS = 240_000;

/** Paths of all recordings under a folder. */
export function recordings(folder = home) {
  return [folder, `${folder}/scenarios`, `${folder}/node`]
    .filter(existsSync)
    .flatMap((d) =>
      readdirSync(d)
        .filter((f) => f.endsWith(".yaml"))
        .map((f) => `${d}/${f}`),
    )
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/** Replays one recording here and now; answers its comparison. `bundle` is the path of the bundled src/node/replay.ts. */
export async function compareHere(file, bundle) {
  const { readScenario, replayScenario } = await import(pathToFileURL(bundle).href);
  const began = performance.now();
  const steps = await replayScenario(readScenario(file), 1);
  return { ...(await compare(file, steps)), ms: Math.round(performance.now() - began) };
}

/** Our steps beside the recorded ones, both normalised; `rewrite` is applied to both sides after that. */
export async function compare(file, replayed, rewrite = (text) => text) {
  const { parse } = await import("yaml");
  const { normalise } = await import(pathToFileURL(`${home}/normalise.mjs`).href);
  const text = readFileSync(file, "utf8");
  const scenario = parse(text);
  const recorded = scenario.steps.filter((s) => s.run !== undefined);
  const shown = (side) => ({ out: normalise(side.out ?? "", text), err: normalise(side.err ?? "", text), code: side.code ?? 0 });
  const same = (a, b) => a.out === b.out && a.err === b.err && a.code === b.code;
  const after = (side) => ({ out: rewrite(side.out), err: rewrite(side.err), code: side.code });
  const result = { name: scenario.name, total: 0, equal: 0, byVersionRule: 0, differences: [] };
  for (const [i, step] of recorded.entries()) {
    if (step.unstable) continue;
    result.total++;
    const theirs = shown(step);
    const ours = shown(replayed[i] ?? { out: "", err: "(not run)", code: 255 });
    if (same(ours, theirs)) result.equal++;
    else if (same(after(ours), after(theirs))) {
      result.equal++;
      result.byVersionRule++;
    } else result.differences.push({ step: i, run: step.run, ours, theirs });
  }
  return result;
}

async function main(argv) {
  const flags = new Set(argv.filter((a) => a.startsWith("--")));
  const folder = flags.has("--in") ? argv[argv.indexOf("--in") + 1] : home;
  const filters = argv.filter((a, i) => !a.startsWith("--") && argv[i - 1] !== "--in" && argv[i - 1] !== "--one");
  if (flags.has("--one")) {
    const file = argv[argv.indexOf("--one") + 1];
    const result = flags.has("--kubectl") ? await compareWithKubectl(file) : await compareHere(file, process.env.TIMONEL_BUNDLE);
    process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
    return;
  }
  if (flags.has("--kubectl") && !hasKubectl()) {
    console.log("skipped: no kubectl on PATH");
    return;
  }
  // Bundled once: the children must not see sources that change under them.
  const bundle = flags.has("--kubectl")
    ? await bundleForNode("src/node/cli.ts", "timonel")
    : await bundleForNode("src/node/replay.ts", "replay");
  const files = recordings(folder).filter((f) => filters.length === 0 || filters.some((x) => f.includes(x)));
  const mode = flags.has("--kubectl") ? ["--kubectl"] : [];
  const results = new Array(files.length);
  let next = 0;
  const worker = async () => {
    while (next < files.length) {
      const i = next++;
      results[i] = await child(files[i], mode, bundle);
    }
  };
  await Promise.all([worker(), worker()]);
  for (const r of results) {
    console.log(
      `${String(r.equal).padStart(4)}/${String(r.total).padEnd(4)} ${r.name}${r.byVersionRule ? ` (${r.byVersionRule} by version rules)` : ""}${r.failed ? `  FAILED: ${r.failed}` : ""}${r.ms > 5000 ? `  ${(r.ms / 1000).toFixed(1)} s` : ""}`,
    );
    if (flags.has("--diff")) for (const d of r.differences) console.log(difference(r.name, d));
  }
  const sum = (key) => results.reduce((n, r) => n + (r[key] ?? 0), 0);
  console.log(
    `${String(sum("equal")).padStart(4)}/${sum("total")} steps equal in ${results.length} recordings${flags.has("--kubectl") ? `, ${sum("byVersionRule")} of them by version rules` : ""}`,
  );
  mkdirSync(`${root}.cache`, { recursive: true });
  if (filters.length === 0)
    writeFileSync(
      `${root}.cache/reference${flags.has("--kubectl") ? "-kubectl" : ""}.json`,
      JSON.stringify({ equal: sum("equal"), total: sum("total"), results }, null, 1),
    );
  if (flags.has("--known")) writeKnown(results, flags.has("--kubectl") ? "known-differences-kubectl" : "known-differences");
}

/** The list that e2e/reference.e2e.ts holds us to, or that of the real kubectl: per recording, the steps that differ and why. */
function writeKnown(results, list) {
  const file = `${home}/${list}.json`;
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  for (const { name, differences } of results) {
    const before = known[name] ?? [];
    known[name] = differences.map(({ step, run }) => ({
      step,
      run: run.split("\n")[0].slice(0, 120),
      reason: before.find((k) => k.step === step)?.reason ?? "",
    }));
    if (known[name].length === 0) delete known[name];
  }
  writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`);
}

export function hasKubectl() {
  return spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0;
}

/** One recording in a process of its own: none disturbs another's heap or clock. */
function child(file, mode, bundle) {
  return new Promise((done) => {
    const name = file.split("/").pop().replace(".yaml", "");
    const failed = (why) => done({ name, equal: 0, total: 0, byVersionRule: 0, differences: [], failed: why });
    const proc = spawn(process.execPath, [here, "--one", file, ...mode], {
      cwd: root,
      env: { ...process.env, TIMONEL_BUNDLE: bundle },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: CHILD_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    let out = "";
    let err = "";
    proc.stdout.on("data", (d) => (out += d));
    proc.stderr.on("data", (d) => (err += d));
    proc.on("close", (code, signal) => {
      if (code !== 0) return failed(signal ? `ended by ${signal}` : err.trim().split("\n").slice(-6).join("\n"));
      done(JSON.parse(out.trim().split("\n").pop()));
    });
  });
}

/** The same steps by bash and the real kubectl, in a temporary folder, against a cluster served for them alone. */
async function compareWithKubectl(file) {
  const { parse } = await import("yaml");
  const scenario = parse(readFileSync(file, "utf8"));
  const folder = mkdtempSync(join(tmpdir(), "timonel-reference-"));
  const began = performance.now();
  const server = spawn(
    process.execPath,
    [
      `${root}scripts/timonel.mjs`,
      "serve",
      "--port",
      "0",
      "--preset",
      scenario.preset ?? "reference",
      "--kubeconfig",
      `${folder}/kubeconfig`,
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  try {
    await new Promise((ready, failed) => {
      let text = "";
      server.stdout.on("data", (d) => (text += d).includes("\nready\n") && ready());
      server.on("close", () => failed(new Error("timonel serve ended")));
    });
    const work = join(folder, "work");
    mkdirSync(work);
    for (const [name, text] of Object.entries(scenario.files ?? {})) {
      mkdirSync(join(work, name, ".."), { recursive: true });
      writeFileSync(join(work, name), text);
    }
    const env = { ...process.env, KUBECONFIG: `${folder}/kubeconfig`, HOME: folder, LC_ALL: "C.UTF-8", TZ: "UTC" };
    const steps = [];
    for (const { run, settle } of scenario.steps) {
      if (settle !== undefined) await new Promise((r) => setTimeout(r, settle * 1000));
      if (run !== undefined) steps.push(await bash(run, { cwd: work, env }));
    }
    const rules = JSON.parse(readFileSync(`${home}/kubectl-version-rules.json`, "utf8")).map((r) => ({
      re: new RegExp(r.pattern, "gm"),
      to: r.older,
    }));
    const rewrite = (text) => rules.reduce((t, { re, to }) => t.replace(re, to), text);
    return { ...(await compare(file, steps, rewrite)), ms: Math.round(performance.now() - began) };
  } finally {
    server.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
}

function bash(script, options) {
  return new Promise((done) => {
    const proc = spawn("bash", ["-c", script], { ...options, stdio: ["ignore", "pipe", "pipe"], timeout: 90_000 });
    let out = "";
    let err = "";
    proc.stdout.on("data", (d) => (out += d));
    proc.stderr.on("data", (d) => (err += d));
    proc.on("close", (code) => done({ out, err, code: code ?? 124 }));
  });
}

/** The lines that are not the same, with what stands around them. */
function difference(name, { step, run, ours, theirs }) {
  const indent = (text, mark) =>
    text
      .split("\n")
      .map((l) => `      ${mark} ${l}`)
      .join("\n");
  const parts = [`  -- ${name}#${step}: ${run}`];
  if (ours.code !== theirs.code) parts.push(`      code ${ours.code}, recorded ${theirs.code}`);
  for (const stream of ["out", "err"]) {
    if (ours[stream] === theirs[stream]) continue;
    parts.push(`    ${stream}:`, ...lines(theirs[stream], ours[stream]).map(([mark, line]) => indent(line, mark)));
  }
  return parts.join("\n");
}

/** A longest-common-subsequence diff: "-" only recorded, "+" only ours. */
function lines(theirs, ours) {
  const a = theirs.split("\n");
  const b = ours.split("\n");
  if (a.length * b.length > 4_000_000)
    return [
      ["-", `${a.length} lines`],
      ["+", `${b.length} lines`],
    ];
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  const all = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      all.push([" ", a[i]]);
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || table[i + 1][j] >= table[i][j + 1])) all.push(["-", a[i++]]);
    else all.push(["+", b[j++]]);
  }
  return all.filter(([mark], i) => mark !== " " || all.slice(Math.max(0, i - 2), i + 3).some(([m]) => m !== " "));
}

if (process.argv[1] === here) await main(process.argv.slice(2));
