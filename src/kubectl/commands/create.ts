import { CliError } from "../errors.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags, printFlags, selectorFlag, validateFlag } from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import { OBJECT_FORMATS, operationLine, printerFor } from "../printers/printer.ts";
import { pathOf } from "../rest/session.ts";
import { withLastApplied } from "./last-applied.ts";
import { addSource, dryRunOf, eachFileObject, writeQuery } from "./each.ts";
import { generators } from "./generators/index.ts";
import { rawFile, sendRaw } from "./raw.ts";
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
    edit: bool("Edit the API resource before creating. Not simulated yet."),
    raw: str("Raw URI to POST to the server."),
    "save-config": bool("If true, the configuration of current object will be saved in its annotation."),
    "windows-line-endings": bool("Only relevant if --edit=true."),
  },
  async run(invocation) {
    const { flags, session, args } = invocation;
    if (flags.bool("edit")) throw new CliError("kubectl create --edit is not simulated yet in Timonel");
    if (flags.list("filename").length === 0 && !flags.string("kustomize")) {
      if (args.length > 0) throw new CliError(`Unexpected args: [${args.join(" ")}]\nSee 'kubectl create -h' for help and examples`);
      throw new CliError("must specify one of -f and -k");
    }
    if (flags.string("raw")) return sendRaw(invocation, "POST", flags.string("raw"), await rawFile(invocation));
    const dryRun = dryRunOf(invocation);
    const printer = printerFor(flags.string("output"), flags, invocation.proc.fs, OBJECT_FORMATS);
    await eachFileObject(invocation, "no objects passed to create", async ({ type, namespace, object, source }) => {
      let result = flags.bool("save-config") ? withLastApplied(object) : object;
      if (dryRun !== "client") {
        result = (await session
          .object("POST", pathOf(type, namespace), { query: writeQuery(invocation, dryRun, "kubectl-create"), body: result })
          .catch((error: unknown) => {
            throw addSource("creating", source, error);
          })) as Resource;
      }
      await invocation.out(printer ? printer(result) : operationLine(type, result.metadata.name, "created", dryRun));
    });
    return 0;
  },
};
