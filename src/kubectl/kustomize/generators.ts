import { base64Encode } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";
import { Res, type Behavior, type NodeMap } from "./resource.ts";
import type { Root } from "./root.ts";
import { within } from "./within.ts";

export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}
export interface GeneratorArgs {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: string;
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly options?: GeneratorOptions;
  readonly type?: string;
}

/** A ConfigMap or Secret from files, literals and files of variables. */
export function generate(kind: "ConfigMap" | "Secret", args: GeneratorArgs, shared: GeneratorOptions | undefined, root: Root): Res {
  const options: GeneratorOptions = {
    labels: { ...shared?.labels, ...args.options?.labels },
    annotations: { ...shared?.annotations, ...args.options?.annotations },
    disableNameSuffixHash: shared?.disableNameSuffixHash || args.options?.disableNameSuffixHash || false,
    immutable: shared?.immutable || args.options?.immutable || false,
  };
  const { name = "" } = args;
  if (name === "") throw new CliError("a configmap must have a name");
  const entries = new Map<string, Uint8Array>();
  for (const [key, value] of within("loading KV pairs", () => pairs(args, root))) {
    if (entries.has(key)) throw new CliError(`configmap ${name} illegally repeats the key \`${key}\``);
    entries.set(key, value);
  }
  const meta: NodeMap = { name };
  if (args.namespace) meta["namespace"] = args.namespace;
  if (Object.keys(options.labels ?? {}).length > 0) meta["labels"] = { ...options.labels };
  if (Object.keys(options.annotations ?? {}).length > 0) meta["annotations"] = { ...options.annotations };
  const node: NodeMap = {
    apiVersion: "v1",
    kind,
    metadata: meta,
    ...(kind === "Secret" ? secretData(entries, args.type) : mapData(entries)),
  };
  if (options.immutable) node["immutable"] = true;
  const res = new Res(node);
  res.hashed = !options.disableNameSuffixHash;
  res.behavior = BEHAVIORS.has(args.behavior ?? "") ? (args.behavior as Behavior) : "unspecified";
  return res;
}
const BEHAVIORS: ReadonlySet<string> = new Set(["create", "merge", "replace"]);

function mapData(entries: ReadonlyMap<string, Uint8Array>): NodeMap {
  const data: NodeMap = {};
  const binaryData: NodeMap = {};
  for (const [key, bytes] of entries) {
    try {
      data[key] = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      binaryData[key] = folded(bytes);
    }
  }
  return { ...(Object.keys(data).length > 0 ? { data } : {}), ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}) };
}

function secretData(entries: ReadonlyMap<string, Uint8Array>, type: string | undefined): NodeMap {
  const data = Object.fromEntries([...entries].map(([key, bytes]) => [key, folded(bytes)]));
  return { type: type || "Opaque", data };
}

const LINE = 70;
/** Base64 in lines of seventy; one line alone has no end. */
function folded(bytes: Uint8Array): string {
  const whole = base64Encode(bytes);
  return whole.length < LINE ? whole : whole.replace(/.{1,70}/g, "$&\n");
}

type Pair = readonly [string, Uint8Array];
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const goList = (list: readonly string[]): string => `[${list.join(" ")}]`;

function pairs({ literals = [], files = [], envs = [], env }: GeneratorArgs, root: Root): readonly Pair[] {
  const variables = env ? [...envs, env] : envs;
  return [
    ...within(`env source files: ${goList(variables)}`, () => variables.flatMap((path) => variablesOf(root.text(path)))),
    ...within(`literal sources ${goList(literals)}`, () => literals.map(literal)),
    ...within(`file sources: ${goList(files)}`, () =>
      files.map((source): Pair => {
        const { key, path } = fileSource(source);
        return [key, root.bytes(path)];
      }),
    ),
  ];
}

function literal(source: string): Pair {
  const equals = source.indexOf("=");
  if (equals <= 0) throw new CliError(`invalid literal source ${source}, expected key=value`);
  const value = source.slice(equals + 1);
  const quoted = value.length > 1 && value[0] === value.at(-1) && (value[0] === '"' || value[0] === "'");
  return [source.slice(0, equals), encode(quoted ? value.slice(1, -1) : value)];
}

function variablesOf(text: string): readonly Pair[] {
  return text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("="))
    .map((line) => {
      const equals = line.indexOf("=");
      return equals < 0 ? [line, encode("")] : [line.slice(0, equals), encode(line.slice(equals + 1))];
    });
}

function fileSource(source: string): { readonly key: string; readonly path: string } {
  const parts = source.split("=");
  const [key = "", path = ""] = parts;
  if (parts.length === 1) return { key: source.split("/").at(-1) as string, path: source };
  if (parts.length > 2) throw new CliError(`source ${JSON.stringify(source)} key name or file path contains '='`);
  if (key === "") throw new CliError(`missing key name for file path ${JSON.stringify(path)} in source ${JSON.stringify(source)}`);
  if (path === "") throw new CliError(`missing file path for key name ${JSON.stringify(key)} in source ${JSON.stringify(source)}`);
  return { key, path };
}
