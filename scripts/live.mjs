// `npm run live [-- --seed N] [--count N] [--completions N] [--diff] [--only TEXT] [--lines FILE] [--twin]`: the machine's real kubectl and our own, one after
// the other, on one cluster behind `timonel serve`'s front: every answer must be the same to the letter, and so what
// `kubectl __complete` offers. What is known to differ stands, with its reason, in e2e/reference/known-differences-live.json.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleForNode } from "./bundle.mjs";
import { commands, SETUP } from "./live/commands.mjs";
import { completions } from "./live/completions.mjs";
import { FILES } from "./live/objects.mjs";
import { alike, TOUCHED, TWIN_FILES, walk, withoutStatus, withSortedManagers } from "./live/twins.mjs";
import { root } from "./setup.mjs";

const known = JSON.parse(readFileSync(`${root}e2e/reference/known-differences-live.json`, "utf8"));

/** Runs the comparison; answers what differs and no pattern of the list explains. */
async function compareLive({ seed = 1, count = 300, completionCount = 200, only = "", lines = [] }) {
  const { startLive } = await import(pathToFileURL(await bundleForNode("src/node/live.ts", "live")).href);
  const live = await startLive(seed);
  const home = mkdtempSync(join(tmpdir(), "live-"));
  mkdirSync(join(home, ".kube"));
  writeFileSync(join(home, ".kube", "config"), live.kubeconfig);
  mkdirSync(join(home, "work"));
  await live.run("mkdir work");
  for (const [name, text] of Object.entries(FILES)) {
    writeFileSync(join(home, "work", name), text);
    live.write(`work/${name}`, text);
  }
  const real = (line) => shell(line, home);
  const own = (line) => soon(live.run(`cd work; ${line}`));
  const result = { total: 0, equal: 0, explained: 0, differences: [] };
  const compare = async (line, shown) => {
    result.total++;
    if (args.includes("--verbose")) console.error(line);
    let ours;
    let theirs;
    // A second may have passed, or a pod moved on, between the two: what is equal once is equal.
    for (let attempt = 0; attempt < 3; attempt++) {
      [theirs, ours] = [shown(await real(line), home), shown(await own(line), "/home/learner")];
      if (same(theirs, ours)) {
        result.equal++;
        return;
      }
    }
    const reason = known.find((k) => new RegExp(k.line).test(line))?.reason;
    if (reason) result.explained++;
    else result.differences.push({ line, ours, theirs });
  };
  try {
    for (const line of SETUP) {
      const { code, err } = await live.run(`cd work; ${line}`);
      if (code !== 0) throw new Error(`live: the setup failed: ${line}: ${err}`);
    }
    for (const line of lines) await compare(line, / __complete/.test(line) ? candidates : plain);
    if (lines.length > 0) return result;
    for (const line of commands(seed, count).filter((l) => l.includes(only))) await compare(line, plain);
    if (completionCount > 0)
      for (const line of completions(seed, completionCount).filter((l) => l.includes(only))) await compare(line, candidates);
  } finally {
    live.stop();
    rmSync(home, { recursive: true });
  }
  return result;
}

/** Two clusters of one seed: the real kubectl changes the one, ours the other. */
async function compareTwins({ seed = 1, count = 80, lines = [] }) {
  const { startLive } = await import(pathToFileURL(await bundleForNode("src/node/live.ts", "live")).href);
  const [one, two] = [await startLive(seed), await startLive(seed)];
  const home = mkdtempSync(join(tmpdir(), "live-"));
  for (const folder of ["work/kust", ".kube"]) mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, ".kube", "config"), one.kubeconfig);
  const result = { total: 0, equal: 0, explained: 0, differences: [] };
  const own = (live, line) => soon(live.run(`cd work; ${line}`));
  const compare = (line, theirs, ours) => {
    result.total++;
    if (same(theirs, ours)) result.equal++;
    else if (known.some((k) => new RegExp(k.line).test(line))) result.explained++;
    else result.differences.push({ line, ours, theirs });
  };
  const shown = (answer, at) => {
    const { out, err, code } = plain(answer, at);
    return { out: alike(out), err: alike(err), code };
  };
  let seen = "";
  /** What a step has done to objects that only a kubectl writes, told once. */
  const look = async (line) => {
    const answers = await Promise.all([one, two].map((live) => own(live, "kubectl get cm,secret,svc -o yaml --show-managed-fields")));
    const [theirs, ours] = answers.map(({ out, err, code }) => ({ out: withSortedManagers(withoutStatus(alike(out))), err, code }));
    const found = difference({ line: "", ours, theirs });
    if (found !== seen && !same(theirs, ours)) result.differences.push({ line: `what it did: ${line}`, ours, theirs });
    seen = same(theirs, ours) ? "" : found;
  };
  try {
    for (const live of [one, two]) {
      await live.run("mkdir -p work/kust");
      for (const [name, text] of Object.entries({ ...FILES, ...TWIN_FILES })) live.write(`work/${name}`, text);
      for (const line of SETUP.slice(0, 3)) await own(live, line);
    }
    for (const [name, text] of Object.entries({ ...FILES, ...TWIN_FILES })) writeFileSync(join(home, "work", name), text);
    for (const line of lines.length > 0 ? lines : walk(seed, count)) {
      if (args.includes("--verbose")) console.error(line);
      const [theirs, ours] = await Promise.all([shell(line, home), own(two, line)]);
      compare(line, shown(theirs, home), shown(ours, "/home/learner"));
      if (lines.length === 0) await look(line);
    }
    await own(one, "sleep 5");
    for (const line of TOUCHED) {
      const objects = await Promise.all([own(one, line), own(two, line)]);
      const [theirs, ours] = objects.map(({ out, err, code }) => ({ out: withSortedManagers(withoutStatus(alike(out))), err, code }));
      compare(`what the walk left: ${line}`, theirs, ours);
    }
  } finally {
    one.stop();
    two.stop();
    rmSync(home, { recursive: true });
  }
  return result;
}

