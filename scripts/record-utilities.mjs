// Runs the rows of src/shell/utilities/recorded/rows.json with the real tools and writes down what they printed:
//   node scripts/record-utilities.mjs [BUSYBOX]
// BusyBox is a static binary (1.35 is what the recordings were made with); GNU's are this machine's own, as Debian has
// them. Needs root, and does everything in namespaces of its own (network, mounts, processes) and in one folder, so that
// no row can touch the machine.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = join(import.meta.dirname, "../src/shell/utilities/recorded");
const busybox = process.argv[2] ?? "/tmp/tools/busybox";
const { setup, rows } = JSON.parse(readFileSync(join(home, "rows.json"), "utf8"));
const work = mkdtempSync(join(tmpdir(), "utilities-"));
const applets = join(work, "bin");
mkdirSync(applets);
for (const name of execFileSync(busybox, ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean))
  symlinkSync(busybox, join(applets, name));

function record(flavour, run) {
  // The same path for all: it is in what they print.
  const script = `mkdir -p ${work}/home/w && mount --bind ${work}/home /mnt && cd /mnt/w && ip link set lo up && exec env -i PATH=${flavour === "busybox" ? applets : "/usr/sbin:/usr/bin:/sbin:/bin"} HOME=/mnt/w TZ=UTC ${flavour === "busybox" ? `${busybox} sh` : "/bin/dash"} -c "$SCRIPT"`;
  rmSync(join(work, "home"), { recursive: true, force: true });
  const result = spawnSync(
    "unshare",
    ["--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--mount-proc", "/bin/bash", "-c", script],
    {
      env: { ...process.env, SCRIPT: `umask 022; ${setup}${run}` },
      input: "",
      encoding: "utf8",
      timeout: 20_000,
    },
  );
  return { flavour, run, out: result.stdout, err: result.stderr, code: result.status };
}

try {
  const recorded = rows.flatMap(({ run, only }) => (only ? [only] : ["busybox", "gnu"]).map((flavour) => record(flavour, run)));
  writeFileSync(join(home, "recorded.json"), `${JSON.stringify({ setup, recorded }, undefined, 1)}\n`);
  process.stdout.write(`${recorded.length} rows recorded\n`);
} finally {
  rmSync(work, { recursive: true });
}
