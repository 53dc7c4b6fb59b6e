import { relaxedJsonPath } from "../../machinery/index.ts";
import { since } from "../describe/page.ts";
import { ApiFailure, CliError, Exit, Failures, isNotFound } from "../errors.ts";
import { allNamespacesFlag, fieldSelectorFlag, fileFlags, getPrintFlags, selectorFlag } from "../flags/groups.ts";
import { bool, type Flags, int, str, strings } from "../flags/parse.ts";
import { klogHead } from "../klog.ts";
import { layout, isTable, tableLines, type ColumnDefinition, type Row, type Table, type TableStyle } from "../printers/table.ts";
import { joined } from "../printers/pieces.ts";
import { GET_FORMATS, printerFor, type Printer } from "../printers/printer.ts";
import { sortObjects, sortRows, Unsortable } from "../printers/sort.ts";
import { groupResourceOf, singularWithGroup } from "../rest/discovery.ts";
import { liveObjects, PartialTargets, selectionFailure, selectorQuery, targets, withType, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { watchEvents } from "../rest/watch.ts";
import { sendRaw } from "./raw.ts";
import type { Command, Invocation, Resource } from "../types.ts";

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
      await invocation.err(`${klogHead("F", proc.clock.now(), proc.pid)} sorter.go:375] ${error.message}\n`);
      return 1;
    }
    if (late.length > 0) throw new Failures(late);
    return 0;
  },
};

/** CPU that a piece of a list takes to be made into text. */
const PIECE_MS = 0.4;

/** k8s: get.go Validate. */
function checkRaw(flags: Flags): void {
  if (["watch", "watch-only", "selector"].some((name) => flags.changed(name)))
    throw new CliError("--raw may not be specified with other flags that filter the server request or alter the output");
  if (flags.string("output")) throw new CliError("--raw and --output are mutually exclusive");
  const raw = flags.string("raw");
  if (!/^(\/|[a-z]+:)/.test(raw))
    throw new CliError(`--raw must be a valid URL path: parse ${JSON.stringify(raw)}: invalid URI for request`);
}

const nothingFound = async (invocation: Invocation, list: readonly Target[]): Promise<void> => {
  const { flags } = invocation;
  const namespaced = list.every((t) => t.type.namespaced) || !flags.bool("server-print");
  const scoped = namespaced && !flags.bool("all-namespaces");
  await invocation.err(scoped ? `No resources found in ${invocation.session.namespace} namespace.\n` : "No resources found\n");
};

async function printTables(invocation: Invocation, list: readonly Target[], errors: unknown[]): Promise<void> {
  const { flags } = invocation;
  const several = new Set(list.map((t) => groupResourceOf(t.type))).size > 1;
  // Tables of several types hold no objects to sort by (k8s: get.go's sorter of the infos).
  if (several && flags.string("sort-by"))
    throw new CliError(
      `couldn't find any field with path ${JSON.stringify(relaxedJsonPath(flags.string("sort-by")))} in the list of objects`,
    );
  const groups: { target: Target; tables: Table[] }[] = [];
  for (const target of list) {
    let tables: Table[];
    try {
      tables = await fetchTables(invocation, target);
    } catch (error) {
      if (isNotFound(error) && flags.bool("ignore-not-found")) continue;
      errors.push(error);
      if (!(error instanceof ApiFailure)) throw error;
      continue;
    }
    if (tables.every((t) => (t.rows ?? []).length === 0)) continue;
    const last = groups.at(-1);
    if (last && last.target.type === target.type) last.tables.push(...tables);
    else groups.push({ target, tables });
  }
  let text = "";
  for (const { target, tables } of groups) {
    const style = styleOf(invocation, target, several);
    const columns = tables.find((t) => t.columnDefinitions)?.columnDefinitions ?? [];
    const rows = sortedRows(tables, columns, flags.string("sort-by"));
    // What cannot be sorted is not printed, and nobody is told why (k8s: get.go, the printer's error is lost).
    if (!rows) continue;
    if (text !== "" && !flags.bool("no-headers")) text += "\n";
    text += layout(tableLines({ kind: "Table", rows }, columns, style, true));
  }
  if (text === "" && errors.length === 0 && !flags.bool("ignore-not-found")) await nothingFound(invocation, list);
  else await invocation.out(text);
}

function sortedRows(tables: readonly Table[], columns: readonly ColumnDefinition[], field: string): readonly Row[] | undefined {
  try {
    return sortRows(
      tables.flatMap((t) => t.rows ?? []),
      columns,
      field,
    );
  } catch (error) {
    if (error instanceof Unsortable) throw error;
    return undefined;
  }
}

function styleOf({ flags }: Invocation, target: Target, several: boolean): TableStyle {
  return {
    wide: flags.string("output") === "wide",
    noHeaders: flags.bool("no-headers"),
    namespaces: flags.bool("all-namespaces") && target.type.namespaced,
    showLabels: flags.bool("show-labels"),
    labelColumns: flags.list("label-columns"),
    prefix: several || flags.bool("show-kind") ? singularWithGroup(target.type) : undefined,
    events: flags.bool("output-watch-events"),
  };
}

