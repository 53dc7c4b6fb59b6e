// `PATH=/where/kubectl/is:$PATH node scripts/record-help.mjs`: writes down how the machine's kubectl lays out the help of every
// command: sections, columns, flags with their defaults, usage, and none of its words.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { bundleForNode } from "./bundle.mjs";
import { root } from "./setup.mjs";

const folder = `${root}src/kubectl/testing`;
const { shapeOf } = await import(pathToFileURL(await bundleForNode("src/kubectl/testing/help-shape.ts", "help-shape")).href);
const env = { ...process.env, HOME: "/nonexistent", KUBECONFIG: "/dev/null", KUBERC: "off" };
const ask = (...args) => shapeOf(spawnSync("kubectl", args, { encoding: "utf8", env }).stdout);

const { commands } = JSON.parse(readFileSync(`${folder}/recorded-flags.json`, "utf8"));
const help = { kubectl: ask("--help"), "kubectl options": ask("options") };
for (const path of Object.keys(commands).filter((p) => p !== "options")) help[`kubectl ${path}`] = ask(...path.split(" "), "--help");
writeFileSync(
  `${folder}/recorded-help.json`,
  `${JSON.stringify(Object.fromEntries(Object.entries(help).map(([k, v]) => [k, v.join("\n")])), undefined, 2)}\n`,
);
