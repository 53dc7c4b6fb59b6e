import { ApiFailure, CliError, Failures, isNotFound } from "../errors.ts";
import { allNamespacesFlag, deleteFlags, dryRunFlag, fieldSelectorFlag, fileFlags, selectorFlag } from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import { fileTargets, liveObjects, PartialTargets, targets, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { watchEvents } from "../rest/watch.ts";
import { deleteOptions, propagationPolicy } from "./delete-options.ts";
import { dryRunOf } from "./each.ts";
import type { Command, Invocation, Stream } from "../types.ts";
import { sendRaw } from "./raw.ts";

type Named = Target & { readonly name: string };

export interface DeleteSettings {
  readonly gracePeriod: number;
  readonly force: boolean;
  readonly cascade: string;
  readonly dryRun: "none" | "client" | "server";
  readonly ignoreNotFound: boolean;
  readonly quiet: boolean;
}

/** Deletes one object and prints so; resolves to what has to be waited for. */
export async function deleteOne(
  invocation: Invocation,
  target: Named,
  settings: DeleteSettings,
): Promise<{ target: Named; uid: string } | undefined> {
  const { session } = invocation;
  const { type, namespace, name } = target;
  let uid = "";
  if (settings.dryRun !== "client") {
    const body = deleteOptions(settings);
    const answer = (await session.object("DELETE", pathOf(type, namespace, name), { body })) as {
      kind?: string;
      details?: { uid?: string };
      metadata?: { uid?: string };
    };
    uid = (answer.kind === "Status" ? answer.details?.uid : answer.metadata?.uid) ?? "";
  }
  if (!settings.quiet) await invocation.out(deletedLine(target, settings));
  return { target, uid };
}

function deletedLine({ type, namespace, name }: Named, { gracePeriod, force, dryRun }: DeleteSettings): string {
  const kind = `${type.kind.toLowerCase()}${type.group ? `.${type.group}` : ""}`;
  const verb = force && gracePeriod === 0 ? "force deleted" : "deleted";
  const from = type.namespaced && namespace ? ` from ${namespace} namespace` : "";
  return `${kind} ${JSON.stringify(name)} ${verb}${from}${dryRun === "none" ? "" : dryRun === "client" ? " (dry run)" : " (server dry run)"}\n`;
}

/** Waits until an object is gone or has another uid. False when `until` (virtual ms) passes first. */
export async function waitForDeletion(
  invocation: Invocation,
  { target, uid }: { target: Named; uid: string },
  until: number,
): Promise<boolean> {
  const { session, proc } = invocation;
  for (;;) {
    let version: string | undefined;
    try {
      const list = await session.list(target.type, target.namespace, { fieldSelector: `metadata.name=${target.name}` });
      const live = list.items[0];
      if (!live || (uid !== "" && live.metadata.uid !== uid)) return true;
      version = list.resourceVersion;
    } catch (error) {
      if (isNotFound(error)) return true;
      throw error;
    }
    if (proc.clock.now() >= until || proc.signal.aborted) return false;
    const query = { fieldSelector: `metadata.name=${target.name}`, resourceVersion: version };
    for await (const event of watchEvents(session, pathOf(target.type, target.namespace), query, undefined, proc, until)) {
      if (event.type === "DELETED") return true;
      if (event.type === "ERROR") break;
    }
    if (!proc.signal.aborted && proc.clock.now() < until) await proc.clock.sleep(200);
  }
}

export const del: Command = {
  name: "delete",
  group: "Basic Commands (Intermediate)",
  short: "Delete resources by file names, stdin, resources and names, or by resources and label selector",
  usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
  arguments: "resources",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    ...fieldSelectorFlag,
    ...allNamespacesFlag,
    ...deleteFlags,
    ...dryRunFlag,
    all: bool("Delete all resources, in the namespace of the specified resource types."),
    "ignore-not-found": bool('Treat "resource not found" as a successful delete. Defaults to "true" when --all is specified.'),
    interactive: bool("If true, delete resource only when user confirms.", "i"),
    now: bool("If true, resources are signaled for immediate shutdown (same as --grace-period=1)."),
    output: str('Output mode. Use "-o name" for shorter output (resource/name).', "o", "", ["name"]),
    raw: str("Raw URI to DELETE to the server."),
    wait: bool("If true, wait for resources to be gone before returning. This waits for finalizers.", undefined, true),
  },
  async run(invocation) {
    const { flags, proc, args } = invocation;
    const output = flags.string("output");
    propagationPolicy(flags.string("cascade"));
    if (output !== "" && output !== "name") throw new CliError(`unexpected -o output mode: ${output}. We only support '-o name'`);
    if (flags.string("raw")) return sendRaw(invocation, "DELETE", flags.string("raw"));
    let gracePeriod = flags.int("grace-period");
    const force = flags.bool("force");
    if (flags.bool("now")) {
      if (gracePeriod !== -1) throw new CliError("--now and --grace-period cannot be specified together");
      gracePeriod = 1;
    }
    if (flags.bool("all") && (flags.string("selector") || flags.string("field-selector")))
      throw new CliError("setting 'all' parameter but found a non empty selector. ");
    if (gracePeriod === 0 && !force) gracePeriod = 1;
    else if (force && gracePeriod < 0) gracePeriod = 0;
    if (force && gracePeriod > 0) throw new CliError("--force and --grace-period greater than 0 cannot be specified together");
    if (flags.changed("cascade") && /^(?:true|false)$/.test(flags.string("cascade")))
      await invocation.err(
        `warning: --cascade=${flags.string("cascade")} is deprecated (boolean value) and can be replaced with --cascade=${flags.string("cascade") === "true" ? "background" : "orphan"}.\n`,
      );
    const ignoreNotFound = flags.changed("ignore-not-found") ? flags.bool("ignore-not-found") : flags.bool("all");
    const settings: DeleteSettings = {
      gracePeriod,
      force,
      cascade: flags.string("cascade"),
      dryRun: dryRunOf(invocation),
      ignoreNotFound,
      quiet: output === "name",
    };
    const isFile = flags.list("filename").length > 0 || flags.string("kustomize") !== "";
    if (!isFile && args.length === 0)
      throw new CliError(
        "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'",
      );
    if (force && gracePeriod === 0)
      await invocation.err(
        "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n",
      );
    const errors: unknown[] = [];
    const list = await namedTargets(invocation, isFile, errors);
    if (flags.bool("interactive") && list.length > 0 && settings.dryRun === "none" && !(await confirmed(invocation, list))) {
      await invocation.out("deletion is cancelled\n");
      return 0;
    }
    const gone: { target: Named; uid: string }[] = [];
    for (const target of list) {
      try {
        const deleted = await deleteOne(invocation, target, settings);
        if (deleted) gone.push(deleted);
        if (output === "name")
          await invocation.out(`${target.type.kind.toLowerCase()}${target.type.group ? `.${target.type.group}` : ""}/${target.name}\n`);
      } catch (error) {
        if (isNotFound(error) && ignoreNotFound) continue;
        if (!(error instanceof ApiFailure)) throw error;
        errors.push(
          isFile && target.source !== undefined
            ? new ApiFailure(error.status, `error when deleting ${JSON.stringify(target.source)}`)
            : error,
        );
      }
    }
    if (list.length === 0 && errors.length === 0) await invocation.out("No resources found\n");
    if (flags.bool("wait") && settings.dryRun === "none") {
      const timeout = flags.duration("timeout");
      const until = timeout > 0 ? proc.clock.now() + timeout : Infinity;
      for (const one of gone) {
        if (await waitForDeletion(invocation, one, until)) continue;
        errors.push(new CliError(`timed out waiting for the condition on ${one.target.type.name}/${one.target.name}`));
      }
    }
    if (errors.length > 0) throw new Failures(errors);
    return 0;
  },
};

/** Asks on stdout, and takes "y" for yes (k8s: delete.go confirmation). */
async function confirmed(invocation: Invocation, list: readonly Named[]): Promise<boolean> {
  await invocation.out(`You are about to delete the following ${list.length} resource(s):\n`);
  for (const { type, name } of list) await invocation.out(`${type.kind.toLowerCase()}${type.group ? `.${type.group}` : ""}/${name}\n`);
  await invocation.out("Do you want to continue? (y/N): ");
  return (await readLine(invocation.proc.stdin)).trim().toLowerCase() === "y";
}

async function readLine(stdin: Stream): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const chunk = await stdin.read(1);
    if (chunk === null) break;
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

async function namedTargets(invocation: Invocation, isFile: boolean, errors: unknown[]): Promise<readonly Named[]> {
  if (isFile) {
    try {
      return await fileTargets(invocation);
    } catch (error) {
      if (!(error instanceof PartialTargets)) throw error;
      errors.push(...error.errors);
      return error.found;
    }
  }
  const named: Named[] = [];
  for (const target of await targets(invocation)) {
    if (target.name !== undefined) named.push(target as Named);
    else for (const found of await liveObjects(invocation, [target])) named.push(found.target as Named);
  }
  return named;
}
