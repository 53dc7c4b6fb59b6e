import { CliError, Failures } from "../errors.ts";
import { allNamespacesFlag, fieldSelectorFlag, fileFlags, getPrintFlags, selectorFlag } from "../flags/groups.ts";
import { bool, type Flags, int, str, strings } from "../flags/parse.ts";
import { klogHead } from "../klog.ts";
import { GET_FORMATS, printerFor } from "../printers/printer.ts";
import { Unsortable } from "../printers/sort.ts";
import { PartialTargets, targets, type Target } from "../rest/resources.ts";
import { printObjects } from "./get-objects.ts";
import { printTables } from "./get-tables.ts";
import { watch } from "./get-watch.ts";
import { sendRaw } from "./raw.ts";
import type { Command } from "../types.ts";

export const get: Command = {
  name: "get",
  group: "Basic Commands (Intermediate)",
  short: "Display one or many resources",
  usage:
    "[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
  arguments: "resources",
  flags: {
    ...getPrintFlags,
    ...fileFlags,
    ...selectorFlag,
    ...fieldSelectorFlag,
    ...allNamespacesFlag,
    "chunk-size": int("Return large lists in chunks rather than all at once. Pass 0 to disable.", 500),
    "ignore-not-found": bool("If set to true, suppresses NotFound error for specific objects that do not exist."),
    "label-columns": strings("Accepts a comma separated list of labels that are going to be presented as columns.", "L"),
    "no-headers": bool("When using the default or custom-column output format, don't print headers."),
    "output-watch-events": bool("Output watch event objects when --watch or --watch-only is used."),
    raw: str("Raw URI to request from the server. Uses the transport specified by the kubeconfig file."),
    "server-print": bool("If true, have the server return the appropriate table output.", undefined, true),
    "show-kind": bool("If present, list the resource type for the requested object(s)."),
    "show-labels": bool("When printing, show all labels as the last column."),
    "sort-by": str("If non-empty, sort list types using this field specification, a JSONPath expression."),
    subresource: str("If specified, gets the subresource of the requested object.", undefined, "", "subresources"),
    watch: bool("After listing/getting the requested object, watch for changes.", "w"),
    "watch-only": bool("Watch for changes to the requested object(s), without listing/getting first."),
  },
  async run(invocation) {
    const { flags, args, proc } = invocation;
    if (flags.string("raw")) {
      if (args.length > 0) throw new CliError("arguments may not be passed when --raw is specified");
      checkRaw(flags);
      return sendRaw(invocation, "GET", flags.string("raw"));
    }
    const output = flags.string("output");
    const printer = printerFor(output, flags, proc.fs, GET_FORMATS);
    if (flags.bool("show-labels") && output !== "" && output !== "wide")
      throw new CliError(`--show-labels option cannot be used with ${output} printer`);
    if (flags.string("subresource") && !/[^,]\//.test(args[0] ?? "") && args.length === 1)
      throw new CliError("subresource cannot be used when bulk resources are specified");
    const watching = flags.bool("watch") || flags.bool("watch-only");
    if (flags.bool("output-watch-events") && !watching)
      throw new CliError("--output-watch-events option can only be used with --watch or --watch-only");
    if (watching && flags.string("sort-by"))
      await invocation.err("warning: --watch requested, --sort-by will be ignored for watch events received\n");
    if (args.length === 0 && flags.list("filename").length === 0 && !flags.string("kustomize")) {
      await invocation.err(
        'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
      );
      throw new CliError(
        `Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples`,
      );
    }
    let list: readonly Target[];
    let late: unknown[] = [];
    try {
      list = await targets(invocation, { all: true });
    } catch (error) {
      if (!(error instanceof PartialTargets)) throw error;
      list = error.found;
      late = [...error.errors];
    }
    if (watching) return watch(invocation, list, printer);
    try {
      if (printer) await printObjects(invocation, list, printer, late);
      else await printTables(invocation, list, late);
    } catch (error) {
      if (!(error instanceof Unsortable)) throw error;
      await invocation.err(`${klogHead("F", proc.clock.now(), proc.pid)} sorter.go:${error.line}] ${error.message}\n`);
      return 1;
    }
    if (late.length > 0) throw new Failures(late);
    return 0;
  },
};

/** k8s: get.go Validate. */
function checkRaw(flags: Flags): void {
  if (["watch", "watch-only", "selector"].some((name) => flags.changed(name)))
    throw new CliError("--raw may not be specified with other flags that filter the server request or alter the output");
  if (flags.string("output")) throw new CliError("--raw and --output are mutually exclusive");
  const raw = flags.string("raw");
  if (!/^(\/|[a-z]+:)/.test(raw))
    throw new CliError(`--raw must be a valid URL path: parse ${JSON.stringify(raw)}: invalid URI for request`);
}
