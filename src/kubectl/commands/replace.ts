import { CliError, isNotFound } from "../errors.ts";
import { deleteFlags, dryRunFlag, fieldManagerFlag, fileFlags, printFlags, validateFlag } from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import { OBJECT_FORMATS, operationLine, printerFor } from "../printers/printer.ts";
import { pathOf } from "../rest/session.ts";
import { LAST_APPLIED, withLastApplied } from "./last-applied.ts";
import { waitForDeletion } from "./delete.ts";
import { deleteOptions } from "./delete-options.ts";
import { addSource, dryRunOf, eachFileObject, writeQuery, type FileTarget } from "./each.ts";
import { rawFile, sendRaw } from "./raw.ts";
import { unversioned } from "../manifest/unversioned.ts";
import type { Command, Invocation, Resource } from "../types.ts";

export const replace: Command = {
  name: "replace",
  group: "Advanced Commands",
  short: "Replace a resource by file name or stdin",
  usage: "-f FILENAME",
  arguments: "none",
  flags: {
    ...fileFlags,
    ...printFlags,
    ...dryRunFlag,
    ...validateFlag,
    ...deleteFlags,
    ...fieldManagerFlag("kubectl-replace"),
    raw: str("Raw URI to PUT to the server."),
    "save-config": bool("If true, the configuration of current object will be saved in its annotation."),
    subresource: str("If specified, replace will operate on the subresource of the requested object.", undefined, "", "subresources"),
    wait: bool("If true, wait for resources to be gone before returning."),
  },
  async run(invocation) {
    const { flags, session } = invocation;
    if (flags.list("filename").length === 0 && !flags.string("kustomize")) throw new CliError("must specify one of -f and -k");
    if (flags.string("raw")) return sendRaw(invocation, "PUT", flags.string("raw"), await rawFile(invocation));
    const dryRun = dryRunOf(invocation);
    const printer = printerFor(flags.string("output"), flags, invocation.proc.fs, OBJECT_FORMATS);
    const force = flags.bool("force");
    if (flags.int("grace-period") >= 0 && !force) throw new CliError("--grace-period must have --force specified");
    if (flags.duration("timeout") !== 0 && !force) throw new CliError("--timeout must have --force specified");
    if (force && dryRun !== "none") throw new CliError("--dry-run can not be used when --force is set");
    // With --force all are deleted, and only then the first is made (k8s: replace.go forceReplace).
    const removeAll = async (all: readonly FileTarget[]): Promise<void> => {
      for (const target of force ? all : []) await removeNow(invocation, target);
    };
    const replaceOne = async (target: FileTarget): Promise<void> => {
      const { type, namespace, name, source } = target;
      // An annotation that the file has is kept up to date (k8s: CreateOrUpdateAnnotation).
      const annotated = flags.bool("save-config") || target.object.metadata.annotations?.[LAST_APPLIED] !== undefined;
      let result = annotated ? withLastApplied(target.object) : target.object;
      const query = writeQuery(invocation, dryRun, "kubectl-replace");
      if (force) {
        result = (await session.object("POST", pathOf(type, namespace), { body: unversioned(result), query })) as Resource;
      } else if (dryRun !== "client") {
        const path = pathOf(type, namespace, name, flags.string("subresource") || undefined);
        // An object without a version takes the one that is there, so that whatever is there is replaced (k8s: resource.Helper Replace).
        const version =
          result.metadata.resourceVersion ??
          ((await session.object("GET", path).catch(() => undefined)) as Resource | undefined)?.metadata.resourceVersion;
        const body = version === undefined ? result : { ...result, metadata: { ...result.metadata, resourceVersion: version } };
        result = (await session.object("PUT", path, { body, query }).catch((error: unknown) => {
          throw addSource("replacing", source, error);
        })) as Resource;
      }
      await invocation.out(printer ? printer(result) : operationLine(type, name, "replaced", dryRun));
    };
    await eachFileObject(invocation, "no objects passed to replace", replaceOne, { first: removeAll });
  },
};

/** Deletes what is there, and waits until it is gone. */
async function removeNow(invocation: Invocation, target: FileTarget): Promise<void> {
  const { flags, session } = invocation;
  const { type, namespace, name } = target;
  const grace = flags.int("grace-period");
  // No time at all is one second, which is waited for.
  const body = deleteOptions({ cascade: flags.string("cascade"), gracePeriod: grace === 0 ? 1 : grace });
  try {
    const { details, metadata } = (await session.object("DELETE", pathOf(type, namespace, name), { body })) as {
      readonly details?: { readonly uid?: string };
      readonly metadata?: { readonly uid?: string };
    };
    await invocation.out(
      `${type.kind.toLowerCase()}${type.group ? `.${type.group}` : ""} ${JSON.stringify(name)} deleted${type.namespaced ? ` from ${namespace} namespace` : ""}\n`,
    );
    // However --wait stands: what is there cannot be made.
    const until = session.now + (flags.duration("timeout") > 0 ? flags.duration("timeout") : 300_000);
    if (!(await waitForDeletion(invocation, { target, uid: details?.uid ?? metadata?.uid ?? "" }, until)))
      throw new CliError("context deadline exceeded");
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
