// Runs the rows of src/shell/utilities/jq/recorded/rows.json with two builds of jq and writes down what they agree on:
//   (cd /tmp && npm pack jq-wasm@1.1.0-jq-1.7.1 && tar xf jq-wasm-*.tgz) && node scripts/record-jq.mjs /tmp/package
// One is this machine's own (1.6), the other that package: jq itself, compiled, calls itself 1.7.1. What only one of them
// says is version, or how it was built.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const home = join(import.meta.dirname, "../src/shell/utilities/jq/recorded");
const jq = createRequire(import.meta.url)(resolve(process.argv[2]));
const { inputs, rows } = JSON.parse(readFileSync(join(home, "rows.json"), "utf8"));
const recorded = [];
for (const [input, program, ...flags] of rows) {
  const positional = flags.findIndex((f) => f === "--args" || f === "--jsonargs");
  // The package puts the program behind the flags: what follows --args would be taken for it.
  const given =
    positional < 0 ? [program, flags] : [flags.at(-1), [...flags.slice(0, positional), program, ...flags.slice(positional, -1)]];
  const { stdout, stderr, exitCode } = await jq.raw(inputs[input], ...given);
  const words = positional < 0 ? [...flags, program] : [...flags.slice(0, positional), program, ...flags.slice(positional)];
  const own = spawnSync("jq", words, {
    input: inputs[input],
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: "/root" },
    timeout: 5000,
  });
  const plain = (text) => (text ?? "").replace(/\n+$/, "").replaceAll("/dev/stdin", "<stdin>").replaceAll(process.argv[1], "jq");
  const [one, other] = [
    { out: plain(own.stdout), err: plain(own.stderr), code: own.status },
    { out: plain(stdout), err: plain(stderr), code: exitCode },
  ];
  if (JSON.stringify(one) === JSON.stringify(other)) recorded.push({ input, program, flags, ...one });
  else if (process.env.SHOW)
    process.stdout.write(
      `${program} ${flags.join(" ")}\n  1.6   ${JSON.stringify(one).slice(0, 300)}\n  1.7.1 ${JSON.stringify(other).slice(0, 300)}\n`,
    );
}
writeFileSync(join(home, "recorded.json"), `${JSON.stringify({ inputs, recorded }, undefined, 1)}\n`);
process.stdout.write(`${recorded.length} rows recorded\n`);
