import { type JsonPath, jsonPathText, parseJsonPath } from "../../machinery/index.ts";
import { since } from "../columns.ts";
import type { CustomResourceColumnDefinition } from "../generated/types.ts";
import type { Column } from "../kind.ts";
import type { KubeObject } from "../meta.ts";

const AGE: CustomResourceColumnDefinition = {
  name: "Age",
  type: "date",
  description: "When the object was created, as the server saw it.",
  jsonPath: ".metadata.creationTimestamp",
};

/** The columns a version asks for; the age when it asks for none (k8s: registry/customresource/tableconvertor). */
export function printerColumns(columns: readonly CustomResourceColumnDefinition[] | undefined): readonly Column<KubeObject>[] {
  const wanted = columns?.length ? columns : [AGE];
  // One path that cannot be read costs all of them.
  try {
    return wanted.map((column) => printerColumn(column, parseJsonPath(`{${column.jsonPath}}`)));
  } catch {
    return [];
  }
}

function printerColumn(
  { name, type, format, description, jsonPath, priority }: CustomResourceColumnDefinition,
  path: JsonPath,
): Column<KubeObject> {
  return {
    name,
    type: type as NonNullable<Column<KubeObject>["type"]>,
    format: format ?? "",
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    ...(priority ? { priority } : {}),
    cell(object, now) {
      try {
        const values = path.find(object)[0];
        if (values === undefined || values.length === 0) return null;
        return type === "string" ? jsonPathText(values[0]) : cellOf(type, values[0], now);
      } catch {
        return null;
      }
    },
  };
}

/** A value of another type than the column's shows nothing. */
function cellOf(type: string, value: unknown, now: number): string | number | boolean | null {
  if (type === "integer") return typeof value === "number" ? Math.trunc(value) : null;
  if (type === "number") return typeof value === "number" ? value : null;
  if (type === "boolean") return typeof value === "boolean" ? value : null;
  return type === "date" && typeof value === "string" ? since(value, now) : null;
}
