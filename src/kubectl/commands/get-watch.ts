import { ApiFailure, CliError, Exit, Failures } from "../errors.ts";
import { layout, tableLines, type ColumnDefinition, type Table } from "../printers/table.ts";
import type { Printer } from "../printers/printer.ts";
import { selectorQuery, withType, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { watchEvents } from "../rest/watch.ts";
import type { Invocation, Resource } from "../types.ts";
import { printObjects } from "./get-objects.ts";
import { asTable, printTables, styleOf } from "./get-tables.ts";

export async function watch(invocation: Invocation, list: readonly Target[], printer: Printer | undefined): Promise<number> {
  const { flags, session } = invocation;
  const [target] = list;
  if (!target || list.some(({ type }) => type !== target.type)) throw new CliError("you may only specify a single resource type");
  // Of several by name, what there is now is printed before they are refused.
  if (list.length > 1) {
    const late: unknown[] = [];
    if (printer) await printObjects(invocation, list, printer, late);
    else await printTables(invocation, list, late);
    throw late.length > 0 ? new Failures(late) : new CliError("you may only watch a single resource or type of resource at a time");
  }
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
