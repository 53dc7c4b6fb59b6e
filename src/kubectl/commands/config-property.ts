import { base64Decode, base64Text } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";
import { helpError } from "../help.ts";
import { loadKubeconfig, modifyKubeconfig, type Kubeconfig } from "../config/kubeconfig.ts";
import { bool, parseBool } from "../flags/parse.ts";
import type { Command, Invocation, Json, JsonObject } from "../types.ts";

type Kind = "string" | "bool" | "bytes";
const fields = (kind: Kind, names: string): Readonly<Record<string, Kind>> => Object.fromEntries(names.split(" ").map((n) => [n, kind]));
type Section = "clusters" | "users" | "contexts";

/** What the entries of each section have (k8s: clientcmd/api Config). */
const FIELDS: Readonly<Record<Section, Readonly<Record<string, Kind>>>> = {
  clusters: {
    ...fields("string", "server tls-server-name certificate-authority proxy-url"),
    ...fields("bool", "insecure-skip-tls-verify disable-compression"),
    ...fields("bytes", "certificate-authority-data"),
  },
  users: {
    ...fields("string", "client-certificate client-key token tokenFile act-as act-as-uid username password"),
    ...fields("bytes", "client-certificate-data client-key-data"),
  },
  contexts: fields("string", "cluster user namespace"),
};
const isSection = (name: string): name is Section => name in FIELDS;

interface Property {
  readonly section: Section;
  /** Absent: the whole section. */
  readonly entry?: string;
  readonly field?: string;
}

/** "clusters.10.0.0.1.server": a name may have dots; it ends where a field begins. */
function propertyOf(path: string): Property | "current-context" {
  const [section = "", ...rest] = path.split(".");
  if (section === "current-context" && rest.length === 0) return "current-context";
  if (!isSection(section)) throw new CliError(`unable to parse ${path} after [] at api.Config`);
  if (rest.length === 0) return { section };
  const known = FIELDS[section];
  const at = rest.findIndex((part, i) => i > 0 && part in known);
  if (at < 0) return { section, entry: rest.join(".") };
  if (at < rest.length - 1) throw new CliError(`unable to parse one or more field values of ${path}`);
  return { section, entry: rest.slice(0, at).join("."), field: rest[at] as string };
}

function valueOf(kind: Kind, text: string, raw: boolean): Json {
  if (kind === "string") return text;
  if (kind === "bool") {
    const value = parseBool(text);
    if (value === undefined) throw new CliError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
    return value;
  }
  if (raw) return base64Text(text);
  const bytes = base64Decode(text);
  if (typeof bytes === "number") throw new CliError(`error decoding input value: illegal base64 data at input byte ${bytes}`);
  return text;
}

const change = (invocation: Invocation, edit: (config: Kubeconfig) => Kubeconfig): void =>
  modifyKubeconfig(invocation.proc.fs, invocation.flags, invocation.proc.env, edit);

export const setProperty: Command = {
  name: "set",
  short: "Set an individual value in a kubeconfig file",
  usage: "PROPERTY_NAME PROPERTY_VALUE",
  arguments: "none",
  flags: { "set-raw-bytes": bool("When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.") },
  async run(invocation) {
    const { args, flags } = invocation;
    if (args.length !== 2) return helpError(invocation, `Unexpected args: [${args.join(" ")}]`);
    const [name = "", value = ""] = args;
    if (value === "") throw new CliError("you cannot use set to unset a property");
    if (name === "") throw new CliError("you must specify a property");
    const property = propertyOf(name);
    if (property === "current-context") change(invocation, (config) => ({ ...config, currentContext: value }));
    else {
      const { section, entry, field } = property;
      if (entry === undefined || field === undefined)
        throw new CliError(
          `can't set a map to a value: map[${[...loadKubeconfig(invocation.proc.fs, flags, invocation.proc.env)[section].keys()].sort().join(" ")}]`,
        );
      const set = valueOf(FIELDS[section][field] as Kind, value, flags.bool("set-raw-bytes"));
      change(invocation, (config) => ({
        ...config,
        [section]: new Map<string, JsonObject>([...config[section], [entry, { ...config[section].get(entry), [field]: set }]]),
      }));
    }
    await invocation.out(`Property ${JSON.stringify(name)} set.\n`);
  },
};

export const unsetProperty: Command = {
  name: "unset",
  short: "Unset an individual value in a kubeconfig file",
  usage: "PROPERTY_NAME",
  arguments: "none",
  async run(invocation) {
    const { args, proc, flags } = invocation;
    if (args.length !== 1) return helpError(invocation, `Unexpected args: [${args.join(" ")}]`);
    const [name = ""] = args;
    const property = propertyOf(name);
    if (property === "current-context") change(invocation, (config) => ({ ...config, currentContext: "" }));
    else {
      const { section, entry, field } = property;
      if (entry !== undefined && field !== undefined && !loadKubeconfig(proc.fs, flags, proc.env)[section].has(entry))
        throw new CliError(`current map key \`${entry}\` is invalid`);
      change(invocation, (config) => {
        if (entry === undefined) return { ...config, [section]: new Map() };
        const rest = new Map(config[section]);
        if (field === undefined) rest.delete(entry);
        else rest.set(entry, Object.fromEntries(Object.entries(rest.get(entry) ?? {}).filter(([k]) => k !== field)));
        return { ...config, [section]: rest };
      });
    }
    await invocation.out(`Property ${JSON.stringify(name)} unset.\n`);
  },
};
