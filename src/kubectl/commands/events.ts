import { CliError, NoResourceMatch, PrintFailure } from "../errors.ts";
import { ageText, sortEvents, type Event } from "../describe/events.ts";
import { allNamespacesFlag, printFlags } from "../flags/groups.ts";
import { bool, int, str, strings } from "../flags/parse.ts";
import { namePrinter, OBJECT_FORMATS, printerFor, type Printer } from "../printers/printer.ts";
import { layout } from "../printers/table.ts";
import { apiVersionOf, findType } from "../rest/discovery.ts";
import { pathOf } from "../rest/session.ts";
import { watchEvents } from "../rest/watch.ts";
import type { Command } from "../types.ts";

export const events: Command = {
  name: "events",
  group: "Troubleshooting and Debugging Commands",
  short: "List events",
  usage:
    "[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
  arguments: "none",
  flags: {
    ...printFlags,
    ...allNamespacesFlag,
    "chunk-size": int("Return large lists in chunks rather than all at once.", 500),
    for: str("Filter events to only those pertaining to the specified resource."),
    "no-headers": bool("When using the default output format, don't print headers."),
    types: strings("Output only events of given types."),
    watch: bool("After listing the requested events, watch for more events.", "w"),
  },
  async run(invocation) {
    const { flags, session, proc } = invocation;
    const types = flags.list("types");
    if (types.some((t) => t.toLowerCase() !== "normal" && t.toLowerCase() !== "warning"))
      throw new CliError("valid --types are Normal or Warning");
    const discovery = await session.discovery();
    const type = findType(discovery, "events");
    const everywhere = flags.bool("all-namespaces");
    const query: Record<string, string> = {};
    if (flags.string("for")) {
      const [resource = "", name = "", more] = flags.string("for").split("/");
      if (more !== undefined) throw new CliError("arguments in resource/name form may not have more than one slash");
      if (!name) throw new CliError("--for must be in resource/name form");
      const about = resourceNamed(discovery, resource);
      query["fieldSelector"] =
        `involvedObject.kind=${about.kind},involvedObject.apiVersion=${apiVersionOf(about)},involvedObject.name=${name}`;
    }
    // No table of its own is wide.
    if (flags.string("output") === "wide")
      throw new CliError(`unable to match a printer suitable for the output format "wide", allowed formats are: ${OBJECT_FORMATS}`);
    const wanted = (e: Event): boolean => types.length === 0 || types.some((t) => t.toLowerCase() === (e.type ?? "").toLowerCase());
    const printer = printerFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
    const head = flags.bool("no-headers") ? [] : [`${everywhere ? "NAMESPACE\t" : ""}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE`];
    const row = (e: Event): string =>
      `${everywhere ? `${e.metadata.namespace ?? ""}\t` : ""}${ageText(e, session.now)}\t${e.type ?? ""}\t${e.reason ?? ""}\t${e.involvedObject.kind ?? ""}/${e.involvedObject.name ?? ""}\t${(e.message ?? "").trim()}`;
    const widths: number[] = [];
    if (!flags.bool("watch")) {
      const list = await session.list(type, everywhere ? undefined : session.namespace, query, flags.int("chunk-size"));
      const found = sortEvents((list.items as Event[]).filter(wanted));
      if (found.length === 0)
        return invocation.err(everywhere ? "No events found.\n" : `No events found in ${session.namespace} namespace.\n`);
      return invocation.out(printer ? printed(printer, found) : layout([...head, ...found.map(row)], widths));
    }
    // A watch tells of what there is before it tells of what comes.
    const path = pathOf(type, everywhere ? undefined : session.namespace);
    for await (const event of watchEvents(session, path, query, undefined, proc)) {
      const e = event.object as Event;
      if ((event.type !== "ADDED" && event.type !== "MODIFIED") || !wanted(e)) continue;
      await invocation.out(printer ? printer(e) : layout([...head.splice(0), row(e)], widths));
    }
  },
};

/** A type that nothing serves is refused without the word "error". */
function resourceNamed(...given: Parameters<typeof findType>): ReturnType<typeof findType> {
  try {
    return findType(...given);
  } catch (error) {
    throw error instanceof CliError ? new NoResourceMatch(error.message) : error;
  }
}

/** What a printer cannot print, nobody hears of (k8s: cmd/events.go Run). */
function printed(printer: Printer, items: readonly Event[]): string {
  // The typed list has no name to print.
  if (printer === namePrinter) return "";
  try {
    return printer({ apiVersion: "v1", items, kind: "EventList", metadata: {} });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return error instanceof PrintFailure ? error.output : "";
  }
}
