import { CliError } from "../../errors.ts";
import { bool, int, str } from "../../flags/parse.ts";
import type { Pod } from "../../describe/types.ts";
import type { Command, Invocation, KubectlDuplex } from "../../types.ts";
import { upgradeError } from "../exec.ts";
import { defaultContainer } from "../pods.ts";
import { exitCode, finish } from "../streams.ts";
import { archiveOf, unpack } from "./archive.ts";
import { baseOf, cleanPath, folderOf, inside, joinPath, spec, withoutShortcuts, type FileSpec } from "./paths.ts";

export const cp: Command = {
  name: "cp",
  group: "Troubleshooting and Debugging Commands",
  short: "Copy files and directories to and from containers",
  usage: "<file-spec-src> <file-spec-dest>",
  arguments: "copies",
  flags: {
    container: str(
      "Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container to be attached or the first container in the pod will be chosen",
      "c",
    ),
    "no-preserve": bool("The copied file/directory's ownership and permissions will not be preserved in the container"),
    retries: int(
      "Set number of retries to complete a copy operation from a container. Specify 0 to disable or any negative value for infinite retrying. The default is 0 (no retry).",
      0,
    ),
  },
  async run(invocation) {
    const { args } = invocation;
    if (args.length !== 2) throw new CliError("source and destination are required");
    const [from, to] = [spec(args[0] as string), spec(args[1] as string)];
    if (from.pod !== "" && to.pod !== "") throw new CliError("one of src or dest must be a local file specification");
    if (from.file === "" || to.file === "") throw new CliError("filepath can not be empty");
    if (from.pod !== "") return download(invocation, from, to.file);
    if (to.pod !== "") return upload(invocation, from.file, to);
    throw new CliError("one of src or dest must be a remote file specification");
  },
};

/** A command in the container that is meant, with streams of its own. */
async function execute(
  invocation: Invocation,
  { namespace, pod: name }: FileSpec,
  command: readonly string[],
  options: { readonly stdin?: boolean; readonly quiet?: boolean },
): Promise<KubectlDuplex> {
  const { flags, session } = invocation;
  const path = `/api/v1/namespaces/${namespace || session.namespace}/pods/${name}`;
  const pod = (await session.object("GET", path)) as Pod;
  const phase = pod.status?.phase ?? "";
  if (phase === "Succeeded" || phase === "Failed")
    throw new CliError(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  const container = await defaultContainer(invocation, pod, flags.string("container"), options.quiet);
  const query = { container, command, stdout: "true", stderr: "true", ...(options.stdin === true ? { stdin: "true" } : {}) };
  try {
    return await session.connect(`${path}/exec`, query);
  } catch (error) {
    throw upgradeError(error);
  }
}

type Reader = { read(): Promise<Uint8Array | null> };
async function drain(from: Reader, take: (data: Uint8Array) => Promise<void> | void): Promise<void> {
  for (let data = await from.read(); data !== null; data = await from.read()) await take(data);
}
const nothing = (): void => {};

async function upload(invocation: Invocation, source: string, to: FileSpec): Promise<number> {
  const { flags, proc } = invocation;
  if (!proc.fs.exists(source)) throw new CliError(`${source} doesn't exist in local filesystem`);
  const into = (await isFolder(invocation, to)) ? joinPath(to.file, baseOf(source)) : to.file;
  const folder = folderOf(cleanPath(into));
  const options = flags.bool("no-preserve") ? ["--no-same-permissions", "--no-same-owner"] : [];
  const duplex = await execute(invocation, to, ["tar", ...options, "-xmf", "-", ...(folder === "" ? [] : ["-C", folder])], { stdin: true });
  const send = async (): Promise<void> => {
    try {
      for (const piece of archiveOf(proc.fs, cleanPath(source), baseOf(cleanPath(into)))) await duplex.stdin.write(piece);
    } catch {
      // tar has ended before it had read everything: its exit code says why.
    }
    duplex.stdin.close();
  };
  const shown = Promise.all([
    drain(duplex.stdout, (data) => proc.stdout.write(data)),
    drain(duplex.stderr, (data) => proc.stderr.write(data)),
  ]);
  await Promise.all([send(), shown]);
  return finish(invocation, exitCode(await duplex.status));
}

async function isFolder(invocation: Invocation, at: FileSpec): Promise<boolean> {
  const duplex = await execute(invocation, at, ["test", "-d", at.file], { quiet: true });
  await Promise.all([drain(duplex.stdout, nothing), drain(duplex.stderr, nothing)]);
  return ((await duplex.status) as { status?: string }).status === "Success";
}

async function download(invocation: Invocation, from: FileSpec, into: string): Promise<number> {
  const { flags, proc } = invocation;
  const plain = flags.int("retries") === 0;
  const quoted = from.file.replaceAll("'", "'\\''");
  const command = plain ? ["tar", "cf", "-", from.file] : ["sh", "-c", `tar cf - '${quoted}' | tail -c+0`];
  const duplex = await execute(invocation, from, command, {});
  // What tar complains about is printed where its archive would go.
  const complaints = drain(duplex.stderr, (data) => proc.stdout.write(data));
  const prefix = withoutShortcuts(cleanPath(from.file.replace(/^\/+/, "")));
  let skipped = false;
  for await (const { member, content } of unpack(() => duplex.stdout.read())) {
    if (!member.name.startsWith(prefix)) throw new CliError("tar contents corrupted");
    const path = joinPath(into, cleanPath(member.name.slice(prefix.length)));
    if (!inside(into, path)) {
      await invocation.err(`warning: file ${JSON.stringify(path)} is outside target destination, skipping\n`);
      continue;
    }
    if (folderOf(path) !== "") proc.fs.mkdir(folderOf(path), { recursive: true, mode: 0o755 });
    if (member.type === "directory") proc.fs.mkdir(path, { recursive: true, mode: 0o755 });
    else if (member.type === "symlink") {
      const hint = ` (consider using "kubectl exec -n ${JSON.stringify(from.namespace)} ${JSON.stringify(from.pod)} -- tar cf - ${JSON.stringify(from.file)} | tar xf -")`;
      await invocation.err(
        `warning: skipping symlink: ${JSON.stringify(path)} -> ${JSON.stringify(member.target)}${skipped ? "" : hint}\n`,
      );
      skipped = true;
    } else {
      if (proc.fs.exists(path) && proc.fs.stat(path).type === "directory") throw new CliError(`open ${path}: is a directory`);
      proc.fs.writeFile(path, content);
    }
  }
  await Promise.all([drain(duplex.stdout, nothing), complaints]);
  return finish(invocation, exitCode(await duplex.status));
}