async function fetchTables(invocation: Invocation, target: Target): Promise<Table[]> {
  const { flags, session } = invocation;
  const sub = flags.string("subresource");
  // Without the server's tables there are names and ages.
  const as = flags.bool("server-print") ? ({ as: "Table" } as const) : {};
  const asked = (body: object): Table => asTable(body, target, session.now);
  // Whole objects come with the rows where they are sorted by.
  const objects = flags.string("sort-by") ? { includeObject: "Object" } : {};
  if (target.name !== undefined)
    return [
      asked(
        await session.object("GET", pathOf(target.type, target.namespace, target.name, sub || undefined), {
          ...as,
          query: objects,
        }),
      ),
    ];
  const limit = flags.string("sort-by") ? 0 : flags.int("chunk-size");
  const tables: Table[] = [];
  let token: string | undefined;
  do {
    const query = {
      ...selectorQuery(invocation),
      ...objects,
      ...(limit > 0 ? { limit: String(limit) } : {}),
      ...(token ? { continue: token } : {}),
    };
    const answer = session.object("GET", pathOf(target.type, target.namespace), { ...as, query }).catch((error: unknown) => {
      throw selectionFailure(error, target, selectorQuery(invocation));
    });
    const table = asked(await answer);
    tables.push(table);
    token = table.metadata?.continue || undefined;
  } while (token);
  return tables;
}

/** A server that does not print tables for a type sends objects: NAME and AGE are then all there is to say. */
function asTable(body: object, target: Target, now: number): Table {
  if (isTable(body)) return body;
  const items = ((body as { items?: readonly Resource[] }).items ?? [withType(body as Resource, target.type)]) as readonly Resource[];
  return {
    kind: "Table",
    columnDefinitions: [
      { name: "Name", type: "string", priority: 0 },
      { name: "Age", type: "string", priority: 0 },
    ],
    rows: items.map((object) => ({ cells: [object.metadata.name, since(object.metadata.creationTimestamp, now)], object })),
    ...("metadata" in body ? { metadata: body.metadata as object } : {}),
  };
}

async function printObjects(invocation: Invocation, list: readonly Target[], printer: Printer, errors: unknown[]): Promise<void> {
  const { flags } = invocation;
  const single = list.length === 1 && list[0]?.name !== undefined;
  const items: Resource[] = [];
  for (const target of list) {
    try {
      const sub = flags.string("subresource");
      if (sub && target.name !== undefined)
        items.push((await invocation.session.object("GET", pathOf(target.type, target.namespace, target.name, sub))) as Resource);
      else for (const { object } of await liveObjects(invocation, [target])) items.push(withType(object, target.type));
    } catch (error) {
      if (isNotFound(error) && flags.bool("ignore-not-found")) continue;
      errors.push(error);
      if (!(error instanceof ApiFailure)) throw error;
    }
  }
  if (single) {
    if (items[0]) await invocation.out(printer(items[0]));
    return;
  }
  if (errors.length > 0 && items.length === 0) return;
  const sorted = sortObjects(items, flags.string("sort-by"));
  const whole = { apiVersion: "v1", items: sorted, kind: "List", metadata: { resourceVersion: "" } };
  if (!printer.pieces) return invocation.out(printer(whole));
  // As fast as somebody reads: a terminal's screen sets the pace, and Ctrl-C comes between two pieces.
  for (const piece of joined(printer.pieces(whole))) {
    await invocation.out(piece);
    await invocation.proc.cpu?.(PIECE_MS);
  }
}

async function watch(invocation: Invocation, list: readonly Target[], printer: Printer | undefined): Promise<number> {
  const { flags, session } = invocation;
  const [target] = list;
  if (!target || list.length !== 1) throw new CliError("you may only specify a single resource type");
  const style = styleOf(invocation, target, false);
  const widths: number[] = [];
  let columns: readonly ColumnDefinition[] = [];
  let headers = true;
  const single = target.name !== undefined;
  const query = { ...selectorQuery(invocation), ...(single ? { fieldSelector: `metadata.name=${target.name}` } : {}) };
  const show = async (table: Table, event: string): Promise<void> => {
    if (table.columnDefinitions && table.columnDefinitions.length > 0) columns = table.columnDefinitions;
    if ((table.rows ?? []).length === 0) return;
    const lines = tableLines(table, columns, style, headers, event);
    headers = false;
    await invocation.out(layout(lines, widths));
  };
  const showObject = async (type: string, object: object): Promise<void> => {
    if (!printer) return;
    await invocation.out(printer(flags.bool("output-watch-events") ? { type, object } : object));
  };
  let resourceVersion: string;
  if (printer) {
    const found = single ? [await session.get(target.type, target.namespace, target.name as string)] : undefined;
    const page = found ? undefined : await session.list(target.type, target.namespace, selectorQuery(invocation));
    resourceVersion = page?.resourceVersion ?? found?.[0]?.metadata.resourceVersion ?? "";
    if (!flags.bool("watch-only")) for (const o of found ?? page?.items ?? []) await showObject("ADDED", withType(o, target.type));
  } else {
    const path = pathOf(target.type, target.namespace, target.name);
    const table = asTable(
      await session.object("GET", path, {
        as: "Table",
        query: { ...(single ? {} : selectorQuery(invocation)), includeObject: "Metadata" },
      }),
      target,
      session.now,
    );
    resourceVersion = (single ? table.rows?.[0]?.object?.metadata?.resourceVersion : table.metadata?.resourceVersion) ?? "";
    if (table.columnDefinitions) columns = table.columnDefinitions;
    if (!flags.bool("watch-only")) await show(table, "ADDED");
  }
  for await (const event of watchEvents(
    session,
    pathOf(target.type, target.namespace),
    { ...query, resourceVersion },
    printer ? undefined : "Table",
    invocation.proc,
  )) {
    if (event.type === "ERROR") throw new ApiFailure(event.object as never);
    if (event.type === "BOOKMARK") continue;
    if (printer) await showObject(event.type, withType(event.object as Resource, target.type));
    else await show(asTable(event.object, target, session.now), event.type);
  }
  if (invocation.proc.signal.aborted) throw new Exit(130);
  return 0;
}
