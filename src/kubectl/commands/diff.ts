import { CliError, errorText, Exit, isNotFound } from "../errors.ts";
import { fieldManagerFlag, fileFlags, selectorFlag } from "../flags/groups.ts";
import { array, bool, int } from "../flags/parse.ts";
import { toYaml } from "../manifest/write.ts";
import { strip } from "../printers/printer.ts";
import { withType, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { applyPatch } from "./apply.ts";
import { LAST_APPLIED } from "./last-applied.ts";
import { eachFileObject } from "./each.ts";
import { prunable, type Applied } from "./prune.ts";
import type { Command, Invocation, KubectlProcess, Resource } from "../types.ts";

/** Who applies on the server is kubectl, unless somebody is named (k8s: apply.GetApplyFieldManagerFlag). */
const managerOf = (flags: Invocation["flags"]): string =>
  flags.bool("server-side") && !flags.changed("field-manager") ? "kubectl" : flags.string("field-manager");

export const diff: Command = {
  name: "diff",
  group: "Advanced Commands",
  short: "Diff the live version against a would-be applied version",
  usage: "-f FILENAME",
  arguments: "none",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    ...fieldManagerFlag("kubectl-client-side-apply"),
    concurrency: int("Number of objects to process in parallel when diffing against the live version.", 1),
    "force-conflicts": bool("If true, server-side apply will force the changes against conflicts."),
    "show-managed-fields": bool("If true, include managed fields in the diff."),
    prune: bool("Show also what an apply with --prune would delete."),
    "prune-allowlist": array("Overwrite the default allowlist with <group/version/kind> for --prune"),
    "server-side": bool("If true, apply runs in the server instead of the client."),
    "show-secrets": bool("If true, do not mask the values of Secrets."),
  },
  async run(invocation) {
    // 1 says that something differs, so what goes wrong has a code above it (k8s: CheckDiffErr).
    try {
      return await compare(invocation);
    } catch (error) {
      if (error instanceof Exit || invocation.proc.signal.aborted) throw error;
      const text = errorText(error);
      await invocation.err(text.endsWith("\n") ? text : `${text}\n`);
      throw new Exit(error instanceof CliError ? error.code + 1 : 2);
    }
  },
};

async function compare(invocation: Invocation): Promise<number> {
  const { flags, session, proc } = invocation;
  if (flags.list("filename").length === 0 && !flags.string("kustomize")) throw new CliError("must specify one of -f and -k");
  const applied: Applied = { namespaces: new Set(), uids: new Set() };
  const suffix = () => [...proc.random.suffix(10)].map((c) => c.charCodeAt(0) % 10).join("");
  const [live, merged] = [`/tmp/LIVE-${suffix()}`, `/tmp/MERGED-${suffix()}`];
  for (const folder of [live, merged]) proc.fs.mkdir(folder, { recursive: true });
  try {
    await eachFileObject(
      invocation,
      undefined,
      async (target) => {
        const { type, namespace, name, object } = target;
        const current = await session.get(type, namespace, name).catch((e: unknown) => (isNotFound(e) ? undefined : Promise.reject(e)));
        if (namespace !== undefined) applied.namespaces.add(namespace);
        if (current?.metadata.uid !== undefined) applied.uids.add(current.metadata.uid);
        const query = { dryRun: "All", fieldManager: managerOf(flags) };
        const wanted = await wouldBe();
        const file = fileOf(target);
        const show = flags.bool("show-secrets");
        // Managed fields only make noise.
        const clean = (object: Resource): object => (flags.bool("show-managed-fields") ? object : (strip(object) as Resource));
        const before = current && withType(current, type);
        const after = withType(wanted, type);
        proc.fs.writeFile(`${live}/${file}`, before ? toYaml(clean(show ? before : masked(before, after, "before"))) : "");
        proc.fs.writeFile(`${merged}/${file}`, toYaml(clean(show ? after : masked(after, before, "after"))));

        async function wouldBe(): Promise<Resource> {
          if (flags.bool("server-side"))
            return (await session.object("PATCH", pathOf(type, namespace, name), {
              query: { ...query, force: String(flags.bool("force-conflicts")) },
              body: object,
              contentType: "application/apply-patch+yaml",
            })) as Resource;
          if (!current) return (await session.object("POST", pathOf(type, namespace), { query, body: object })) as Resource;
          const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {};
          const modified: Resource = { ...object, metadata: { ...object.metadata, annotations } };
          const { patch, contentType } = applyPatch(target, modified, current);
          return Object.keys(patch).length === 0
            ? current
            : ((await session.object("PATCH", pathOf(type, namespace, name), { query, body: patch, contentType })) as Resource);
        }
      },
      { firstOnly: true },
    );
    if (flags.bool("prune"))
      for await (const { type, namespace, object } of prunable(invocation, applied))
        proc.fs.writeFile(`${live}/${fileOf({ type, namespace, name: object.metadata.name })}`, toYaml(strip(withType(object, type))));
    const program = (proc.env["KUBECTL_EXTERNAL_DIFF"] || "diff").split(/\s+/);
    const child = await proc.spawn({ argv: [...program, ...(program.length > 1 ? [] : ["-u", "-N"]), live, merged] });
    const { code } = await child.exited;
    if (code > 1) throw new CliError(`exit status ${code}`, code - 1);
    if (code === 1) throw new Exit(1);
  } finally {
    for (const folder of [live, merged]) remove(proc, folder);
  }
  return 0;
}

/** "apps.v1.Deployment.default.web". */
const fileOf = ({ type, namespace = "", name = "" }: Pick<Target, "type" | "namespace" | "name">): string =>
  `${(type.group ? `${type.group}.` : "") + type.version}.${type.kind}.${namespace}.${name}`;

/** Values of a Secret as stars, with which side they are of where they differ (k8s: diff.Masker). */
function masked(object: Resource, other: Resource | undefined, side: "before" | "after"): Resource {
  const { data } = object as Resource & { data?: Readonly<Record<string, string>> };
  if (object.kind !== "Secret" || object.apiVersion !== "v1" || !data) return object;
  const theirs = (other as (Resource & { data?: Readonly<Record<string, string>> }) | undefined)?.data ?? {};
  return {
    ...object,
    data: Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, theirs[key] === undefined || theirs[key] === value ? "***" : `*** (${side})`]),
    ),
  };
}

function remove(proc: KubectlProcess, folder: string): void {
  if (!proc.fs.exists(folder)) return;
  for (const name of proc.fs.readdir(folder)) proc.fs.unlink(`${folder}/${name}`);
  proc.fs.rmdir(folder);
}
