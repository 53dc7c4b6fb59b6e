import { CliError, PrintFailure } from "../errors.ts";
import { bool, str } from "../flags/parse.ts";
import { typeOfKind, type ResourceType } from "../rest/discovery.ts";
import type { Command, Invocation } from "../types.ts";
import { explained } from "./explain-path.ts";
import { inner, nameOf, resolve, type Schema, type Schemas } from "./explain-schema.ts";
import { explainAsBefore } from "./explain-v2.ts";

function typeText(schema: Schema, schemas: Schemas): string {
  if (schema.type === "array") return `[]${typeText(schema.items ?? {}, schemas)}`;
  if (typeof schema.additionalProperties === "object") return `map[string]${typeText(schema.additionalProperties, schemas)}`;
  const named = nameOf(schema);
  // A time is a string with a name; a quantity is several things and keeps its own.
  if (named) return PRIMITIVE.has(resolve(schema, schemas).type ?? "") ? (resolve(schema, schemas).type as string) : named;
  return schema.type === "object" ? "Object" : (schema.type ?? "Object");
}

const PRIMITIVE: ReadonlySet<string> = new Set(["string", "integer", "number", "boolean"]);

/** What a field says of itself, and what its type says (k8s: explain/v2 plaintext.tmpl "description"). */
function descriptionOf(field: Schema | undefined, schemas: Schemas): string {
  const own = field?.description ?? "";
  const inside = field?.items ?? (typeof field?.additionalProperties === "object" ? field.additionalProperties : undefined);
  const below =
    field && (field.$ref ?? field.allOf?.[0]?.$ref)
      ? (resolve({ ...field, description: undefined } as Schema, schemas).description ?? "")
      : descriptionOfItems(inside, schemas);
  return [own, below === own ? "" : below].filter((t) => t !== "").join("\n");
}

const descriptionOfItems = (items: Schema | undefined, schemas: Schemas): string => (items ? descriptionOf(items, schemas) : "");