const same = (a, b) => a.out === b.out && a.err === b.err && a.code === b.code;

/** What may differ from one machine to the next: versions of the client, its home, the moment. */
function plain({ out, err, code }, home) {
  // The real one reckons ages by the machine's clock, which runs ahead of ours while the machine is busy; widths follow.
  const ages = (line) => {
    const known = line.replaceAll(/(?<![\w.-])(?:\d+[dhms])+(?![\w.-])/g, "<age>").replaceAll(/\(x\d+ over/g, "(x<n> over");
    return known === line && !/ AGE| Age /.test(line) && !/^\s+-+\s+-+/.test(line) ? line : known.replaceAll(/  +/g, "  ");
  };
  // Help is in our own words: what is compared of it is that it comes, where, and with which code.
  const worded = (t) => (/^Usage:\n {2}kubectl/m.test(t) ? "<help>\n" : t);
  const text = (t) =>
    worded(t)
      .replaceAll(home, "<home>")
      // What -v tells: the moment, the process, how long it took, and what client-go says of itself.
      .replaceAll(/^[IWEF]\d{4} [\d:.]+ +\d+ /gm, "<klog> ")
      .replaceAll(/^<klog> (?:envvar|loader|cert_rotation|cached_discovery)\S*\].*\n/gm, "")
      // A dry run of the server makes an id, and an address, and forgets them.
      .replaceAll(/("?)uid\1: "?[0-9a-f-]{36}"?/g, "uid: <uid>")
      .replaceAll(/(?<=clusterIP"?: "?|- "?|^\s+")10\.96\.\d+\.\d+/gm, "<ip>")
      .replaceAll(/(controller-uid"?[:=] ?"?)[0-9a-f-]{36}/g, "$1<uid>")
      .replaceAll(/kube-api-access-\w{5}/g, "kube-api-access-<id>")
      .replaceAll(/start exec "[0-9a-f]{64}"/g, 'start exec "<id>"')
      .replaceAll(/milliseconds=\d+/g, "milliseconds=<n>")
      // Where a thing lies in the real one's memory, and which patch of 1.36 each of the two is.
      .replaceAll(/(?<=map\[.*?):0x[0-9a-f]+/g, "")
      .replaceAll(/(?<=Client Version: |kubectl\/)v1\.36\.\d+/g, "v1.36.<n>")
      .replaceAll(/https:\/\/[\w.-]+:\d{4,5}\b/g, "https://<server>")
      .replaceAll(/\/tmp\/(LIVE|MERGED)-\w+/g, "<tmp>/$1")
      .replaceAll(/(<tmp>\S*)\t[-\d]+ [\d:.]+/g, "$1\t<time>")
      .split("\n")
      .map(ages)
      .join("\n");
  return { out: text(out), err: text(err), code };
}

/** What cobra prints of a map has no order; what explains a candidate is in our words: that there is something said is compared. */
function candidates({ out, err, code }) {
  const lines = out.split("\n").map((l) => l.replace(/\t.*/, "\t<about>"));
  const random = /^(?:bash|fish|powershell|zsh)$/.test(lines[0] ?? "");
  return { out: (random ? lines.toSorted() : lines).join("\n"), err, code };
}

/** An answer that does not come is an answer too. */
const PATIENCE = Number(process.env.LIVE_PATIENCE ?? 30_000);
function soon(answer) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE * 4, { out: "", err: "no answer", code: -1 })));
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function shell(line, home) {
  return new Promise((resolve) => {
    const child = spawn("bash", ["-c", line], {
      cwd: join(home, "work"),
      env: { PATH: process.env.PATH, HOME: home, TERM: "dumb" },
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (d) => (out += d));
    child.stderr.on("data", (d) => (err += d));
    child.stdin.end();
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ out, err, code: code ?? -1 });
    });
  });
}

function difference({ line, ours, theirs }) {
  const part = (name) => {
    if (ours[name] === theirs[name]) return "";
    if (name === "code") return `    code ${ours.code}, real ${theirs.code}\n`;
    const [a, b] = [theirs[name].split("\n"), ours[name].split("\n")];
    const rows = [];
    for (let i = 0; i < Math.max(a.length, b.length) && rows.length < 24; i++)
      if (a[i] !== b[i]) rows.push(...(a[i] === undefined ? [] : [`      - ${a[i]}`]), ...(b[i] === undefined ? [] : [`      + ${b[i]}`]));
    return `    ${name}:\n${rows.join("\n")}\n`;
  };
  return `  -- ${line}\n${part("code")}${part("out")}${part("err")}`;
}

const args = process.argv.slice(2);
const option = (name, fallback) => (args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback);
if (spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status !== 0) {
  console.log("skipped: there is no kubectl on PATH to compare with");
  process.exit(0);
}
const result = await (args.includes("--twin") ? compareTwins : compareLive)({
  seed: option("--seed", 1),
  count: option("--count", args.includes("--twin") ? 80 : 300),
  completionCount: option("--completions", 200),
  lines: args.includes("--lines")
    ? readFileSync(args[args.indexOf("--lines") + 1], "utf8")
        .split("\n")
        .filter((l) => l !== "")
    : [],
  only: args.includes("--only") ? args[args.indexOf("--only") + 1] : "",
});
for (const d of result.differences) console.log(args.includes("--diff") ? difference(d) : `  -- ${d.line}`);
console.log(`${result.equal} of ${result.total} answers equal, ${result.explained} differ as listed, ${result.differences.length} differ`);
process.exit(result.differences.length > 0 ? 1 : 0);
