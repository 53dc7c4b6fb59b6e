import { base64Decode, base64Encode } from "../../../machinery/index.ts";
import { fromBytes, toBytes } from "../../../runtime/index.ts";
import { argument, type Context, each, type Operators, right } from "./evaluate.ts";
import { exploded } from "./facts.ts";
import { plainStyles, writeJson } from "./json.ts";
import { copy, followed, pairs, replaced, type Room, text, YqError, type YqNode } from "./node.ts";
import { readProperties, writeProperties } from "./properties.ts";
import { leadingText, readYaml } from "./read-yaml.ts";
import { readTable, writeTable } from "./tables.ts";
import { writeYaml } from "./write-yaml.ts";
import { readXml, writeXml, xmlDefaults, type XmlOptions } from "./xml.ts";

export interface FormatOptions {
  readonly indent: number;
  readonly compact: boolean;
  readonly unwrap: boolean;
  readonly xml: XmlOptions;
  readonly propertySeparator: string;
  readonly propertyBrackets: boolean;
  readonly csvSeparator: string;
  readonly autoParse: boolean;
  readonly shellSeparator: string;
}
export const formatDefaults: FormatOptions = {
  indent: 2,
  compact: false,
  unwrap: true,
  xml: xmlDefaults,
  propertySeparator: " = ",
  propertyBrackets: false,
  csvSeparator: ",",
  autoParse: true,
  shellSeparator: "_",
};

const NAMES: Readonly<Record<string, string>> = {
  y: "yaml", yaml: "yaml", yml: "yaml",
  j: "json", json: "json",
  p: "props", props: "props", properties: "props",
  c: "csv", csv: "csv",
  t: "tsv", tsv: "tsv",
  x: "xml", xml: "xml",
  s: "shell", shell: "shell",
  base64: "base64", uri: "uri", sh: "sh",
}; // prettier-ignore
const ABSENT = new Set(["toml", "l", "lua", "ini", "i", "hcl", "h", "tf", "ky", "kyaml"]);
const OUTPUT_ONLY = new Set(["shell", "sh"]);

/** The format of a name that is given with `-o` or `-p`. */
export function formatNamed(name: string): string {
  const format = NAMES[name];
  if (format) return format;
  if (ABSENT.has(name))
    throw new YqError(`the format '${name}' is not there on this computer: yaml, json, props, csv, tsv, xml, shell, base64 and uri are`);
  throw new YqError(`unknown format '${name}' please use [yaml|json|props|csv|tsv|xml|base64|uri|shell]`);
}
/** By the end of a file's name; what is unknown is YAML. */
export function formatOf(path: string): string {
  const end = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "yaml";
  return ABSENT.has(end) && end.length > 1 ? formatNamed(end) : end.length > 1 ? (NAMES[end] ?? "yaml") : "yaml";
}

export function decode(format: string, source: string, room: Room, options: FormatOptions): YqNode[] {
  switch (format) {
    case "yaml":
      return readYaml(source, room);
    case "json": {
      const nodes = readYaml(source.replace(/\}(\s*)\{/g, "}\n---\n{"), room).map((n) => Object.assign(n, { leading: "" }));
      plainStyles(nodes);
      return nodes;
    }
    case "props":
      return [readProperties(source, room)];
    case "csv":
      return [readTable(source, options.csvSeparator, room, options.autoParse)];
    case "tsv":
      return [readTable(source, "\t", room, options.autoParse)];
    case "xml":
      return [readXml(source, room, options.xml)];
    case "base64": {
      const bytes = base64Decode(source.trim());
      if (typeof bytes === "number") throw new YqError(`illegal base64 data at input byte ${bytes}`);
      return [text(room, fromBytes(bytes))];
    }
    case "uri":
      try {
        return [text(room, decodeURIComponent(source.replace(/\n$/, "").replaceAll("+", " ")))];
      } catch {
        throw new YqError(`invalid URL escape "${/%.{0,2}/.exec(source)?.[0] ?? ""}"`);
      }
    default:
      throw new YqError(OUTPUT_ONLY.has(format) ? `no support for ${format} input format` : `unknown format '${format}'`);
  }
}