export const explain: Command = {
  name: "explain",
  group: "Basic Commands (Intermediate)",
  short: "Get documentation for a resource",
  usage: "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]",
  arguments: "none",
  flags: {
    "api-version": str("Use given api-version (group/version) of the resource."),
    output: str("Format in which to render the schema.", "o", "plaintext", ["plaintext", "plaintext-openapiv2"]),
    recursive: bool("When true, print the name of all the fields recursively.", "R"),
  },
  async run(invocation) {
    const { args, flags, session } = invocation;
    if (args.length === 0)
      throw new CliError(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    if (args.length > 1) throw new CliError("We accept only this format: explain RESOURCE");
    const output = flags.string("output");
    const version = flags.string("api-version");
    const { type: named, path } = await explained(invocation, args[0] as string, version !== "");
    const before = output === "plaintext-openapiv2";
    const type = version ? await typeIn(invocation, named, version) : named;
    if (!before && output !== "plaintext") throw new CliError(`unrecognized format: ${output}`);
    if (!type) throw new CliError(`GVR (${ofVersion(version)}, Resource=${named.name}) not found in OpenAPI schema`);
    const document = JSON.parse(await session.text(`/openapi/v3/${type.group ? `apis/${type.group}` : "api"}/${type.version}`)) as {
      components?: { schemas?: Schemas };
    };
    const schemas = document.components?.schemas ?? {};
    let schema = Object.values(schemas).find((s) =>
      s["x-kubernetes-group-version-kind"]?.some((g) => g.group === type.group && g.version === type.version && g.kind === type.kind),
    );
    if (!schema) throw new CliError(`GVR (/${type.version}, Resource=${type.name}) not found in OpenAPI schema`);
    if (before) return invocation.out(explainAsBefore(type, schemas, schema, path, flags.bool("recursive"))).then(() => 0);
    let field: Schema | undefined;
    for (const name of path) {
      const parent: Schema = inner(schema, schemas);
      field = parent.properties?.[name];
      // The head is on stdout by then, and it is the last field that is missed (k8s: explain/v2 plaintext.tmpl "schema").
      if (!field) throw new PrintFailure(`${head(type).join("\n")}\n`, `field ${JSON.stringify(path.at(-1))} does not exist`);
      schema = field;
    }
    const s = inner(schema, schemas);
    const lines = head(type);
    if (field) lines.push(`FIELD: ${path.at(-1)} <${typeText(field, schemas)}>`, field.enum ? enumLine(field.enum) : "", "");
    const words = field ? descriptionOf(field, schemas) : (resolve(schema, schemas).description ?? "");
    lines.push("DESCRIPTION:", ...wrap(words || "<empty>", 4), ...(words ? ["    "] : []));
    if (s.properties) lines.push("FIELDS:", ...fieldLines(s, schemas, 1, flags.bool("recursive"), new Set()));
    await invocation.out(`${lines.join("\n")}\n\n`);
  },
};

const head = (type: ResourceType): string[] => [
  ...(type.group ? [`GROUP:      ${type.group}`] : []),
  `KIND:       ${type.kind}`,
  `VERSION:    ${type.version}`,
  "",
];

const ofVersion = (version: string): string => (version.includes("/") ? version : `/${version}`);

/** The type in the version that --api-version says; undefined where that version's document has no such type. */
async function typeIn({ session, flags }: Invocation, type: ResourceType, version: string): Promise<ResourceType | undefined> {
  if (version.split("/").length > 2) throw new CliError(`unexpected GroupVersion string: ${version}`);
  const discovery = await session.discovery();
  const other = typeOfKind(discovery, version, type.kind);
  if (other) return other;
  if (flags.string("output") === "plaintext-openapiv2")
    throw new CliError(`couldn't find resource for "${ofVersion(version)}, Kind=${type.kind}"`);
  // A version that nothing serves has no document to look in.
  if (!discovery.groupVersions.includes(version))
    throw new CliError(`couldn't find resource for "${ofVersion(version)}, Resource=${type.name}"`);
  return undefined;
}

const enumLine = (values: readonly string[]): string => `ENUM:\n${values.map((v) => `    ${v}`).join("\n")}`;

function fieldLines(schema: Schema, schemas: Schemas, level: number, recursive: boolean, seen: ReadonlySet<Schema>): string[] {
  const pad = "  ".repeat(level);
  return Object.keys(schema.properties ?? {})
    .sort()
    .flatMap((name) => {
      const field = schema.properties?.[name] as Schema;
      const required = schema.required?.includes(name) ? " -required-" : "";
      const head = `${pad}${name}\t<${typeText(field, schemas)}>${required}`;
      const choices = field.enum;
      const listed = choices
        ? [
            `${pad}enum: ${choices
              .slice(0, 4)
              .map((c) => c || '""')
              .join(", ")}${choices.length > 4 ? ", ...." : ""}`,
          ]
        : [];
      if (!recursive) return [head, ...listed, ...wrap(field.description || "<no description>", 4), ""];
      const below = inner(field, schemas);
      return seen.has(below) || !below.properties
        ? [head, ...listed]
        : [head, ...listed, ...fieldLines(below, schemas, level + 1, true, new Set([...seen, below]))];
    });
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    // Lists keep their place: " - one of the values".
    const lead = /^ */.exec(paragraph)?.[0] ?? "";
    let line = lead;
    for (const word of paragraph.slice(lead.length).split(" ")) {
      if (line.trim() && line.length + 1 + word.length > 80 - indent) {
        lines.push(" ".repeat(indent) + line);
        line = word;
      } else line = line.trim() ? `${line} ${word}` : line + word;
    }
    lines.push(" ".repeat(indent) + line);
  }
  // What is broken off ends where its last word does.
  for (const [i, line] of lines.entries()) if (line.trim() !== "") lines[i] = line.trimEnd();
  return lines;
}
