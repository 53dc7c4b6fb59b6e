import { expect, it } from "vitest";
import type { ContainerConfig, SandboxConfig } from "../runtime/index.ts";
import { testCluster } from "./testing/kernel.ts";

type Cluster = ReturnType<typeof testCluster>;
type How = { readonly config?: Partial<ContainerConfig>; readonly sandbox?: Partial<SandboxConfig> };

/** What a script prints that is run in a container beside others. */
async function exec(c: Cluster, id: string, script: string): Promise<string> {
  const starting = c.runtime.exec(id, ["sh", "-c", script], { tty: false, stdin: false });
  const session = await starting;
  let text = "";
  const read = async (from: { read(): Promise<Uint8Array | null> }): Promise<void> => {
    for (let data = await from.read(); data; data = await from.read()) text += new TextDecoder().decode(data);
  };
  const reading = Promise.all([read(session.stdout), read(session.stderr)]);
  await c.clock.advance(2000);
  await reading;
  return text;
}

async function beside(c: Cluster, id: string, command: readonly string[], how: How = {}): Promise<string> {
  const made = await c.runtime.createContainer(c.runtime.status(id)?.sandbox ?? "", {
    name: "beside",
    attempt: 0,
    image: "busybox",
    command,
    env: {},
    mounts: [],
    tty: false,
    stdin: false,
    stdinOnce: false,
    readOnlyRoot: false,
    cpuShares: 1024,
    labels: {},
    annotations: {},
    ...how.config,
  });
  await c.runtime.startContainer(made);
  return made;
}

const PS = "ps -o pid,ppid,user,stat,args | sed 's/  */ /g; s/^ //' | grep -v -e 'ps -o' -e sed -e grep -e 'sh -c ps'";

it("shows pause and neighbours to containers that share process numbers", async () => {
  const c = testCluster();
  const web = await c.start(["sleep", "1000"], { sandbox: { shareProcessNamespace: true } });
  const shell = await beside(c, web, ["sleep", "2000"]);
  expect(await exec(c, shell, PS)).toBe("PID PPID USER STAT COMMAND\n1 0 65535 S /pause\n2 0 root S sleep 1000\n3 0 root S sleep 2000\n");
  await exec(c, web, "echo page > /index.html");
  expect(
    await exec(c, shell, "cat /proc/2/root/index.html; ls /proc/2/root/index.html; cat /proc/1/comm; cat /proc/3/root/index.html"),
  ).toBe("page\n/proc/2/root/index.html\npause\ncat: can't open '/proc/3/root/index.html': No such file or directory\n");
  // pause is another user: to look into it takes CAP_SYS_PTRACE.
  expect(await exec(c, shell, "ls /proc/1/root/")).toBe("ls: /proc/1/root/: Permission denied\n");
});

it("kills what runs under process 1 when that is told to end", async () => {
  const c = testCluster();
  const events: string[] = [];
  c.runtime.on((e) => events.push(e.type));
  const web = await c.start(["sleep", "1000"], { sandbox: { shareProcessNamespace: true } });
  await exec(c, web, "kill -9 1");
  expect(c.runtime.status(web)?.state).toBe("running");
  await exec(c, web, "kill 1");
  expect(c.runtime.status(web)).toMatchObject({ state: "exited", exitCode: 137 });
  expect(c.runtime.sandboxes()[0]?.ready).toBe(false);
  expect(events).toEqual(["started", "stopped", "stopped"]);
});

it("shows everything that runs on a machine to who shares its numbers", async () => {
  const c = testCluster();
  await c.start(["sleep", "1000"], { name: "a" });
  const spy = await c.start(["sleep", "2000"], { name: "spy", config: { pidNamespace: "node" } });
  const lines = (await exec(c, spy, PS)).split("\n").map((line) =>
    line
      .replace(/^\d+ (?!0 )/, "PID ")
      .replace(/^PID (?!1 )\d+/, "PID SHIM")
      .replace(/-id [0-9a-f]{64}/, "-id ID"),
  );
  const shim = "PID 1 root S /usr/bin/containerd-shim-runc-v2 -namespace k8s.io -id ID -address /run/containerd/containerd.sock";
  expect(lines.slice(1).sort()).toEqual([
    "",
    "1 0 root S /sbin/init",
    shim,
    shim,
    "PID SHIM 65535 S /pause",
    "PID SHIM 65535 S /pause",
    "PID SHIM root S sleep 1000",
    "PID SHIM root S sleep 2000",
  ]);
  const [pid] = (await exec(c, spy, "pgrep -f 'sleep 1000'")).trim().split("\n");
  expect(await exec(c, spy, `kill -9 ${pid}; cat /proc/${pid}/comm`)).toContain("No such file");
  expect(c.runtime.containers().map((s) => s.exitCode)).toEqual([137, undefined]);
});

