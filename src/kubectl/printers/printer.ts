import { CliError } from "../errors.ts";
import type { Flags } from "../flags/parse.ts";
import { compactJson, toJson, toStructJson } from "../manifest/json.ts";
import { toKyaml, toStructKyaml } from "../manifest/kyaml.ts";
import { toYaml } from "../manifest/write.ts";
import type { ResourceType } from "../rest/discovery.ts";
import type { Files, Resource } from "../types.ts";
import { columnsPrinter } from "./columns.ts";
import { jsonpathPrinter } from "./jsonpath.ts";
import { jsonPieces, type ObjectList, yamlPieces } from "./pieces.ts";
import { templatePrinter } from "./template.ts";

/** Prints one object (or List) as -o says. */
export interface Printer {
  (object: object): string;
  /** A List bit by bit, where the format allows it: ten thousand objects are never one text. */
  readonly pieces?: (list: ObjectList) => Iterable<string>;
}

export const strip = (object: object): object => {
  const o = object as { metadata?: { managedFields?: unknown }; items?: readonly object[] };
  if (Array.isArray(o.items)) return { ...o, items: o.items.map(strip) };
  if (!o.metadata || !("managedFields" in o.metadata)) return object;
  const { managedFields: _, ...metadata } = o.metadata;
  return { ...o, metadata };
};

/** The printer of an -o value; undefined for tables ("" and "wide"). `formats` is what the message offers instead. */
export function printerFor(output: string, flags: Flags, fs: Files, formats: string): Printer | undefined {
  const keep = flags.has("show-managed-fields") && flags.bool("show-managed-fields");
  const clean = (o: object): object => (keep ? o : strip(o));
  const equals = output.indexOf("=");
  const name = equals < 0 ? output : output.slice(0, equals);
  const given = equals < 0 ? (flags.has("template") ? flags.string("template") : "") : output.slice(equals + 1);
  const missing = flags.has("allow-missing-template-keys") ? flags.bool("allow-missing-template-keys") : true;
  const columnsFile = output.startsWith("custom-columns-file");
  const file = (): string => {
    if (!given)
      throw new CliError(
        columnsFile ? "custom-columns format specified but no custom columns given" : "template format specified but no template given",
      );
    try {
      return fs.readText(given);
    } catch {
      throw new CliError(`error reading ${columnsFile ? "template" : "--template"} ${given}, open ${given}: no such file or directory\n`);
    }
  };
  const unknown = (): CliError =>
    new CliError(`unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${formats}`);
  let documents = 0;
  if (name === "" && given) return templatePrinter(given, missing);
  switch (["json", "yaml", "kyaml", "name"].includes(name.toLowerCase()) ? name.toLowerCase() : name) {
    case "":
      return undefined;
    case "wide":
      if (formats.split(",").includes("wide")) return undefined;
      throw unknown();
    case "json":
      return Object.assign((o: object) => (isWatchEvent(o) ? eventJson(o) : toJson(clean(o))), {
        pieces: (list: ObjectList) => jsonPieces(clean(list) as ObjectList),
      });
    case "yaml":
      return Object.assign((o: object) => `${documents++ > 0 ? "---\n" : ""}${toYaml(clean(o))}`, {
        pieces: (list: ObjectList) => yamlPieces(clean(list) as ObjectList),
      });
    case "kyaml":
      return (o) => toKyaml(clean(o));
    case "name":
      return namePrinter;
    case "jsonpath":
    case "jsonpath-as-json":
      if (!given) throw new CliError(`template format specified but no template given`);
      return jsonpathPrinter(given, missing, name === "jsonpath-as-json");
    case "jsonpath-file":
      return jsonpathPrinter(file(), missing, false);
    case "go-template":
    case "template":
      if (!given) throw new CliError(`template format specified but no template given`);
      return templatePrinter(given, missing);
    case "go-template-file":
    case "templatefile":
      return templatePrinter(file(), missing);
    case "custom-columns":
      return columnsPrinter(given, flags.has("no-headers") && flags.bool("no-headers"));
    case "custom-columns-file": {
      const [headers = "", paths = ""] = file().split("\n");
      if (paths.trim() === "")
        throw new CliError(
          `invalid template, missing ${headers.trim() === "" ? "header" : "spec"} line. Expected format is one line of space separated headers, one line of space separated column specs.`,
        );
      const h = headers.trim().split(/\s+/);
      const p = paths.trim().split(/\s+/);
      if (h.length !== p.length) throw new CliError(`number of headers (${h.length}) and field specifications (${p.length}) don't match`);
      return columnsPrinter(h.map((header, i) => `${header}:${p[i]}`).join(","), false);
    }
    default:
      throw unknown();
  }
}

/** The same for what is typed in Go: JSON and KYAML have the order of its structs. */
export function typedPrinterFor(output: string, flags: Flags, fs: Files, formats: string): Printer | undefined {
  const printer = printerFor(output, flags, fs, formats);
  const print = { json: toStructJson, kyaml: toStructKyaml }[output.toLowerCase()];
  if (!print) return printer;
  return (o) => print(flags.has("show-managed-fields") && flags.bool("show-managed-fields") ? o : strip(o));
}

/** The same for commands that look for their printer when there is something to print: a bad format is told of after the deed. */
export function latePrinter(...given: Parameters<typeof printerFor>): Printer | undefined {
  const [output, flags] = given;
  if (output === "" && !(flags.has("template") && flags.string("template"))) return undefined;
  let made: Printer | undefined;
  return (object) => (made ??= printerFor(...given) as Printer)(object);
}

export const GET_FORMATS =
  "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";
export const OBJECT_FORMATS =
  "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";

/** What --output-watch-events gives to a printer. */
interface WatchEvent {
  readonly type: string;
  readonly object: object;
}
const eventJson = ({ type, object }: WatchEvent): string => `{"type":${JSON.stringify(type)},"object":${compactJson(object)}}\n`;
const isWatchEvent = (o: object): o is WatchEvent => "type" in o && "object" in o && !("kind" in o);

const nameOf = (o: Partial<Resource>): string => {
  const group = (o.apiVersion ?? "").includes("/") ? (o.apiVersion ?? "").split("/")[0] : "";
  return `${(o.kind ?? "<unknown>").toLowerCase()}${group ? `.${group}` : ""}/${o.metadata?.name ?? "<unknown>"}\n`;
};

export function namePrinter(object: object): string {
  if (isWatchEvent(object)) return namePrinter(object.object);
  const o = object as Partial<Resource> & { items?: readonly Partial<Resource>[] };
  return Array.isArray(o.items) ? (o.items as readonly Partial<Resource>[]).map(nameOf).join("") : nameOf(o);
}

/** `deployment.apps/web created`, with what a dry run adds. */
export const operationLine = (type: Pick<ResourceType, "kind" | "group">, name: string, operation: string, dryRun = "none"): string =>
  `${type.kind.toLowerCase()}${type.group ? `.${type.group}` : ""}/${name} ${operation}${dryRun === "client" ? " (dry run)" : dryRun === "server" ? " (server dry run)" : ""}\n`;
