import { base64Decode } from "../../../machinery/index.ts";
import { CliError } from "../../errors.ts";
import type { Container, EnvVar } from "../../describe/types.ts";
import { array, bool, str, strings } from "../../flags/parse.ts";
import type { Command, Invocation } from "../../types.ts";
import { changeEach, common, containersFlag, given, glob, podSpecOf, split, subjects, withPodSpec } from "./change.ts";

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
    const [resources, pairs] = split(invocation, (a) => a.includes("=") || (a.endsWith("-") && a.length > 1));
    given(invocation, resources);
    const changes = [...pairs, ...flags.list("env")];
    const set: EnvVar[] = changes
      .filter((p) => p.includes("="))
      .map((p) => ({ name: p.slice(0, p.indexOf("=")), value: p.slice(p.indexOf("=") + 1) }));
    for (const { name } of set) {
      if (!NAME.test(name))
        throw new CliError(
          `${JSON.stringify(name)} is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
        );
    }
    const remove = changes.filter((p) => !p.includes("=")).map((p) => p.slice(0, -1));
    if (flags.string("from")) set.push(...(await imported(invocation)));
    const list = await subjects(invocation, resources);
    if (flags.bool("list")) {
      for (const { object } of list)
        for (const c of podSpecOf(object).containers)
          await invocation.out(await listing(invocation, `${object.kind} ${object.metadata.name}`, c));
      return;
    }
    const match = glob(flags.string("containers"));
    await changeEach(invocation, list, {
      past: "env updated",
      failing: "failed to patch env update to pod template:",
      async work(object) {
        const spec = podSpecOf(object);
        if (!spec.containers.some((c) => match(c.name)))
          await invocation.err(
            `Warning: ${object.kind}/${object.metadata.name} does not have any containers matching ${JSON.stringify(flags.string("containers"))}\n`,
          );
        const put = (c: Container): Container => (match(c.name) ? withEnv(c, set, remove, flags.bool("overwrite")) : c);
        return withPodSpec(object, { ...spec, containers: spec.containers.map(put) });
      },
    });
  },
};

function withEnv(container: Container, set: readonly EnvVar[], remove: readonly string[], overwrite: boolean): Container {
  const { env: old = [], ...rest } = container;
  const clash = overwrite ? undefined : set.find((s) => old.some((e) => e.name === s.name));
  if (clash)
    throw new CliError(
      `'${clash.name}' already has a value (${old.find((e) => e.name === clash.name)?.value ?? ""}), and --overwrite is false`,
    );
  const kept = old.filter((e) => !remove.includes(e.name)).map((e) => set.find((s) => s.name === e.name) ?? e);
  const next = [...kept, ...set.filter((s) => !old.some((e) => e.name === s.name))];
  return next.length > 0 ? { ...rest, env: next } : rest;
}

/** References to the keys of --from, with names that variables may have. */
async function imported(invocation: Invocation): Promise<EnvVar[]> {
  const { flags } = invocation;
  const [kind = "", name = ""] = flags.string("from").split("/");
  const isSecret = /^secrets?$/.test(kind);
  if (!isSecret && !/^(configmaps?|cm)$/.test(kind)) throw new CliError("unsupported resource specified in --from");
  const data = await read(invocation, isSecret, name);
  const keys = flags.list("keys");
  const found: EnvVar[] = [];
  for (const key of Object.keys(data).sort()) {
    if (keys.length > 0 && !keys.includes(key)) continue;
    const variable = key.toUpperCase().replace(/[^A-Z0-9_]/g, "_");
    if (variable !== key) await invocation.err(`Warning: key ${key} transferred to ${variable}\n`);
    const reference = { name, key };
    found.push({
      name: `${flags.string("prefix")}${variable}`,
      valueFrom: isSecret ? { secretKeyRef: reference } : { configMapKeyRef: reference },
    });
  }
  return found;
}

async function read({ session }: Invocation, secret: boolean, name: string): Promise<Data> {
  const { data = {} } = (await session.object(
    "GET",
    `/api/v1/namespaces/${session.namespace}/${secret ? "secrets" : "configmaps"}/${name}`,
  )) as { data?: Data };
  return data;
}

/** `NAME=value` lines; references as comments, or with --resolve as what they refer to. */
async function listing(invocation: Invocation, owner: string, { name: container, env: variables = [] }: Container): Promise<string> {
  if (!glob(invocation.flags.string("containers"))(container)) return "";
  let text = `# ${owner}, container ${container}\n`;
  for (const { name, value, valueFrom } of variables) {
    const reference = valueFrom?.secretKeyRef ?? valueFrom?.configMapKeyRef;
    const secret = valueFrom?.secretKeyRef !== undefined;
    if (reference && invocation.flags.bool("resolve")) {
      const found = (await read(invocation, secret, reference.name ?? ""))[reference.key] ?? "";
      text += `${name}=${secret ? decode(found) : found}\n`;
    } else if (reference) text += `# ${name} from ${secret ? "secret" : "configmap"} ${reference.name ?? ""}, key ${reference.key}\n`;
    else if (valueFrom?.fieldRef) text += `# ${name} from field path ${valueFrom.fieldRef.fieldPath}\n`;
    else if (valueFrom) text += `# ${name} from resource ${valueFrom.resourceFieldRef?.resource ?? ""}\n`;
    else text += `${name}=${value ?? ""}\n`;
  }
  return text;
}

function decode(base64: string): string {
  const bytes = base64Decode(base64);
  return typeof bytes === "number" ? "" : new TextDecoder().decode(bytes);
}
