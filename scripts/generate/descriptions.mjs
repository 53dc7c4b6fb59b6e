// Descriptions that @kubernetes/client-node lacks: its generator drops those of fields that refer to another type.
// kubernetes-types (made from the same OpenAPI, of an older release) has them for all fields that are older than it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";

const folder = "node_modules/kubernetes-types";

/** OpenAPI name of a type to its fields' descriptions. */
export function readDescriptions(root) {
  const found = new Map();
  for (const file of readdirSync(join(root, folder), { recursive: true }).map(String).sort()) {
    const [, group, version] = /^(\w+)[\\/](v\w+)\.d\.ts$/.exec(file) ?? [];
    if (group === undefined) continue;
    const prefix = group === "meta" ? "io.k8s.apimachinery.pkg.apis.meta" : `io.k8s.api.${group}`;
    const source = readFileSync(join(root, folder, file), "utf8");
    const { program, comments } = parseSync(file, source);
    const ending = new Map(comments.filter((c) => c.type === "Block").map((c) => [source.slice(c.end).match(/^\s*/)[0].length + c.end, c]));
    for (const { declaration } of program.body) {
      if (declaration?.type !== "TSInterfaceDeclaration") continue;
      const fields = new Map();
      for (const member of declaration.body.body) {
        const comment = ending.get(member.start);
        if (member.type === "TSPropertySignature" && comment) fields.set(member.key.value ?? member.key.name, textOf(comment.value));
      }
      found.set(`${prefix}.${version}.${declaration.id.name}`, fields);
    }
  }
  return found;
}

const textOf = (comment) =>
  comment
    .replace(/^\*/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();

const ENTITIES = { "&#x60;": "`", "&#x3D;": "=", "&quot;": '"', "&#39;": "'" };

/** Query and path parameters to the first sentence that the client says of them. */
export function readParameterDescriptions(root) {
  const source = readFileSync(join(root, "node_modules/@kubernetes/client-node/dist/gen/apis/CoreV1Api.d.ts"), "utf8");
  const found = new Map();
  for (const [, name, text] of source.matchAll(/^ +\* @param (\w+) (.+)$/gm)) {
    const plain = text.replace(/&#?\w+;/g, (entity) => ENTITIES[entity] ?? entity).replace(/\\(['"])/g, "$1");
    const key = name.replace(/^_/, "");
    if (!found.has(key)) found.set(key, /^.*?\.(?= |$)/.exec(plain)?.[0] ?? plain);
  }
  return found;
}
