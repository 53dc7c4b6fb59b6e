import { since } from "../describe/page.ts";
import { ApiFailure, isNotFound } from "../errors.ts";
import { layout, isTable, tableLines, type Table, type TableStyle } from "../printers/table.ts";
import { sortAnswers, sortRows, Unsortable } from "../printers/sort.ts";
import { groupResourceOf, singularWithGroup } from "../rest/discovery.ts";
import { namedObject, selectionFailure, selectorQuery, withType, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import type { Invocation, Resource } from "../types.ts";

/** What one request brought: the server's table, or one object of a list that the server made no table of. */
interface Answer {
  readonly target: Target;
  readonly table: Table;
  readonly object: object;
}

const nothingFound = async (invocation: Invocation, list: readonly Target[]): Promise<void> => {
  const { flags } = invocation;
  const namespaced = list.every((t) => t.type.namespaced) || !flags.bool("server-print");
  const scoped = namespaced && !flags.bool("all-namespaces");
  await invocation.err(scoped ? `No resources found in ${invocation.session.namespace} namespace.\n` : "No resources found\n");
};

export async function printTables(invocation: Invocation, list: readonly Target[], errors: unknown[]): Promise<void> {
  const { flags } = invocation;
  const fetched: Answer[] = [];
  for (const target of list) {
    try {
      fetched.push(...(await fetchTables(invocation, target)));
    } catch (error) {
      if (isNotFound(error) && flags.bool("ignore-not-found")) continue;
      errors.push(error);
      if (!(error instanceof ApiFailure)) throw error;
    }
  }
  const several = new Set(fetched.map(({ target }) => groupResourceOf(target.type))).size > 1;
  const field = flags.string("sort-by");
  const groups: { target: Target; tables: Table[] }[] = [];
  for (const { target, table } of sortAnswers(fetched, (answer) => answer.object, field)) {
    const last = groups.at(-1);
    if (last && last.target.type === target.type) last.tables.push(table);
    else groups.push({ target, tables: [table] });
  }
  let text = "";
  for (const { target, tables } of groups) {
    const sorted = tables.map((table) => ({ ...table, rows: sortedRows(table, field) }));
    const rows = sorted.flatMap((table) => table.rows);
    if (rows.length === 0) continue;
    const columns = sorted.find((t) => t.columnDefinitions)?.columnDefinitions ?? [];
    if (text !== "" && !flags.bool("no-headers")) text += "\n";
    text += layout(tableLines({ kind: "Table", rows }, columns, styleOf(invocation, target, several), true));
  }
  if (text === "" && errors.length === 0 && !flags.bool("ignore-not-found")) await nothingFound(invocation, list);
  else await invocation.out(text);
}

/** What cannot be sorted is not printed, and nobody is told why (k8s: get.go, the printer's error is lost). */
function sortedRows(table: Table, field: string): Table["rows"] & object {
  try {
    return sortRows(table.rows ?? [], field);
  } catch (error) {
    if (error instanceof Unsortable) throw error;
    return [];
  }
}

export function styleOf({ flags }: Invocation, target: Target, several: boolean): TableStyle {
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

async function fetchTables(invocation: Invocation, target: Target): Promise<Answer[]> {
  const { flags, session } = invocation;
  const sub = flags.string("subresource");
  // Without the server's tables there are names and ages.
  const as = flags.bool("server-print") ? ({ as: "Table" } as const) : {};
  const answers = (body: object): Answer[] => {
    const table = asTable(body, target, session.now);
    if (table === body) return [{ target, table, object: table }];
    return (table.rows ?? []).map((row) => ({ target, table: { ...table, rows: [row] }, object: row.object ?? {} }));
  };
  // Whole objects come with the rows where they are sorted by.
  const objects = flags.string("sort-by") ? { includeObject: "Object" } : {};
  if (target.name !== undefined) return answers(await namedObject(session, target, { ...as, query: objects }, sub || undefined));
  const limit = flags.string("sort-by") ? 0 : flags.int("chunk-size");
  const found: Answer[] = [];
  let token: string | undefined;
  do {
    const query = {
      ...selectorQuery(invocation),
      ...objects,
      ...(limit > 0 ? { limit: String(limit) } : {}),
      ...(token ? { continue: token } : {}),
    };
    const body = await session.object("GET", pathOf(target.type, target.namespace), { ...as, query }).catch((error: unknown) => {
      throw selectionFailure(error, target, selectorQuery(invocation));
    });
    found.push(...answers(body));
    token = (body as Table).metadata?.continue || undefined;
  } while (token);
  return found;
}

/** A server that does not print tables for a type sends objects: NAME and AGE are then all there is to say. */
export function asTable(body: object, target: Target, now: number): Table {
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
