// `npm run bench [-- --json] [-- --quick]`: our figures and the peer's, measured in the same run, in fresh processes
// that take turns so that both sides see the same machine.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { bundleForNode } from "./bundle.mjs";
import { ensureChromium, installDependencies, requireNode, root, run } from "./setup.mjs";

const json = process.argv.includes("--json");
const quick = process.argv.includes("--quick");
const say = (text) => (json ? console.error(text) : console.log(text));

requireNode();
installDependencies();
const peerDir = `${root}bench/webernetes`;
if (!existsSync(`${peerDir}/node_modules/@ngrok/webernetes`)) {
  run("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], { cwd: peerDir, stdio: ["ignore", "ignore", "inherit"] });
}
const ours = await bundleForNode("bench/timonel.ts", "bench-timonel");
const theirs = await bundlePeer();

/** Its modules lack file extensions: Node can't run them unbundled. */
async function bundlePeer() {
  const { rolldown } = await import("rolldown");
  const bundle = await rolldown({
    input: `${root}bench/webernetes/run.ts`,
    platform: "node",
    logLevel: "silent",
    resolve: { modules: [`${peerDir}/node_modules`, "node_modules"] },
  });
  mkdirSync(`${root}dist/node`, { recursive: true });
  await bundle.write({ file: `${root}dist/node/bench-webernetes.mjs`, format: "esm", codeSplitting: false });
  return `${root}dist/node/bench-webernetes.mjs`;
}

function once(file, pods, nodes, minutes = 5) {
  return measured(file, [pods, nodes], minutes);
}

function measured(file, args, minutes = 5) {
  const { stdout, status, signal, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", "--max-old-space-size=8192", file, ...args.map(String)],
    { cwd: root, encoding: "utf8", timeout: minutes * 60_000 },
  );
  const line = stdout?.trim().split("\n").pop();
  if (status !== 0 || !line) return { failed: signal ? `ended by ${signal}` : (stderr ?? "").trim().split("\n").slice(-3).join(" ") };
  return JSON.parse(line);
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

const comparison = [];
for (const [pods, rounds] of quick
  ? [
      [30, 1],
      [300, 1],
    ]
  : [
      [30, 3],
      [300, 3],
      [1000, 2],
    ]) {
  const runs = { timonel: [], webernetes: [] };
  for (let i = 0; i < rounds; i++) {
    runs.timonel.push(once(ours, pods, 20));
    runs.webernetes.push(once(theirs, pods, 20));
  }
  const ok = (side) => runs[side].filter((r) => !r.failed);
  const pick = (side, key) => median(ok(side).map((r) => r[key]));
  const row = {
    pods,
    nodes: 20,
    rounds,
    timonel: ok("timonel"),
    webernetes: ok("webernetes"),
    failures: [...runs.timonel, ...runs.webernetes].filter((r) => r.failed),
  };
  if (row.timonel.length > 0 && row.webernetes.length > 0) {
    row.cpuRatio = pick("webernetes", "cpuMs") / pick("timonel", "cpuMs");
    row.wallRatio = pick("webernetes", "wallMs") / pick("timonel", "wallMs");
    row.heapRatio = pick("webernetes", "heap") / pick("timonel", "heap");
    say(
      `${String(pods).padStart(5)} pods on 20 nodes: ${seconds(pick("timonel", "cpuMs"))} of CPU here, ${seconds(pick("webernetes", "cpuMs"))} on webernetes: ${row.cpuRatio.toFixed(1)}x less; wall ${seconds(pick("timonel", "wallMs"))} and ${seconds(pick("webernetes", "wallMs"))}; heap ${megabytes(pick("timonel", "heap"))} and ${megabytes(pick("webernetes", "heap"))}`,
    );
  } else say(`${pods} pods: ${JSON.stringify(row.failures)}`);
  comparison.push(row);
}

// Ten pods a node at every size; the median of three, since a hundred pods take but a moment.
const growth = [];
for (const pods of quick ? [100, 1000] : [100, 1000, 10_000]) {
  const runs = Array.from({ length: pods > 1000 ? 1 : 5 }, () => once(ours, pods, Math.max(1, pods / 10), 10)).filter((r) => !r.failed);
  if (runs.length === 0) {
    growth.push({ pods, failed: true });
    say(`${pods} pods: did not complete`);
    continue;
  }
  const cpuMs = median(runs.map((r) => r.cpuMs));
  growth.push({
    pods,
    nodes: Math.max(1, pods / 10),
    cpuMs,
    perPodMs: cpuMs / pods,
    heap: median(runs.map((r) => r.heap)),
    ready: runs[0].ready,
  });
  say(
    `${String(pods).padStart(6)} pods on ${Math.max(1, pods / 10)} nodes: ${seconds(cpuMs)} of CPU, ${(cpuMs / pods).toFixed(3)} ms a pod, heap ${megabytes(growth.at(-1).heap)}`,
  );
}
const [smallest, largest] = [growth[0], growth.at(-1)];
const growthRatio = largest.perPodMs / smallest.perPodMs;
say(`cost per pod at ${largest.pods}: ${growthRatio.toFixed(2)}x that at ${smallest.pods}`);

const inProcess = once(await bundleForNode("bench/inprocess.ts", "bench-inprocess"), 0, 0, 5);
if (inProcess.failed) say(`in-process budgets: ${inProcess.failed}`);
else {
  say(`one pod update to ${inProcess.watchFanOut.watchers} watchers: ${inProcess.watchFanOut.ms.toFixed(2)} ms (under 1)`);
  say(`kubectl get pods with 1,000 pods: ${inProcess.kubectlGetPods.ms.toFixed(1)} ms (under 50)`);
  say(`an idle cluster of 3 nodes at 1x: ${(inProcess.idle.share * 100).toFixed(2)} % of a core (under 1)`);
}

// What the API server does by itself: lists, selectors, fan-out, and how each grows.
const lists = once(await bundleForNode("bench/lists.ts", "bench-lists"), 0, 0, 5);
if (lists.failed) say(`lists and watches: ${lists.failed}`);
else {
  const [small, large] = lists.lists;
  say(
    `a list of ${large.pods} pods: ${large.ms.toFixed(2)} ms (under ${lists.listBoundMs}); cost an item ${lists.listGrowth.toFixed(2)}x that at ${small.pods}`,
  );
  say(
    `${large.pods} pods by label: ${large.byIndex.toFixed(3)} ms by index, ${large.byScan.toFixed(2)} ms by scan: ${large.indexRatio.toFixed(0)}x`,
  );
  const [few, many] = lists.fanOut;
  say(
    `one change to ${many.watchers} watchers: ${many.ms.toFixed(2)} ms (under ${lists.fanOutBoundMs}), a watcher ${lists.fanOutGrowth.toFixed(2)}x that at ${few.watchers}; to the ${many.selected.delivered} that it concerns: ${many.selected.ms.toFixed(3)} ms`,
  );
}

// What controllers spend on what has not changed.
const reconciles = once(await bundleForNode("bench/reconciles.ts", "bench-reconciles"), 0, 0, 5);
if (reconciles.failed) say(`reconciles: ${reconciles.failed}`);
else {
  say(`a reconcile of an unchanged object: ${reconciles.mean.toFixed(1)} us on average (under ${reconciles.bound}); by controller:`);
  for (const { name, keys, us } of reconciles.controllers) say(`  ${us.toFixed(1).padStart(6)} us  ${name}, ${keys} keys`);
}

// A day of schedules, rollouts and failing machines.
const soak = measured(await bundleForNode("bench/soak.ts", "bench-soak"), [quick ? 4 : 24], 15);
if (soak.failed) say(`soak: ${soak.failed}`);
else {
  const [early, last] = [soak.rows[Math.min(2, soak.rows.length - 1)], soak.rows.at(-1)];
  say(
    `${soak.hours} virtual hours of work and failures: ${seconds(last.cpuMs)} of CPU, ${last.revision} revisions of which ${last.remembered} are remembered; from hour ${early.hour} on heap ${megabytes(early.heap)} to ${megabytes(last.heap)}, objects ${early.objects} to ${last.objects}, events ${early.events} to ${last.events}`,
  );
}

// The scheduler: cycles alone, and from waiting pods to bound ones through the API server; with and without spread and
// affinity, on as many nodes whatever the number of pods.
const schedulerFile = await bundleForNode("bench/scheduler.ts", "bench-scheduler");
const schedulerNodes = quick ? 100 : 1000;
const placements = [];
for (const kind of ["plain", "constrained"]) {
  const rows = [["cycles", quick ? 1000 : 5000], ...(quick ? [200, 1000] : [500, 1000, 5000]).map((pods) => ["bound", pods])];
  for (const [what, pods] of rows) {
    const row = measured(schedulerFile, [what, kind, pods, schedulerNodes], 10);
    placements.push({ what, kind, pods, ...row });
    if (row.failed) say(`${pods} ${kind} pods, ${what}: ${row.failed}`);
    else
      say(
        `${String(pods).padStart(6)} ${kind} pods over ${schedulerNodes} nodes, ${what}: ${Math.round(row.perCpuSecond)} a CPU second, ${row.perPodMs.toFixed(3)} ms a pod (reference loop ${Math.round(row.referenceMs)} ms)`,
      );
  }
}
say("  (aims: 2,000 a CPU second, 500 with spread and affinity)");

const idle = measured(await bundleForNode("bench/idle.ts", "bench-idle"), []);
const survival = quick ? undefined : measured(await bundleForNode("bench/survival.ts", "bench-survival"), [], 10);
say("\nContainers:");
if (idle.failed) say(`  idle: ${idle.failed}`);
else {
  say(
    `  ${idle.idle.ready} idle nginx pods: ${(idle.idle.heapPerPod / 1024).toFixed(0)} KB of heap each (aim 25), ${(idle.idle.share * 100).toFixed(1)} % of a core`,
  );
  say(
    `  ${idle.loops.pods} loops of date and sleep at ${idle.loops.speed}x: ${idle.loops.reached.toFixed(0)}x reached with ${(idle.loops.cpuShare * 100).toFixed(0)} % of a core`,
  );
}
for (const row of survival?.rows ?? [])
  say(
    `  ${row.name.padEnd(22)} kubectl get pods: median ${row.medianMs.toFixed(1)} ms, worst ${row.worstMs.toFixed(0)} ms (${row.worstCpuMs.toFixed(0)} ms of CPU; aim 50), clock ${row.clock.toFixed(2)}x`,
  );

// The terminal, as somebody sees it.
run(process.execPath, ["scripts/build.mjs"], { stdio: ["ignore", "ignore", "inherit"] });
process.env.CHROME_PATH ??= ensureChromium();
const terminal = measured(await bundleForNode("bench/terminal.ts", "bench-terminal"), [`${root}scripts/serve-app.mjs`], 10);
say("\nThe terminal in Chromium, from Enter to painted:");
if (terminal.failed) say(`  ${terminal.failed}`);
else {
  const { echoMs, getPods, flood, yaml } = terminal;
  say(
    `  kubectl get pods with 1,000 pods: ${getPods.ms.toFixed(0)} ms (under ${getPods.bound}; echo ${echoMs.toFixed(0)} ms), ${getPods.ofHundred.toFixed(2)}x that with 100`,
  );
  say(
    `  a flood: ${flood.mbPerSecond.toFixed(1)} MB a second (over ${flood.bound}), ${(flood.frames / flood.seconds).toFixed(0)} frames a second, the worst ${flood.worst.toFixed(0)} ms, ${flood.slow} over 34 ms; Ctrl-C ${flood.interruptMs.toFixed(0)} ms (under ${flood.interruptBound})`,
  );
  say(
    `  ${yaml.objects} objects as YAML: first lines after ${yaml.firstMs.toFixed(0)} ms, all after ${yaml.allMs.toFixed(0)} ms; Ctrl-C ${yaml.interruptMs.toFixed(0)} ms (under ${yaml.interruptBound})`,
  );
}

if (json)
  console.log(
    JSON.stringify(
      {
        comparison,
        growth,
        growthRatio,
        inProcess,
        lists,
        reconciles,
        soak,
        idle,
        survival,
        terminal,
        placements,
        budgets: {
          placementsPerCpuSecond: { plain: 2000, constrained: 500 },
          cpuRatioAt1000: { aim: 30, bound: 10 },
          growthRatio: { aim: 1.3, bound: 1.5 },
        },
      },
      null,
      2,
    ),
  );
