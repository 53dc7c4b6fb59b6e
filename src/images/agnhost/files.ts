import { parseDuration } from "../../machinery/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { klog } from "../klog.ts";
import { readIfThere } from "../process.ts";
import type { Subcommand } from "./common.ts";

const NEW_FILE = "mount-tester new file\n";
/** What statfs(2) tells of a file system. */
const MAGIC: Readonly<Record<string, number>> = { ext4: 61267, overlay: 2035054128, xfs: 1481003842 };

/** Writes files and says what the kernel tells of them, in the order its flags are worked off (k8s: test/images/agnhost/mounttest). */
export const mounttest: Subcommand = async (proc, { values }) => {
  proc.umask = 0;
  let failed = false;
  const attempt = async (path: string | undefined, failure: string, work: (path: string) => string): Promise<void> => {
    if (!path) return;
    try {
      await proc.stdout.write(work(path));
    } catch (error) {
      failed = true;
      await proc.stdout.write(`${failure.replace("%", JSON.stringify(path))}: ${goError(error, path)}\n`);
    }
  };
  const content = (path: string): string => `content of file ${JSON.stringify(path)}: ${proc.fs.readText(path)}\n`;
  await attempt(values["fs_type"], "error from statfs(%)", (path) => {
    proc.fs.stat(path);
    return `mount type of ${JSON.stringify(path)}: ${fileSystemOf(proc, path)}\n`;
  });
  for (const mode of ["0644", "0666", "0660", "0777"])
    await attempt(values[`new_file_${mode}`], "error writing new file %", (path) => {
      proc.fs.writeFile(path, NEW_FILE, { mode: Number.parseInt(mode, 8) });
      return content(path);
    });
  const { fs } = proc;
  await attempt(values["file_mode"], "error from Stat(%)", (path) => `mode of file ${JSON.stringify(path)}: ${goMode(fs.stat(path))}\n`);
  await attempt(values["file_perm"], "error from Stat(%)", (path) => {
    const { mode } = fs.stat(path);
    return `perms of file ${JSON.stringify(path)}: ${goMode({ type: "file", mode: mode & 0o777 })}\n`;
  });
  await attempt(values["file_owner"], "error from stat(%)", (path) => {
    const { uid, gid } = fs.stat(path);
    return `owner UID of ${JSON.stringify(path)}: ${uid}\nowner GID of ${JSON.stringify(path)}: ${gid}\n`;
  });
  await attempt(values["file_content"], "error reading file content for %", content);
  const looped = values["file_content_in_loop"];
  if (looped)
    failed =
      !(await watchContent(proc, looped, Number(values["retry_time"] ?? 180), values["break_on_expected_content"] !== "false")) || failed;
  return failed ? 1 : 0;
};

/** Every two seconds, until it is as expected or the time is over; whether it could be read at last. */
async function watchContent(proc: ProcessContext, path: string, seconds: number, untilExpected: boolean): Promise<boolean> {
  const started = proc.clock.now();
  let read = true;
  while (proc.clock.now() - started < seconds * 1000) {
    let text: string | undefined;
    try {
      text = proc.fs.readText(path);
      read = true;
      await proc.stdout.write(`content of file ${JSON.stringify(path)}: ${text}\n`);
    } catch (error) {
      read = false;
      await proc.stdout.write(`Error reading file ${path}: ${goError(error, path)}, retrying\n`);
    }
    if (text !== undefined && untilExpected) {
      if (text === NEW_FILE) return true;
      await proc.stdout.write(`Unexpected content. Expected: ${NEW_FILE}. Retrying`);
    }
    await proc.clock.sleep(2000);
  }
  return read;
}

function goError(error: unknown, path: string): string {
  const { message = "", code } = error as { readonly message?: string; readonly code?: string };
  return `${code === "ENOTDIR" ? "stat" : "open"} ${path}: ${message.toLowerCase()}`;
}

/** `drwxrwxrwx`, with Go's letters for what is special. */
function goMode({ type, mode }: { readonly type: string; readonly mode: number }): string {
  const special = `${type === "directory" ? "d" : ""}${type === "symlink" ? "L" : ""}${mode & 0o4000 ? "u" : ""}${mode & 0o2000 ? "g" : ""}${mode & 0o1000 ? "t" : ""}`;
  const letters = [...Array(9).keys()].map((i) => (mode & (1 << (8 - i)) ? "rwx"[i % 3] : "-")).join("");
  return (special || "-") + letters;
}

/** By the longest mount point above. */
function fileSystemOf(proc: ProcessContext, path: string): string {
  const mounts = proc.fs
    .readText("/proc/mounts")
    .split("\n")
    .map((line) => line.split(" "));
  const above = mounts.filter(([, at = ""]) => at === "/" || path === at || path.startsWith(`${at}/`));
  const type = above.toSorted((a, b) => (b[1] ?? "").length - (a[1] ?? "").length)[0]?.[2] ?? "ext4";
  return type === "tmpfs" ? "tmpfs" : String(MAGIC[type] ?? MAGIC["ext4"]);
}

const resolver = (proc: ProcessContext): readonly string[] => (readIfThere(proc, "/etc/resolv.conf") ?? "").split("\n");

export const dnsSuffix: Subcommand = async (proc) => {
  const search = resolver(proc).find((line) => line.startsWith("search "));
  await proc.stdout.write(`${(search ?? "").split(/\s+/).slice(1).join(",")}\n`);
  return 0;
};

export const dnsServerList: Subcommand = async (proc) => {
  const servers = resolver(proc)
    .filter((line) => line.startsWith("nameserver "))
    .map((line) => line.split(/\s+/)[1]);
  await proc.stdout.write(`${servers.join(",")}\n`);
  return 0;
};

export const etcHosts: Subcommand = async (proc) => {
  await proc.stdout.write(`${readIfThere(proc, "/etc/hosts") ?? ""}\n`);
  return 0;
};

const METHODS = ["GET", "POST", "PUT"] as const;
const NAMESPACES = ["kube-system", "default", "ns"] as const;
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** Lines as an API server might log them, evenly over a time (k8s: test/images/agnhost/logs-generator). */
export const logsGenerator: Subcommand = async (proc, { values }) => {
  const total = Number(values["log-lines-total"] ?? 0);
  const duration = values["run-duration"] === undefined ? 0 : parseDuration(values["run-duration"]);
  const say = klog(proc);
  if (!(total > 0)) {
    await say("F", "logs_generator.go:63", `Invalid total number of lines: ${total}`);
    return 255;
  }
  if (!(duration > 0)) {
    await say("F", "logs_generator.go:67", `Invalid duration: ${values["run-duration"] ?? "0s"}`);
    return 255;
  }
  const { random } = proc;
  for (let id = (proc.restored as { readonly id?: number } | undefined)?.id ?? 0; id < total; id++) {
    const name = Array.from({ length: 3 + random.int(2) }, () => LETTERS[random.int(LETTERS.length)]).join("");
    const url = `/api/v1/namespaces/${NAMESPACES[random.int(3)]}/pods/${name}`;
    await say("I", "logs_generator.go:76", `${id} ${METHODS[random.int(3)]} ${url} ${200 + random.int(400)}`);
    await proc.clock.sleep(duration / total);
    proc.checkpoint({ id: id + 1 });
  }
  return 0;
};
