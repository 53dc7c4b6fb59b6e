import { expect, it } from "vitest";
import type { ContainerConfig, ImageFile } from "../runtime/index.ts";
import { testCluster } from "./testing/kernel.ts";

type Config = Partial<ContainerConfig>;
const NOTHING: Config = { capabilities: { drop: ["ALL"] } };
const ADA: Config = { user: { uid: 1000, gid: 1000 } };

/** What is done, by whom, what comes out, and what is complained of. */
const rows: readonly (readonly [what: string, config: Config, script: string, out: string, err?: string])[] = [
  ["root reads what nobody may", {}, "echo a > /tmp/f; chmod 0 /tmp/f; cat /tmp/f", "a\n"],
  [
    "root without DAC_OVERRIDE may not read it either",
    NOTHING,
    "echo a > /tmp/f; chmod 0 /tmp/f; cat /tmp/f",
    "",
    "cat: can't open '/tmp/f': Permission denied\n",
  ],
  [
    "a directory without a search bit is closed",
    ADA,
    "mkdir -p /tmp/d; touch /tmp/d/f; chmod 600 /tmp/d; cat /tmp/d/f",
    "",
    "cat: can't open '/tmp/d/f': Permission denied\n",
  ],
  [
    "a sticky directory keeps what others own",
    ADA,
    "rm -f /var/tmp/theirs",
    "",
    "rm: can't remove '/var/tmp/theirs': Operation not permitted\n",
  ],
  ["chown is for CAP_CHOWN", NOTHING, "touch /tmp/f; chown 1000 /tmp/f", "", "chown: /tmp/f: Operation not permitted\n"],
  ["chown takes set-user-ID away", {}, "touch /tmp/f; chmod 4755 /tmp/f; chown 1000 /tmp/f; stat -c %a /tmp/f", "755\n"],
  [
    "chmod of another's file is for CAP_FOWNER",
    { capabilities: { drop: ["FOWNER"] } },
    "touch /tmp/f; chown 1000 /tmp/f; chmod 600 /tmp/f",
    "",
    "chmod: /tmp/f: Operation not permitted\n",
  ],
  [
    "chroot is for CAP_SYS_CHROOT",
    NOTHING,
    "chroot /tmp true",
    "",
    "chroot: can't change root directory to '/tmp': Operation not permitted\n",
  ],
  [
    "what is chrooted sees nothing else",
    {},
    "mkdir -p /tmp/r/bin; cp /bin/sh /bin/ls /tmp/r/bin; chroot /tmp/r /bin/sh -c 'pwd; ls /; ls /..'",
    "/\nbin\nbin\n",
  ],
  [
    "a chroot has what is mounted in it",
    {},
    "mkdir -p /r/bin; cp /bin/cat /r/bin; chroot / cat /proc/1/comm; chroot /r cat /proc/1/comm",
    "sh\n",
    "cat: can't open '/proc/1/comm': No such file or directory\n",
  ],
  ["a host name is for CAP_SYS_ADMIN", {}, "hostname other; hostname", "pod\n", "hostname: sethostname: Operation not permitted\n"],
  [
    "a privileged container renames its pod",
    { privileged: true },
    "hostname other; sh -c hostname; cat /proc/sys/kernel/hostname",
    "other\nother\n",
  ],
  [
    "kernel parameters are read only",
    {},
    "echo 1 > /proc/sys/vm/swappiness; cat /proc/sys/vm/swappiness",
    "60\n",
    "sh: can't create /proc/sys/vm/swappiness: Read-only file system\n",
  ],
  [
    "a privileged container sets them",
    { privileged: true },
    "echo 262144 > /proc/sys/vm/max_map_count; cat /proc/sys/vm/max_map_count",
    "262144\n",
  ],
  ["another's process cannot be killed", { ...ADA }, "kill -9 1 || echo no", ""],
  ["whoami knows no name for 1000", ADA, "whoami; id", "uid=1000 gid=1000 groups=1000\n", "whoami: unknown uid 1000\n"],
  ["a copied program is that program", NOTHING, "cp /bin/busybox /tmp/ls; /tmp/ls -d /tmp", "/tmp\n"],
  ["set-user-ID makes another", ADA, "/tmp/nnp -u; /tmp/nnp | cut -d' ' -f1-3", "0\nuid=1000 gid=1000 euid=0(root)\n"],
  ["no new privileges: it does not", { ...ADA, noNewPrivileges: true }, "/tmp/nnp", "uid=1000 gid=1000 groups=1000\n"],
];
// The image's set-user-ID program, and another's file.
const files: Readonly<Record<string, ImageFile>> = {
  "/tmp/nnp": { program: "id", mode: 0o4755 },
  "/var/tmp": { directory: true, mode: 0o1777 },
  "/var/tmp/theirs": "mine\n",
};

it.each(rows.map(([what, config, script, out, err = ""]) => [what, config, script, out, err] as const))(
  "%s",
  async (_, config, script, out, err) => {
    const got = await testCluster(0, { files }).run(script, { config });
    expect({ out: got.out, err: got.err }).toEqual({ out, err });
  },
);

it("shows what a process may do in /proc", async () => {
  const show = "grep -E '^(Uid|Cap|NoNew|Seccomp:)' /proc/self/status";
  const text = async (config: Config): Promise<string> => (await testCluster().run(show, { config })).out;
  const caps = (all: string, bound: string): string =>
    `CapInh:\t0000000000000000\nCapPrm:\t${all}\nCapEff:\t${all}\nCapBnd:\t${bound}\nCapAmb:\t0000000000000000\n`;
  const usual = "00000000a80425fb";
  expect(await text({})).toBe(`Uid:\t0\t0\t0\t0\n${caps(usual, usual)}NoNewPrivs:\t0\nSeccomp:\t0\n`);
  expect(await text(ADA)).toBe(`Uid:\t1000\t1000\t1000\t1000\n${caps("0".repeat(16), usual)}NoNewPrivs:\t0\nSeccomp:\t0\n`);
  const all = "000001ffffffffff";
  expect(await text({ privileged: true, seccomp: "RuntimeDefault" })).toBe(
    `Uid:\t0\t0\t0\t0\n${caps(all, all)}NoNewPrivs:\t0\nSeccomp:\t0\n`,
  );
  expect(await text({ ...NOTHING, noNewPrivileges: true, seccomp: "RuntimeDefault" })).toBe(
    `Uid:\t0\t0\t0\t0\n${caps("0".repeat(16), "0".repeat(16))}NoNewPrivs:\t1\nSeccomp:\t2\n`,
  );
});
