// `npm test`: all set-up, then every check. `--full` (npm run prove) runs every proof at its full count.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { check } from "./check.mjs";
import { ensureChromium, generate, installDependencies, requireNode, root, run } from "./setup.mjs";

const full = process.argv.includes("--full");
requireNode();
installDependencies();
generate();
const chromium = ensureChromium();

for (const name of ["unit", "e2e"]) rmSync(`${root}.cache/${name}.json`, { force: true });

// Proofs among the unit tests count on it, too.
process.env.TIMONEL_PROOFS = full ? "full" : "part";
let failed = await check();

failed += step("lessons", ["scripts/timonel.mjs", "lessons"]);

console.log("\nbuilding the app");
run(process.execPath, ["scripts/build.mjs"]);
failed += step(
  full ? "browser journeys and proofs, at full count" : "browser journeys and proofs (npm run prove runs them at full count)",
  [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "e2e/vitest.config.ts",
    "--reporter=default",
    "--reporter=json",
    "--outputFile.json=.cache/e2e.json",
  ],
);

const totals = ["unit", "e2e"]
  .map((name) => `${root}.cache/${name}.json`)
  .filter(existsSync)
  .map((file) => JSON.parse(readFileSync(file, "utf8")));
const sum = (key) => totals.reduce((n, t) => n + t[key], 0);
console.log(`\n${sum("numPassedTests")} passed, ${sum("numFailedTests")} failed, ${sum("numPendingTests") + sum("numTodoTests")} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

function step(name, args) {
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, CHROME_PATH: chromium },
  });
  if (status !== 0) console.log(`FAIL ${name}`);
  return status === 0 ? 0 : 1;
}