/** A node in a format, with its last newline; what stood before the document is not in it. */
export function encode(format: string, given: YqNode, options: FormatOptions, at: Context): string {
  if (format === "yaml") {
    if (given.kind === "scalar" && options.unwrap) return given.leading === "" || given.value !== "" ? `${given.value}\n` : given.value;
    const foot = given.foot;
    const written = writeYaml(foot ? { ...given, foot: "" } : given, options);
    return written + (foot ? leadingText(foot, false) : "");
  }
  const node = copy(given);
  if (format !== "base64") exploded(node, at);
  switch (format) {
    case "json":
      return node.kind === "scalar" && options.unwrap ? `${node.value}\n` : `${writeJson(node, options.indent)}\n`;
    case "props":
      return writeProperties(node, { separator: options.propertySeparator, brackets: options.propertyBrackets, unwrap: options.unwrap });
    case "csv":
      return writeTable(node, options.csvSeparator);
    case "tsv":
      return writeTable(node, "\t");
    case "xml":
      return (
        (node.leading ? `<!-- ${leadingText(node.leading, false).replace(/^# ?/gm, "").trim()} -->\n` : "") +
        writeXml(node, options.indent, options.xml)
      );
    case "base64":
      if (node.kind !== "scalar" || node.tag !== "!!str")
        throw new YqError(`cannot encode ${node.tag} as base64, can only operate on strings`);
      return base64Encode(toBytes(node.value));
    case "uri":
      if (node.kind !== "scalar" || node.tag !== "!!str")
        throw new YqError(
          `cannot encode ${node.tag} as URI, can only operate on strings. Please first pipe through another encoding operator to convert the value to a string`,
        );
      return encodeURIComponent(node.value)
        .replaceAll("%20", "+")
        .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    case "sh":
      if (node.kind !== "scalar")
        throw new YqError(
          `cannot encode ${node.tag} as sh, can only operate on strings. Please first pipe through another encoding operator to convert the value to a string`,
        );
      return shellWord(node.value);
    default:
      return shellVariables(node, "", options);
  }
}

/** Quotes begin at the first character that needs them and last until a quote. */
const shellWord = (value: string): string =>
  value
    .split("'")
    .map((part) =>
      part.replace(/^([\w@%+=:,./-]*)([\s\S]+)$/, (_, plain: string, rest: string) =>
        /^[\w@%+=:,./-]/.test(rest) ? plain + rest : `${plain}'${rest}'`,
      ),
    )
    .join("\\'");

function shellVariables(at: YqNode, path: string, options: FormatOptions): string {
  const node = followed(at);
  const below = (name: string, child: YqNode): string => {
    const clean = [...name.normalize("NFKD")].map((c) => (/\w/.test(c) ? c : c < " " || c > "~" ? "" : "_")).join("");
    return shellVariables(
      child,
      path === "" ? (/^[A-Za-z_]/.test(clean) ? clean : `_${clean}`) : path + options.shellSeparator + clean,
      options,
    );
  };
  if (node.kind === "map") return [...pairs(node)].map(([key, value]) => below(key.value, value)).join("");
  if (node.kind === "seq") return node.content.map((item, i) => below(String(i), item)).join("");
  const value = options.unwrap || !/\W/.test(node.value) ? node.value : `'${node.value.replaceAll("'", `'"'"'`)}'`;
  return `${path || "value"}=${value}\n`;
}

const chomped = (value: string): string => value.replace(/\n+$/, "");
export const formatOperators: Operators = {
  encode: each((node, at, e) => {
    const indent = Number(e.flags);
    let out = encode(e.value, node, { ...formatDefaults, indent, unwrap: e.value !== "json" }, at);
    if ((e.value === "json" && indent === 0) || e.value === "csv" || e.value === "tsv") out = chomped(out);
    const before = at.world.decoded.get(node.key?.value ?? "");
    if (before !== undefined && !before.endsWith("\n") && /[^\n].*\n$/.test(out)) out = chomped(out);
    return replaced(node, "scalar", "!!str", out);
  }),
  decode: each((node, at, e) => {
    at.world.decoded.set(node.key?.value ?? "", node.value);
    const [made] = decode(e.value, node.value, at.world.room, formatDefaults);
    return made && Object.assign(made, { parent: node.parent, key: node.key });
  }),
  load: (at, e) => {
    if (!at.world.allowFiles) throw new YqError("file operations have been disabled");
    const one = (context: Context): YqNode[] => {
      const path = argument(context, right(e));
      const source = at.world.file(path);
      if (e.value === "string") return [text(at.world.room, source)];
      return decode(
        e.value === "props" || e.value === "xml" || e.value === "base64" ? e.value : "yaml",
        source,
        at.world.room,
        formatDefaults,
      )
        .slice(0, 1)
        .map((n) => Object.assign(n, { file: path }));
    };
    return at.nodes.length === 0 ? one(at) : at.nodes.flatMap((n) => one({ ...at, nodes: [n] }));
  },
};
