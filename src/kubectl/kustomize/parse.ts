import { LineCounter, parseAllDocuments, type Document } from "yaml";
import { goYamlOptions, goYamlProblem, goYamlValueProblem, stringKeyed } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";
import { copyNode, isNodeMap, Res, text, type Node, type NodeMap } from "./resource.ts";

/** As go-yaml v3 reads: true and false alone are booleans, a day or a moment is a time (kustomize: kyaml's parser). */
export const kyamlOptions = {
  ...goYamlOptions,
  customTags: (tags: unknown[]) => [
    ...(goYamlOptions.customTags(tags) as unknown[]).filter((tag) => (tag as { tag?: string }).tag !== "tag:yaml.org,2002:bool"),
    {
      tag: "tag:yaml.org,2002:bool",
      default: true,
      test: /^(?:true|True|TRUE|false|False|FALSE)$/,
      resolve: (s: string): boolean => s[0] === "t" || s[0] === "T",
    },
    { tag: "tag:yaml.org,2002:int", default: true, test: /^[-+]?0o[0-7]+$/, resolve: (s: string): number => Number(s.replace("+", "")) },
  ],
} as never as typeof goYamlOptions;

/** Objects of a file; kinds that list others give their items. */
export function parseResources(source: string): Res[] {
  const found: NodeMap[] = [];
  for (const value of documents(source)) {
    if (value === null || (isNodeMap(value) && Object.keys(value).length === 0)) continue;
    const node = confirmed(value);
    found.push(...itemsOf(node));
  }
  return found.map((node) => new Res(copyNode(node)));
}

function itemsOf(node: NodeMap): NodeMap[] {
  const kind = text(node["kind"]);
  if (!kind.endsWith("List") || !("items" in node)) return [node];
  const items = node["items"];
  if (items === null) return [];
  if (!Array.isArray(items)) throw new CliError(`expected array in ${kind}/items, but found ${typeof items}`);
  return items.filter((i) => i !== null).flatMap((item) => itemsOf(confirmed(item)));
}

/** That it has a kind and a name, and no list of it an empty entry. */
function confirmed(value: Node): NodeMap {
  if (!isNodeMap(value) || (value["metadata"] === undefined && value["kind"] === undefined && value["apiVersion"] === undefined))
    throw new CliError("missing Resource metadata");
  const meta = isNodeMap(value["metadata"]) ? value["metadata"] : {};
  const shown = (): string =>
    `{{${text(value["apiVersion"])} ${text(value["kind"])}} {{${text(meta["name"])} ${text(meta["namespace"])}} ${goMap(meta["labels"])} ${goMap(meta["annotations"])}}}`;
  if (!text(value["kind"])) throw new CliError(`missing kind in object ${shown()}`);
  if (!text(value["kind"]).endsWith("List") && !text(meta["name"])) throw new CliError(`missing metadata.name in object ${shown()}`);
  return value;
}

const goMap = (v: unknown): string =>
  `map[${
    isNodeMap(v)
      ? Object.keys(v)
          .sort()
          .map((k) => `${k}:${text(v[k])}`)
          .join(" ")
      : ""
  }]`;

/** Values of a stream's documents. Throws CliError "MalformedYAMLError: yaml: line 4: …". */
function* documents(source: string): Iterable<Node> {
  // A line of --- begins a document of its own, which counts its lines from one (kustomize: kio.ByteReader).
  for (const chunk of source.replaceAll("\r\n", "\n").split(/\n---[^\S\n]*(?:#[^\n]*)?(?=\n|$)/)) {
    const lines = new LineCounter();
    const [first] = parseAllDocuments(chunk, { ...kyamlOptions, lineCounter: lines }) as Document[];
    if (!first) continue;
    const [error] = first.errors;
    if (error) throw new CliError(`MalformedYAMLError: yaml: ${goYamlProblem(error, chunk, lines.linePos(error.pos[0]).line)}`);
    let value: unknown;
    try {
      value = first.toJS({ maxAliasCount: 1000 });
    } catch (e) {
      throw new CliError(`MalformedYAMLError: yaml: ${goYamlValueProblem(e)}`);
    }
    yield stringKeyed(value) as Node;
  }
}
