import { goSprint } from "../../machinery/index.ts";
import { CliError, PrintFailure } from "../errors.ts";
import { compile, relaxed } from "./jsonpath.ts";
import type { Printer } from "./printer.ts";
import { layout } from "./table.ts";

/** -o custom-columns=HEADER:path,… (k8s: get/customcolumn.go). */
export function columnsPrinter(spec: string, noHeaders: boolean): Printer {
  if (spec === "") throw new CliError("custom-columns format specified but no custom columns given");
  const columns = spec.split(",").map((part) => {
    const colon = part.indexOf(":");
    if (colon < 0) throw new CliError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return { header: part.slice(0, colon), path: relaxed(part.slice(colon + 1)) };
  });
  return (object) => {
    const o = object as { items?: readonly object[] };
    const lines = noHeaders ? [] : [columns.map((c) => c.header).join("\t")];
    const find = columns.map((c) => {
      try {
        const values = compile(c.path);
        return (item: object) => values(item, true);
      } catch (error) {
        // The headers are out before a path is parsed.
        throw new PrintFailure(layout(lines), error instanceof Error ? error.message : String(error));
      }
    });
    for (const item of Array.isArray(o.items) ? o.items : [object])
      try {
        lines.push(find.map((values) => cell(values(item as object))).join("\t"));
      } catch (error) {
        // What was printed before a value could not be had stays.
        throw new PrintFailure(layout(lines, []), error instanceof Error ? error.message : String(error));
      }
    // A value of several lines does not end its column.
    return layout(lines, []);
  };
}

const cell = (values: readonly unknown[]): string => (values.length === 0 ? "<none>" : values.map(goSprint).join(","));
