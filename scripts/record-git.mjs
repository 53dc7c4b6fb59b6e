// Runs the session of src/shell/utilities/git/recorded/steps.json with this machine's git and writes down what each step
// printed: node scripts/record-git.mjs. Object names and dates are those of the moment: the test takes them out.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = join(import.meta.dirname, "../src/shell/utilities/git/recorded");
const steps = JSON.parse(readFileSync(join(home, "steps.json"), "utf8"));
const work = mkdtempSync(join(tmpdir(), "git-"));
const env = { PATH: process.env.PATH, HOME: work, LC_ALL: "C.UTF-8", TZ: "UTC", GIT_CONFIG_NOSYSTEM: "1" };
try {
  const recorded = steps.map((run) => {
    const { stdout, status } = spawnSync("bash", ["-c", `exec 2>&1; ${run}`], { cwd: work, env, encoding: "utf8" });
    return { run, out: stdout.replaceAll(work, "/tmp/w"), code: status };
  });
  const version = execFileSync("git", ["--version"], { encoding: "utf8" }).trim();
  writeFileSync(join(home, "recorded.json"), `${JSON.stringify({ version, recorded }, undefined, 1)}\n`);
  process.stdout.write(`${recorded.length} steps recorded with ${version}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