it("leaves zombies to a process 1 that does not wait for them", async () => {
  const c = testCluster();
  const id = await c.start(["sh", "-c", "sleep 1 & exec sleep 1000"]);
  await exec(c, id, "(sleep 1 &)");
  await c.clock.advance(3000);
  const zombies = "ps -o pid,ppid,stat,args | sed 's/  */ /g; s/^ //' | grep ' Z ' | grep -v -e grep";
  expect(await exec(c, id, zombies)).toMatch(/^3 1 Z \[sleep\]\n\d+ 1 Z \[sleep\]\n$/);
  expect(await exec(c, id, "kill -9 3; grep State /proc/3/status; cat /proc/3/cmdline")).toBe("State:\tZ (zombie)\n");
  expect(await exec(c, id, zombies)).toMatch(/^3 /);
});

it("reaps what a shell inherits as process 1", async () => {
  const c = testCluster();
  const id = await c.start(["sh", "-c", "while :; do sleep 1; done"]);
  await exec(c, id, "(sleep 1 &)");
  await c.clock.advance(3000);
  expect(await exec(c, id, "ps -o stat | grep -c Z")).toBe("0\n");
});

it("writes to another's output through /proc", async () => {
  const c = testCluster();
  const id = await c.start(["sleep", "1000"]);
  await exec(c, id, "echo into the log > /proc/1/fd/1");
  expect(c.output(id)).toBe("into the log\n");
  expect(
    await exec(c, id, "readlink /proc/1/exe; readlink /proc/1/cwd; cat /proc/1/cgroup; cat /proc/1/oom_score /proc/1/oom_score_adj"),
  ).toBe("/bin/sleep\n/\n0::/\n666\n0\n");
});

it.each<readonly [script: string, out: string]>([
  [
    "bash -c 'kill -l' | sed -n '1p;7p;13p'",
    " 1) SIGHUP\t 2) SIGINT\t 3) SIGQUIT\t 4) SIGILL\t 5) SIGTRAP\n31) SIGSYS\t34) SIGRTMIN\t35) SIGRTMIN+1\t36) SIGRTMIN+2\t37) SIGRTMIN+3\n63) SIGRTMAX-1\t64) SIGRTMAX\t\n",
  ],
  ["kill -l | sed -n '1p;29p;$p'", " 1) HUP\n29) POLL\n31) SYS\n"],
  ["sleep 9 & kill -ABRT $!; wait $!; echo $?", "Aborted\n134\n"],
  ["sleep 9 & kill -SEGV $!; wait $!; echo $?", "Segmentation fault\n139\n"],
  ["sleep 9 & kill -RTMIN+1 $!; wait $!; echo $?", "163\n"],
  ["bash -c 'trap \"echo caught\" USR1 URG; kill -URG $$; kill -USR1 $$'", "caught\ncaught\n"],
  ["sleep 1 & kill -URG $!; wait $!; echo $?", "0\n"],
  ["ulimit -n; ulimit -n 5; exec 3>/dev/null 4>/dev/null; exec 5>/dev/null", "1048576\nsh: can't create /dev/null: Too many open files\n"],
  [
    "ulimit -Sn 100; ulimit -n; ulimit -Hn; grep 'open files' /proc/self/limits | sed 's/  */ /g'",
    "100\n1048576\nMax open files 100 1048576 files \n",
  ],
  ["ulimit -f 10", "sh: ulimit: line 0: only -n, -u and -c can be changed in Timonel\n"],
])("limits and signals: %s", async (script, out) => {
  const got = await testCluster().run(`exec 2>&1; ${script}`);
  expect(got.out).toBe(out);
});
