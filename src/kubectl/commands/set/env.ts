import { base64Decode, parseQuantity } from "../../../machinery/index.ts";
import { CliError, errorMessage } from "../../errors.ts";
import type { Container, EnvVar } from "../../describe/types.ts";
import { array, bool, str, strings } from "../../flags/parse.ts";
import { readStdin } from "../../manifest/sources.ts";
import type { Command, Invocation, Resource } from "../../types.ts";
import {
  changeEach,
  common,
  containersFlag,
  glob,
  podSpecOf,
  refuseAllAndSelector,
  refuseLocalServer,
  showing,
  subjects,
  withPodSpec,
} from "./change.ts";

const NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
type Data = Readonly<Record<string, string>>;

export const env: Command = {
  name: "env",
  short: "Update environment variables on a pod template",
  usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
  arguments: "none",
  flags: {
    ...common,
    ...containersFlag,
    env: array("Specify a key-value pair for an environment variable to set into each container.", "e"),
    from: str("The name of a resource from which to inject environment variables"),
    keys: strings("Comma-separated list of keys to import from specified resource"),
    list: bool("If true, display the environment and any changes in the standard format."),
    overwrite: bool(
      "If true, allow environment to be overwritten, otherwise reject updates that overwrite existing environment.",
      undefined,
      true,
    ),
    prefix: str("Prefix to append to variable names"),
    resolve: bool("If true, show secret or configmap references when listing variables."),
  },
  async run(invocation) {
    const { flags } = invocation;
    refuseAllAndSelector(invocation);
    const [resources, pairs] = split(invocation.args);
    const shown = showing(invocation);
    refuseLocalServer(invocation, shown);
    if (flags.list("filename").length === 0 && resources.length === 0)
      throw new CliError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    if (flags.bool("list") && flags.string("output") !== "") throw new CliError("--list and --output may not be specified together");
    if (flags.list("keys").length > 0 && flags.string("from") === "")
      throw new CliError("when specifying --keys, a configmap or secret must be provided with --from");
    const { set, remove } = await variablesOf(invocation, [...flags.list("env"), ...pairs]);
    if (flags.string("from")) set.push(...(await imported(invocation)));
    const prefix = flags.string("prefix");
    const added = prefix === "" ? set : set.map((one) => ({ ...one, name: `${prefix}${one.name}` }));
    const list = await subjects(invocation, resources);
    const match = glob(flags.string("containers"));
    const changed = (object: Resource): readonly Container[] => {
      const { containers, initContainers = [] } = podSpecOf(object);
      return [...containers, ...initContainers].filter((c) => match(c.name)).map((c) => withEnv(c, added, remove, flags.bool("overwrite")));
    };
    if (flags.bool("list")) {
      // What has no containers is passed over in silence.
      for (const { object } of list.filter(({ object: o }) => hasPodSpec(o))) {
        const containers = changed(object);
        if (containers.length === 0) await warnOfNone(invocation, object);
        for (const c of containers) await listed(invocation, object, c);
      }
      return;
    }
    await changeEach(invocation, shown, list, {
      past: "env updated",
      failing: "failed to patch env update to pod template:",
      async work(object) {
        const now = changed(object);
        if (now.length === 0) await warnOfNone(invocation, object);
        const put = (c: Container): Container => now.find((n) => n.name === c.name) ?? c;
        const spec = podSpecOf(object);
        return withPodSpec(object, {
          ...spec,
          containers: spec.containers.map(put),
          ...(spec.initContainers ? { initContainers: spec.initContainers.map(put) } : {}),
        });
      },
    });
  },
};

const warnOfNone = (invocation: Invocation, { kind, metadata }: Resource): Promise<void> =>
  invocation.err(
    `Warning: ${kind}/${metadata.name} does not have any containers matching ${JSON.stringify(invocation.flags.string("containers"))}\n`,
  );

function hasPodSpec(object: Resource): boolean {
  try {
    podSpecOf(object);
    return true;
  } catch {
    return false;
  }
}

