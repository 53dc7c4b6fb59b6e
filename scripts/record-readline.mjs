#!/usr/bin/env node
// Types the rows of src/shell/readline/recorded/rows.json into the machine's bash on a terminal (python's pty) and writes
// down what the terminal shows after them: src/shell/readline/recorded/recorded.json.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { bundleForNode } from "./bundle.mjs";
import { root } from "./setup.mjs";

const folder = `${root}src/shell/readline/recorded/`;
const { plan } = await import(pathToFileURL(await bundleForNode("src/shell/testing/readline-plan.ts", "readline-plan")).href);
const { emulator } = await import(pathToFileURL(await bundleForNode("src/shell/testing/emulator.ts", "emulator")).href);
const all = plan(JSON.parse(readFileSync(`${folder}rows.json`, "utf8")));
// With arguments only the rows of these titles are typed, and the rest stays as it was recorded.
const only = process.argv.slice(2);
const cases = only.length === 0 ? all : all.filter((c) => only.includes(c.title));

const DRIVER = String.raw`
import fcntl, json, os, pty, select, shutil, signal, struct, sys, termios, time
from concurrent.futures import ThreadPoolExecutor
cases = json.load(sys.stdin)
HOME = "/tmp/rl"
def drain(fd, quiet, most):
    out, end = b"", time.time() + most
    while time.time() < end:
        ready, _, _ = select.select([fd], [], [], quiet)
        if not ready: break
        try: data = os.read(fd, 65536)
        except OSError: break
        if not data: break
        out += data
    return out
def run(case):
    shutil.rmtree(HOME, ignore_errors=True)
    os.makedirs(HOME)
    for name, text in case["files"].items():
        path = os.path.join(HOME, name)
        if name.endswith("/"): os.makedirs(path, exist_ok=True); continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "w").write(text)
        if name.startswith("bin/"): os.chmod(path, 0o755)
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(HOME)
        os.execve("/bin/bash", ["bash", "--noprofile", "--rcfile", HOME + "/.bashrc", "-i"], {"HOME": HOME, "PATH": HOME + "/bin", "PS1": "$ ", "PS2": "> ", "TERM": "xterm", "LANG": "C.UTF-8", "HISTFILE": HOME + "/.history", "INPUTRC": HOME + "/.inputrc"})
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", case["rows"], case["columns"], 0, 0))
    out = b""
    tries = 0
    while b"$ " not in out and tries < 20:
        tries += 1
        out += drain(fd, 0.05, 0.3)
    out += drain(fd, 0.05, 1)
    for step in case["steps"]:
        if "resize" in step:
            out += b"\0" + json.dumps(step["resize"]).encode() + b"\0"
            fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", step["resize"][1], step["resize"][0], 0, 0))
            os.kill(pid, signal.SIGWINCH)
        else: os.write(fd, step["keys"].encode())
        out += drain(fd, 0.55 if step.get("slow") else 0.08, 3)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(fd)
    return out.decode("utf-8", "replace")
json.dump([run(c) for c in cases], sys.stdout)
`;
const { stdout, status, stderr } = spawnSync("python3", ["-c", DRIVER], { input: JSON.stringify(cases), maxBuffer: 2 ** 28 });
if (status !== 0) throw new Error(String(stderr));
const recorded = JSON.parse(String(stdout)).map((raw, i) => {
  const { title, columns, rows } = cases[i];
  const grid = emulator(columns, rows);
  for (const [n, part] of raw.split("\0").entries()) {
    if (n % 2) grid.resize(...JSON.parse(part));
    else grid.write(part);
  }
  const { row, column } = grid.cursor();
  return { title, screen: grid.rows().slice(0, Math.max(row + 1, grid.rows().findLastIndex((r) => r !== "") + 1)), row, column };
});
const kept = new Map(only.length === 0 ? [] : JSON.parse(readFileSync(`${folder}recorded.json`, "utf8")).recorded.map((r) => [r.title, r]));
for (const r of recorded) kept.set(r.title, r);
const lines = all.map((c) => `    ${JSON.stringify(kept.get(c.title))}`);
writeFileSync(`${folder}recorded.json`, `{\n  "bash": "5.2.15, readline 8.2",\n  "recorded": [\n${lines.join(",\n")}\n  ]\n}\n`);
process.stdout.write(`${recorded.length} recorded\n`);
