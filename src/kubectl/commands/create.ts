import { CliError } from "../errors.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags, printFlags, selectorFlag, validateFlag } from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import { OBJECT_FORMATS, operationLine, printerFor } from "../printers/printer.ts";
import { pathOf } from "../rest/session.ts";
import { withLastApplied } from "./last-applied.ts";
import { addSource, dryRunOf, eachFileObject, writeQuery } from "./each.ts";
import { generators } from "./generators/index.ts";
import { rawFile, sendRaw } from "./raw.ts";
import { editObjects } from "./editing/editing.ts";
import { fileTargets } from "../rest/resources.ts";
import { unversioned } from "../manifest/unversioned.ts";
import type { Command, Resource } from "../types.ts";

export const create: Command = {
  name: "create",
  group: "Basic Commands (Beginner)",
  short: "Create a resource from a file or from stdin",
  usage: "-f FILENAME",
  arguments: "none",
  subcommands: generators,
  flags: {
    ...fileFlags,
    ...printFlags,
    ...dryRunFlag,
    ...validateFlag,
    ...selectorFlag,
    ...fieldManagerFlag("kubectl-create"),
    edit: bool("Open an editor on each object before it is made."),
    raw: str("Raw URI to POST to the server."),
    "save-config": bool("If true, the configuration of current object will be saved in its annotation."),
    "windows-line-endings": bool("Only relevant if --edit=true."),
  },
  async run(invocation) {
    const { flags, session, args } = invocation;
    if (flags.list("filename").length === 0 && !flags.string("kustomize")) {
      if (args.length > 0) throw new CliError(`Unexpected args: [${args.join(" ")}]\nSee 'kubectl create -h' for help and examples`);
      throw new CliError("must specify one of -f and -k");
    }
    if (flags.string("raw")) return sendRaw(invocation, "POST", flags.string("raw"), await rawFile(invocation));
    if (flags.bool("edit")) {
      for (const { type, namespace, object } of await fileTargets(invocation))
        await editObjects(invocation, "create", [{ type, namespace, object }]);
      return 0;
    }
    const dryRun = dryRunOf(invocation);
    const printer = printerFor(flags.string("output"), flags, invocation.proc.fs, OBJECT_FORMATS);
    await eachFileObject(invocation, "no objects passed to create", async ({ type, namespace, object, source }) => {
      let result = flags.bool("save-config") ? withLastApplied(object) : object;
      if (dryRun !== "client") {
        result = (await session
          .object("POST", pathOf(type, namespace), { query: writeQuery(invocation, dryRun, "kubectl-create"), body: unversioned(result) })
          .catch((error: unknown) => {
            throw addSource("creating", source, error);
          })) as Resource;
      }
      await invocation.out(printer ? printer(result) : operationLine(type, result.metadata.name, "created", dryRun));
    });
    return 0;
  },
};
