import { base64Encode as base64, keyPairProblem } from "../../../machinery/index.ts";
import { CliError } from "../../errors.ts";
import { array, bool, str, strings, type FlagTable } from "../../flags/parse.ts";
import type { Command, Files, Invocation, Resource } from "../../types.ts";
import { generator } from "./generator.ts";

const dataFlags: FlagTable = {
  "append-hash": bool("Append a hash of the object to its name."),
  "from-env-file": { ...strings("Specify the path to a file to read lines of key=val pairs."), complete: "files" },
  "from-file": {
    ...strings("Key file can be specified using its file path, in which case file basename will be used as key."),
    complete: "files",
  },
  "from-literal": array("Specify a key and literal value to insert (i.e. mykey=somevalue)"),
};

/** The entries that --from-… flags name, in order; throws CliError for repeated or bad keys. */
function entries(invocation: Invocation, kind: "ConfigMap" | "Secret", name: string): Map<string, Uint8Array> {
  const { flags, proc } = invocation;
  const data = new Map<string, Uint8Array>();
  const encoder = new TextEncoder();
  const add = (key: string, value: Uint8Array): void => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
      throw new CliError(
        `${JSON.stringify(key)} is not a valid key name for a ${kind}: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
      );
    }
    if (data.has(key))
      throw new CliError(
        `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ${kind} ${JSON.stringify(name)}`,
      );
    data.set(key, value);
  };
  if (flags.list("from-env-file").length > 0 && (flags.list("from-file").length > 0 || flags.list("from-literal").length > 0))
    throw new CliError("from-env-file cannot be combined with from-file or from-literal");
  for (const literal of flags.list("from-literal")) {
    const equals = literal.indexOf("=");
    if (equals <= 0) throw new CliError(`invalid literal source ${literal}, expected key=value`);
    const value = literal.slice(equals + 1);
    add(literal.slice(0, equals), encoder.encode(/^(["']).*\1$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value));
  }
  for (const source of flags.list("from-file")) addFiles(proc.fs, source, add);
  for (const path of flags.list("from-env-file")) {
    for (const [key, value] of envFile(proc.fs, path)) add(key, encoder.encode(value));
  }
  return data;
}

function addFiles(fs: Files, source: string, add: (key: string, value: Uint8Array) => void): void {
  const equals = source.indexOf("=");
  if (equals === 0) throw new CliError(`key name for file path ${source.slice(1)} missing`);
  if (equals > 0 && equals === source.length - 1) throw new CliError(`file path for key name ${source.slice(0, equals)} missing`);
  const path = source.slice(equals + 1);
  if (!fs.exists(path)) throw new CliError(`error reading ${path}: no such file or directory`);
  if (fs.stat(path).type !== "directory")
    return add(equals > 0 ? source.slice(0, equals) : (path.split("/").at(-1) as string), fs.readFile(path));
  if (equals > 0) throw new CliError("cannot give a key name for a directory path");
  for (const name of fs.readdir(path)) {
    const file = `${path.replace(/\/$/, "")}/${name}`;
    if (fs.stat(file).type === "file" && /^[-._a-zA-Z0-9]+$/.test(name)) add(name, fs.readFile(file));
  }
}

function envFile(fs: Files, path: string): [string, string][] {
  if (!fs.exists(path)) throw new CliError(`error reading ${path}: no such file or directory`);
  return fs
    .readText(path)
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const equals = line.indexOf("=");
      return equals < 0 ? [line, ""] : [line.slice(0, equals), line.slice(equals + 1)];
    });
}

export const configmap = generator({
  name: "configmap",
  aliases: ["cm"],
  short: "Create a config map from a local file, directory or literal value",
  usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  namespaced: true,
  failing: "failed to create configmap",
  flags: dataFlags,
  build(name, invocation) {
    const data: Record<string, string> = {};
    const binaryData: Record<string, string> = {};
    for (const [key, bytes] of entries(invocation, "ConfigMap", name)) {
      try {
        data[key] = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        binaryData[key] = base64(bytes);
      }
    }
    return {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name },
      ...(Object.keys(data).length > 0 ? { data } : {}),
      ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}),
    };
  },
});

const secretOf = (name: string, type: string, data: ReadonlyMap<string, Uint8Array>): Resource => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name },
  ...(data.size > 0 ? { data: Object.fromEntries([...data].map(([k, v]) => [k, base64(v)])) } : {}),
  ...(type ? { type } : {}),
});

const generic = generator({
  name: "generic",
  short: "Create a secret from a local file, directory, or literal value",
  usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  namespaced: true,
  failing: "failed to create secret ",
  flags: { ...dataFlags, type: str("The type of secret to create") },
  build: (name, invocation) => secretOf(name, invocation.flags.string("type"), entries(invocation, "Secret", name)),
});

const tls = generator({
  name: "tls",
  short: "Create a TLS secret",
  usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
  namespaced: true,
  failing: "failed to create secret ",
  flags: {
    "append-hash": bool("Append a hash of the secret to its name."),
    cert: str("Path to PEM encoded public key certificate."),
    key: str("Path to private key associated with given certificate."),
  },
  build(name, { flags, proc }) {
    const read = (flag: string): Uint8Array => {
      const path = flags.string(flag);
      if (!path) throw new CliError("key and cert must be specified");
      if (!proc.fs.exists(path)) throw new CliError(`Cannot read file ${path}, open ${path}: no such file or directory`);
      return proc.fs.readFile(path);
    };
    const [cert, key] = [read("cert"), read("key")];
    const problem = keyPairProblem(new TextDecoder().decode(cert), new TextDecoder().decode(key));
    if (problem !== undefined) throw new CliError(problem);
    return secretOf(
      name,
      "kubernetes.io/tls",
      new Map([
        ["tls.crt", cert],
        ["tls.key", key],
      ]),
    );
  },
});

const registry = generator({
  name: "docker-registry",
  short: "Create a secret for use with a Docker registry",
  usage:
    "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]",
  namespaced: true,
  failing: "failed to create secret ",
  flags: {
    "append-hash": bool("Append a hash of the secret to its name."),
    "docker-email": str("Email for Docker registry"),
    "docker-password": str("Password for Docker registry authentication"),
    "docker-server": str("Server location for Docker registry", undefined, "https://index.docker.io/v1/"),
    "docker-username": str("Username for Docker registry authentication"),
    "from-file": { ...strings("Key files can be specified using their file path."), complete: "files" },
  },
  build(name, { flags, proc }) {
    const type = "kubernetes.io/dockerconfigjson";
    const [file] = flags.list("from-file");
    if (file !== undefined)
      return secretOf(name, type, new Map([[".dockerconfigjson", proc.fs.readFile(file.slice(file.indexOf("=") + 1))]]));
    const [username, password, email] = [flags.string("docker-username"), flags.string("docker-password"), flags.string("docker-email")];
    if (!username || !password)
      throw new CliError("either --from-file or the combination of --docker-username, --docker-password and --docker-server is required");
    const encoder = new TextEncoder();
    const entry = { username, password, ...(email ? { email } : {}), auth: base64(encoder.encode(`${username}:${password}`)) };
    return secretOf(
      name,
      type,
      new Map([[".dockerconfigjson", encoder.encode(JSON.stringify({ auths: { [flags.string("docker-server")]: entry } }))]]),
    );
  },
});

export const secret: Command = {
  name: "secret",
  short: "Create a secret using a specified subcommand",
  usage: "(docker-registry | generic | tls)",
  subcommands: [registry, generic, tls],
};

export const namespace = generator({
  name: "namespace",
  aliases: ["ns"],
  short: "Create a namespace with the specified name",
  usage: "NAME [--dry-run=server|client|none]",
  namespaced: false,
  build: (name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name }, spec: {}, status: {} }),
});

export const serviceaccount = generator({
  name: "serviceaccount",
  aliases: ["sa"],
  short: "Create a service account with the specified name",
  usage: "NAME [--dry-run=server|client|none]",
  namespaced: true,
  failing: "failed to create serviceaccount",
  build: (name) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name } }),
});
