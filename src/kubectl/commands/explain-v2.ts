import { CliError } from "../errors.ts";
import type { ResourceType } from "../rest/discovery.ts";
import { apiVersionOf } from "../rest/discovery.ts";
import { inner, nameOf, resolve, type Schema, type Schemas } from "./explain-schema.ts";

/** What `explain --output=plaintext-openapiv2` prints, as kubectl did before 1.27 (k8s: kubectl/pkg/explain). */
export function explainAsBefore(type: ResourceType, schemas: Schemas, whole: Schema, path: readonly string[], recursive: boolean): string {
  let schema = whole;
  let field: Schema | undefined;
  for (const name of path) {
    const { properties, type: primitive = "object" } = inner(schema, schemas);
    // What has no fields is as far as one gets, wherever one wanted to go (k8s: kubectl/pkg/explain field_lookup.go).
    if (!properties && primitive !== "object") break;
    const next: Schema | undefined = properties?.[name];
    if (!next) throw new CliError(`field ${JSON.stringify(name)} does not exist`);
    field = schema = next;
  }
  const fields = inner(schema, schemas);
  const shown = fields.properties !== undefined;
  const lines = [`KIND:     ${type.kind}`, `VERSION:  ${apiVersionOf(type)}`, ""];
  if (field) lines.push(`${shown ? "RESOURCE:" : "FIELD:   "} ${path.at(-1)} <${typeText(field, schemas)}>`, "");
  lines.push("DESCRIPTION:");
  const words = [...new Set(described(schema, schemas))];
  lines.push(...(words.length > 0 ? words : ["<empty>"]).flatMap((text, i) => [...(i > 0 ? [""] : []), ...wrapped(text, 5)]));
  if (shown) lines.push("", "FIELDS:", ...fieldLines(fields, schemas, 3, recursive, new Set([fields])));
  return `${lines.join("\n")}\n`;
}

/** Words of a field, of what it refers to, and of what a list or map of it has. */
function described(schema: Schema, schemas: Schemas): string[] {
  const own = schema.description ? [schema.description] : [];
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (ref) return [...own, ...described(resolve({ $ref: ref }, schemas), schemas)];
  const below = schema.items ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
  return below ? [...own, ...described(below, schemas)] : own;
}

const TEXTS: ReadonlySet<string> = new Set(["Quantity", "IntOrString"]);

function typeText(schema: Schema, schemas: Schemas): string {
  if (schema.type === "array") return `[]${typeText(schema.items ?? {}, schemas)}`;
  if (typeof schema.additionalProperties === "object") return `map[string]${typeText(schema.additionalProperties, schemas)}`;
  if (TEXTS.has(nameOf(schema))) return "string";
  const { type, properties } = resolve(schema, schemas);
  if (type === "object" && !properties) return "map[string]";
  return type === undefined || type === "object" ? "Object" : type;
}

function fieldLines(schema: Schema, schemas: Schemas, indent: number, recursive: boolean, seen: ReadonlySet<Schema>): string[] {
  return Object.entries(schema.properties ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, field]) => {
      const head = `${" ".repeat(indent)}${name}\t<${typeText(field, schemas)}>`;
      // Below one another, what is required is not told.
      const required = schema.required?.includes(name) ? " -required-" : "";
      if (!recursive) return [`${head}${required}`, ...(field.description ? wrapped(field.description, 5) : []), ""];
      const below = inner(field, schemas);
      if (seen.has(below)) return [head];
      return [head, ...fieldLines(below, schemas, indent + 3, true, new Set([...seen, below]))];
    });
}

const WIDTH = 80;

/** Lines run on; what begins a list, stands alone or follows a colon keeps its line (k8s: kubectl/pkg/explain wrapString). */
function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  const flush = (): void => {
    if (line !== "") lines.push(line);
    line = "";
  };
  for (const part of text.split("\n")) {
    if (part.startsWith("    ")) {
      flush();
      lines.push(part);
      continue;
    }
    if (part.trim() === "") {
      flush();
      if (lines.length > 0) lines.push("");
      continue;
    }
    if (line.endsWith(":") || /^(?:\d+[.)]|[-*+]) /.test(part.trim())) flush();
    for (const word of part.split(/\s+/).filter((w) => w !== "")) {
      if (line !== "" && line.length + 1 + word.length > WIDTH - indent) flush();
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  flush();
  return lines.map((l) => (l === "" ? "" : " ".repeat(indent) + l));
}
