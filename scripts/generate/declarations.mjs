// Reads the models of @kubernetes/client-node: from the .d.ts optionality and descriptions, from the .js the exact wire
// names, types and formats.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";

const modelsFolder = "node_modules/@kubernetes/client-node/dist/gen/models";

/** `/** * text *‍/` to text; the generator of the client escapes quotes. */
function commentText(value) {
  return value
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim()
    .replace(/\\(['"])/g, "$1")
    .replace(/\\{2}/g, "\\");
}

/** "Array<V1Foo>", "{ [key: string]: Array<string>; }", "Date"... with a format, to a type of the generator. */
function parseType(text, format) {
  const list = /^(?:Array|Set)<(.*)>$/.exec(text);
  if (list) return { kind: "list", of: parseType(list[1], format) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(text);
  if (map) return { kind: "map", of: parseType(map[1], format) };
  const scalar = {
    string: format === "byte" ? "bytes" : "string",
    number: format === "double" ? "double" : format === "int64" ? "int64" : "int32",
    boolean: "boolean",
    Date: "time",
    V1MicroTime: "microtime",
    IntOrString: "intOrString",
    any: "any",
    object: "any",
  }[text];
  if (scalar !== undefined) return { kind: "scalar", scalar };
  if (!/^[A-Z]\w*$/.test(text)) throw new Error(`unknown type ${text} in @kubernetes/client-node`);
  return { kind: "ref", class: text };
}

function readModel(folder, className) {
  const source = readFileSync(join(folder, `${className}.d.ts`), "utf8");
  const script = readFileSync(join(folder, `${className}.js`), "utf8");
  const start = script.indexOf(`${className}.attributeTypeMap = [`);
  if (start < 0) return undefined;
  const attributes = JSON.parse(
    script.slice(
      script.indexOf("[", start),
      script.indexOf("\n];", start) < 0 ? script.indexOf("];", start) + 1 : script.indexOf("\n];", start) + 2,
    ),
  );
  const { program, comments } = parseSync(`${className}.d.ts`, source);
  const before = (position) => {
    let found;
    for (const comment of comments)
      if (comment.type === "Block" && comment.end <= position && /^\s*$/.test(source.slice(comment.end, position))) found = comment;
    return found === undefined ? "" : commentText(found.value.replace(/^\*/, ""));
  };
  const exported = program.body.find((node) => node.type === "ExportNamedDeclaration" && node.declaration?.type === "ClassDeclaration");
  const members = new Map();
  for (const member of exported.declaration.body.body) {
    if (member.type !== "PropertyDefinition" || member.static) continue;
    members.set(member.key.value ?? member.key.name, { required: !member.optional, description: before(member.start) });
  }
  return {
    class: className,
    description: before(exported.start),
    fields: attributes.map(({ name, baseName, type, format }) => ({
      name: baseName,
      type: parseType(type, format),
      required: members.get(name)?.required ?? false,
      description: members.get(name)?.description ?? "",
    })),
  };
}

/** Every model by class name. */
export function readDeclarations(root) {
  const folder = join(root, modelsFolder);
  const models = new Map();
  for (const file of readdirSync(folder).sort()) {
    const className = /^((?:V\d|[A-Z][a-z]+V\d)\w*|VersionInfo)\.d\.ts$/.exec(file)?.[1];
    if (className === undefined) continue;
    const model = readModel(folder, className);
    if (model !== undefined) models.set(className, model);
  }
  return models;
}