/** Resources come first, then KEY=VALUE, KEY- and - (k8s: env.SplitEnvironmentFromResources). */
function split(args: readonly string[]): readonly [readonly string[], readonly string[]] {
  const isPair = (a: string): boolean => a.indexOf("=") > 0 || a.endsWith("-");
  const first = args.findIndex(isPair);
  if (first < 0) return [args, []];
  if (!args.slice(first).every(isPair)) throw new CliError(`all resources must be specified before environment changes: ${args.join(" ")}`);
  return [args.slice(0, first), args.slice(first)];
}

/** (k8s: env.ParseEnv) */
async function variablesOf({ proc }: Invocation, pairs: readonly string[]): Promise<{ set: EnvVar[]; remove: readonly string[] }> {
  const set: EnvVar[] = [];
  const remove: string[] = [];
  const named = new Set<string>();
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (pair === "-") {
      for (const line of (await readStdin(proc)).split("\n")) {
        const [text = ""] = line.split("#", 1);
        if (text.includes("=")) set.push({ name: text.slice(0, text.indexOf("=")), value: text.slice(text.indexOf("=") + 1) });
      }
    } else if (equals >= 0) {
      const name = pair.slice(0, equals);
      if (!NAME.test(name))
        throw new CliError(
          `${JSON.stringify(name)} is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
        );
      named.add(name);
      set.push({ name, value: pair.slice(equals + 1) });
    } else if (pair.endsWith("-")) remove.push(pair.slice(0, -1));
    else throw new CliError(`unknown environment variable: ${pair}`);
  }
  if (remove.some((name) => named.has(name)))
    throw new CliError("can not both modify and remove the same environment variable in the same command");
  return { set, remove };
}

/** What is set replaces what has its name, once; what goes, goes first (k8s: set/helper.go updateEnv). */
function withEnv(container: Container, set: readonly EnvVar[], remove: readonly string[], overwrite: boolean): Container {
  const { env: old = [], ...rest } = container;
  const clash = overwrite ? undefined : set.find((s) => old.some((e) => e.name === s.name && (e.value ?? "") !== (s.value ?? "")));
  if (clash)
    throw new CliError(
      `'${clash.name}' already has a value (${old.find((e) => e.name === clash.name)?.value ?? ""}), and --overwrite is false`,
    );
  const covered = new Set(remove);
  const next: EnvVar[] = [];
  for (const e of [...old, ...set]) {
    if (covered.has(e.name)) continue;
    const newer = set.find((s) => s.name === e.name);
    if (newer) covered.add(e.name);
    next.push(newer ?? e);
  }
  return next.length > 0 ? { ...rest, env: next.map(({ value, ...e }) => (value ? { ...e, value } : e)) } : rest;
}

/** References to the keys of --from, with names that variables may have. With --local it is the files' own objects that are read. */
async function imported(invocation: Invocation): Promise<EnvVar[]> {
  const { flags } = invocation;
  const keys = flags.list("keys");
  const found: EnvVar[] = [];
  for (const { object } of await subjects(invocation, [flags.string("from")])) {
    const secret = object.kind === "Secret";
    if (!secret && object.kind !== "ConfigMap") throw new CliError("unsupported resource specified in --from");
    const { name } = object.metadata;
    for (const key of Object.keys((object["data"] ?? {}) as Data).sort()) {
      if (keys.length > 0 && !keys.includes(key)) continue;
      const variable = key.replaceAll(/[^a-zA-Z0-9_]/g, "_").toUpperCase();
      if (variable !== key) await invocation.err(`Warning: key ${key} transferred to ${variable}\n`);
      found.push({ name: variable, valueFrom: { [secret ? "secretKeyRef" : "configMapKeyRef"]: { name, key } } });
    }
  }
  return found;
}

/** `NAME=value` lines; references as comments, or with --resolve as what they refer to. */
async function listed(invocation: Invocation, object: Resource, container: Container): Promise<void> {
  await invocation.out(`# ${object.kind} ${object.metadata.name}, container ${container.name}\n`);
  const failed = new Map<string, string[]>();
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (!valueFrom) {
      await invocation.out(`${name}=${value ?? ""}\n`);
      continue;
    }
    if (invocation.flags.bool("resolve")) {
      try {
        await invocation.out(`${name}=${await resolved(invocation, object, container, valueFrom)}\n`);
        continue;
      } catch (error) {
        failed.set(errorMessage(error), [...(failed.get(errorMessage(error)) ?? []), name]);
      }
    }
    await invocation.out(`# ${name} from ${referenceText(valueFrom)}\n`);
  }
  for (const line of [...failed].map(([why, names]) => `error retrieving reference for ${names.sort().join(", ")}: ${why}\n`).sort())
    await invocation.err(line);
}

type Reference = NonNullable<EnvVar["valueFrom"]>;

function referenceText({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: Reference): string {
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name ?? ""}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `secret ${secretKeyRef.name ?? ""}, key ${secretKeyRef.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  if (!resourceFieldRef) return "invalid valueFrom";
  const { containerName = "", resource } = resourceFieldRef;
  return `resource field ${containerName === "" ? "" : `${containerName}/`}${resource}`;
}

/** (k8s: env.GetEnvVarRefValue) */
async function resolved({ session }: Invocation, object: Resource, container: Container, from: Reference): Promise<string> {
  const secret = from.secretKeyRef !== undefined;
  const reference = from.secretKeyRef ?? from.configMapKeyRef;
  if (reference) {
    const { name = "", key } = reference;
    const path = `/api/v1/namespaces/${session.namespace}/${secret ? "secrets" : "configmaps"}/${name}`;
    const { data = {} } = (await session.object("GET", path)) as { data?: Data };
    const value = data[key];
    if (value === undefined) throw new CliError(`key ${key} not found in ${secret ? "secret" : "config map"} ${name}`);
    return secret ? decode(value) : value;
  }
  if (from.fieldRef) return fieldValue(object, from.fieldRef.fieldPath);
  if (from.resourceFieldRef) return resourceValue(container, from.resourceFieldRef);
  throw new CliError("invalid valueFrom");
}

function fieldValue({ metadata }: Resource, path: string): string {
  const [, field, key] = /^(.+)\['(.*)'\]$/.exec(path) ?? [];
  const map = (of: Data = {}): string =>
    Object.keys(of)
      .sort()
      .map((k) => `${k}=${JSON.stringify(of[k])}`)
      .join("\n");
  if (field === "metadata.annotations") return metadata.annotations?.[key as string] ?? "";
  if (field === "metadata.labels") return metadata.labels?.[key as string] ?? "";
  if (field !== undefined) throw new CliError(`fieldPath ${JSON.stringify(path)} does not support subscript`);
  if (path === "metadata.annotations") return map(metadata.annotations);
  if (path === "metadata.labels") return map(metadata.labels);
  if (path === "metadata.name" || path === "metadata.namespace" || path === "metadata.uid")
    return metadata[path.slice("metadata.".length) as "name" | "namespace" | "uid"] ?? "";
  throw new CliError(`unsupported fieldPath: ${path}`);
}

function resourceValue(
  { resources = {} }: Container,
  { resource, divisor = "0" }: { readonly resource: string; readonly divisor?: string },
): string {
  const [, of, name = ""] = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(resource) ?? [];
  if (of === undefined) throw new CliError(`Unsupported container resource : ${resource}`);
  const { nano } = parseQuantity((resources as Readonly<Record<string, Data | undefined>>)[of]?.[name] ?? "0");
  const unit = parseQuantity(divisor).nano || parseQuantity("1").nano;
  return String((nano + unit - 1n) / unit);
}

function decode(base64: string): string {
  const bytes = base64Decode(base64);
  return typeof bytes === "number" ? "" : new TextDecoder().decode(bytes);
}
