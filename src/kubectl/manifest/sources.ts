import { CliError } from "../errors.ts";
import type { Flags } from "../flags/parse.ts";
import type { Files, JsonObject, KubectlProcess } from "../types.ts";
import { kustomized } from "../kustomize/index.ts";
import { compactJson, sorted } from "./json.ts";
import { parseYamlDocuments } from "./read.ts";

/** What could not be read, and how many objects came before it. */
export interface Unread {
  readonly error: CliError;
  readonly after: number;
}

/** One object of a manifest and the file it came from ("STDIN" for -). */
export interface SourceObject {
  readonly source: string;
  readonly object: JsonObject;
}

/**
 * Reads -f arguments: files, directories (with -R their subdirectories), or - for stdin; Lists are taken apart. What
 * cannot be read is told beside what can: a document that is no YAML or no object ends its file, one whose metadata
 * is of the wrong type does not (k8s: cli-runtime resource.StreamVisitor under ContinueOnError).
 */
export async function readSources(
  proc: KubectlProcess,
  flags: Flags,
): Promise<{ readonly objects: readonly SourceObject[]; readonly errors: readonly Unread[] }> {
  const objects: SourceObject[] = [];
  const errors: Unread[] = [];
  const tell = (error: CliError): unknown => errors.push({ error, after: objects.length });
  const folder = flags.has("kustomize") ? flags.string("kustomize") : "";
  if (folder !== "") {
    if (flags.list("filename").length > 0) throw new CliError("only one of -f or -k can be specified");
    if (flags.bool("recursive")) throw new CliError("the -k flag can't be used with -f or -R");
    for (const object of await kustomized(proc, folder)) objects.push(...flatten(object, folder, true));
    return { objects, errors };
  }
  const validated = flags.has("validate") && !["false", "ignore"].includes(flags.string("validate"));
  for await (const { source, text } of readTexts(proc, flags)) {
    try {
      for (const object of decodeManifest(text, source, validated)) {
        const problem = metadataProblem(object);
        if (problem) tell(problem);
        else objects.push(object);
      }
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      tell(error);
    }
  }
  return { objects, errors };
}

async function* readTexts(proc: KubectlProcess, flags: Flags): AsyncGenerator<{ source: string; text: string }> {
  for (const path of flags.list("filename")) {
    if (path === "-") {
      yield { source: "STDIN", text: await readStdin(proc) };
      continue;
    }
    if (/^https?:\/\//.test(path))
      throw new CliError(`reading ${path}: URLs are not simulated yet in Timonel: there is no internet here; save the manifest to a file`);
    for (const file of filesOf(proc.fs, path, flags.has("recursive") && flags.bool("recursive")))
      yield { source: file, text: proc.fs.readText(file) };
  }
}

export async function readStdin(proc: KubectlProcess): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await proc.stdin.read(); chunk !== null; chunk = await proc.stdin.read())
    text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

const EXTENSIONS = /\.(?:json|yaml|yml)$/;

function filesOf(fs: Files, path: string, recursive: boolean): readonly string[] {
  if (!fs.exists(path)) throw new CliError(`the path ${JSON.stringify(path)} does not exist`);
  if (fs.stat(path).type !== "directory") return [path];
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const name of fs.readdir(folder)) {
      const full = folder === "." ? name : folder.endsWith("/") ? folder + name : `${folder}/${name}`;
      if (fs.stat(full).type === "directory") {
        if (recursive) walk(full);
      } else if (EXTENSIONS.test(name)) found.push(full);
    }
  };
  walk(path);
  if (found.length === 0) throw new CliError(`error reading [${path}]: recognized file extensions are [.json .yaml .yml]`);
  return found;
}

/** Objects of one file, up to the first document that cannot be read: for that, throws CliError in kubectl's words. */
function* decodeManifest(text: string, source: string, validated: boolean): Iterable<SourceObject> {
  for (const value of parseYamlDocuments(text, (message) => `error parsing ${source}: error converting YAML to JSON: yaml: ${message}`))
    if (value !== null) yield* flatten(value, source, validated);
}

function flatten(value: unknown, source: string, validated: boolean): SourceObject[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CliError(
      `error validating ${JSON.stringify(source)}: error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
  const object = value as JsonObject;
  if (typeof object["kind"] === "string" && object["kind"].endsWith("List") && Array.isArray(object["items"])) {
    return (object["items"] as readonly unknown[]).flatMap((item) => flatten(item, source, validated));
  }
  // Who does not validate meets what is missing when it decodes.
  if (!validated && !object["kind"]) {
    throw new CliError(`unable to decode ${JSON.stringify(source)}: Object 'Kind' is missing in '${compactJson(object)}'`);
  }
  const missing = [...(object["apiVersion"] ? [] : ["apiVersion not set"]), ...(object["kind"] ? [] : ["kind not set"])];
  if (validated && missing.length > 0) {
    throw new CliError(
      `error validating ${JSON.stringify(source)}: error validating data: ${missing.length > 1 ? `[${missing.join(", ")}]` : missing[0]}; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
  // kubectl sends what it read as JSON, whose keys Go sorts: the server meets problems in that order.
  return [{ source, object: sorted(object) as JsonObject }];
}

/** Labels, annotations and names are decoded by kubectl itself, which refuses other types before it asks the server. */
function metadataProblem({ object, source }: SourceObject): CliError | undefined {
  const meta = object["metadata"];
  if (typeof meta !== "object" || meta === null || Array.isArray(meta)) return undefined;
  const fail = (field: string, value: unknown): CliError => {
    const kind = typeof value === "boolean" ? "bool" : Array.isArray(value) ? "array" : typeof value;
    return new CliError(
      `unable to decode ${JSON.stringify(source)}: json: cannot unmarshal ${kind} into Go struct field ObjectMeta.metadata.${field} of type string`,
    );
  };
  const fields = meta as JsonObject;
  for (const field of ["name", "namespace", "generateName"])
    if (fields[field] !== undefined && fields[field] !== null && typeof fields[field] !== "string") return fail(field, fields[field]);
  for (const field of ["labels", "annotations"]) {
    const map = fields[field];
    if (typeof map !== "object" || map === null || Array.isArray(map)) continue;
    for (const value of Object.values(map as JsonObject)) if (value !== null && typeof value !== "string") return fail(field, value);
  }
  return undefined;
}
