import { CliError, errorMessage } from "../errors.ts";
import { printFlags } from "../flags/groups.ts";
import { array, bool, str } from "../flags/parse.ts";
import { kubercPath, readPreference, VERSION, type Alias, type CommandOption, type Preference } from "../kuberc/file.ts";
import { toYaml } from "../manifest/write.ts";
import { OBJECT_FORMATS, printerFor } from "../printers/printer.ts";
import type { Command, Invocation } from "../types.ts";

const SECTIONS = ["defaults", "aliases", "credentialplugin"];
const kubercFlag = str("The kuberc file that is meant; without it $KUBERC, or ~/.kube/kuberc.", undefined, "", "files");

function pathOf({ proc, flags }: Invocation): { readonly path: string; readonly explicit: boolean } {
  const file = kubercPath(proc.env, flags.string("kuberc"));
  if (!file) throw new CliError("KUBERC is disabled via KUBERC=off environment variable");
  return file;
}

async function save(invocation: Invocation, path: string, preference: Preference): Promise<void> {
  const { proc } = invocation;
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (folder !== "" && !proc.fs.exists(folder)) proc.fs.mkdir(folder, { recursive: true });
  const { aliases, defaults, ...rest } = preference;
  proc.fs.writeFile(path, toYaml({ ...rest, aliases: aliases ?? null, defaults: defaults ?? null }), { mode: 0o600 });
  await invocation.out(`Updated ${path}\n`);
}

/** What is offered to somebody who has no file: as upstream recommends it. */
const RECOMMENDED: Preference = {
  kind: "Preference",
  apiVersion: VERSION,
  defaults: [
    { command: "apply", options: [{ name: "server-side", default: "true" }] },
    { command: "delete", options: [{ name: "interactive", default: "true" }] },
  ],
};

const view: Command = {
  name: "view",
  short: "Display the current kuberc configuration",
  arguments: "none",
  flags: {
    ...printFlags,
    output: { ...(printFlags["output"] as NonNullable<(typeof printFlags)[string]>), default: "yaml" },
    kuberc: kubercFlag,
  },
  async run(invocation) {
    const { proc, flags } = invocation;
    const { path, explicit } = pathOf(invocation);
    if (!proc.fs.exists(path)) {
      if (explicit) throw new CliError(`kuberc file not found at ${path}`);
      await invocation.out(
        `kuberc file not found at ${path}\nWould you like to generate a default kuberc file with recommended options? (y/N): `,
      );
      if ((await answer(invocation)).toLowerCase() === "y") await save(invocation, path, RECOMMENDED);
      return;
    }
    let preference: Preference | null;
    try {
      preference = readPreference(proc.fs, path);
    } catch (error) {
      throw new CliError(`error reading kuberc file: ${errorMessage(error)}`);
    }
    const { aliases, defaults, ...rest } = preference ?? { kind: "Preference", apiVersion: VERSION };
    const printer = printerFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
    await invocation.out(printer?.({ ...rest, defaults: defaults ?? [], aliases: aliases ?? [] }) ?? "");
  },
};

async function answer({ proc }: Invocation): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const chunk = await proc.stdin.read(1);
    if (chunk === null) break;
    text += decoder.decode(chunk, { stream: true });
  }
  return text.trim();
}

const set: Command = {
  name: "set",
  short: "Set values in the kuberc configuration",
  usage: "--section (defaults|aliases) --command COMMAND",
  arguments: "none",
  required: ["section"],
  flags: {
    "allowlist-entry": array("A program that may be run for credentials, as command=NAME."),
    appendarg: array("An argument that the alias puts after what is typed."),
    command: str('The command that is meant: get, or "set env".'),
    kuberc: kubercFlag,
    name: str("What the alias is called."),
    option: array("A flag and its value, as flag=value."),
    overwrite: bool("Change what is there already."),
    policy: str("Which programs may be run for credentials: AllowAll, DenyAll or Allowlist."),
    prependarg: array("An argument that the alias puts before what is typed."),
    section: str("What to set: defaults, aliases or credentialplugin."),
  },
  async run(invocation) {
    const { proc } = invocation;
    const { path } = pathOf(invocation);
    check(invocation);
    let preference: Preference | null = null;
    try {
      if (proc.fs.exists(path)) preference = readPreference(proc.fs, path);
    } catch (error) {
      throw new CliError(`error parsing kuberc file: ${errorMessage(error)}`);
    }
    await save(invocation, path, changed(invocation, preference ?? { kind: "Preference", apiVersion: VERSION }));
  },
};

function check({ flags }: Invocation): void {
  const [section, name, policy] = [flags.string("section"), flags.string("name"), flags.string("policy")];
  if (!SECTIONS.includes(section)) throw new CliError(`--section must be "defaults", "aliases", or "credentialplugin", got: ${section}`);
  if (section === "aliases" && name === "") throw new CliError("--name is required when --section=aliases");
  if (section === "defaults" && name !== "") throw new CliError("--name should not be specified when --section=defaults");
  if (section === "defaults" && flags.list("prependarg").length + flags.list("appendarg").length > 0)
    throw new CliError("--prependarg and --appendarg are only valid for --section=aliases");
  if (section !== "credentialplugin") {
    if (flags.string("command") === "") throw new CliError("--command is required when --section=aliases or --section=defaults");
    return;
  }
  if (policy === "") throw new CliError("--policy is required when --section=credentialplugin");
  const entries = flags.list("allowlist-entry").length;
  if (policy === "AllowAll" || policy === "DenyAll") {
    if (entries > 0) throw new CliError("--allowlist-entry may only be used when --section=credentialplugin and --policy=Allowlist");
  } else if (policy !== "Allowlist") throw new CliError(`invalid value for --policy: ${JSON.stringify(policy)}`);
  else if (entries === 0) throw new CliError("--allowlist-entry is required when --section=credentialplugin and --policy=Allowlist");
}

function changed(invocation: Invocation, preference: Preference): Preference {
  const { flags } = invocation;
  const options = flags.list("option").map((option): CommandOption => {
    const equals = option.indexOf("=");
    if (equals < 0) throw new CliError(`invalid option format ${JSON.stringify(option)}, expected flag=value`);
    return { name: option.slice(0, equals).replace(/^-+/, ""), default: option.slice(equals + 1) };
  });
  const [command, name] = [flags.string("command"), flags.string("name")];
  const overwrite = flags.bool("overwrite");
  const some = <T>(list: readonly T[], old: readonly T[] | null | undefined): readonly T[] => (list.length > 0 ? list : (old ?? []));
  switch (flags.string("section")) {
    case "defaults": {
      const old = preference.defaults?.find((d) => d.command === command);
      if (old && !overwrite)
        throw new CliError(`defaults for command ${JSON.stringify(command)} already exist, use --overwrite to replace`);
      const next = { command, options: some(options, old?.options) };
      const others = preference.defaults ?? [];
      return { ...preference, defaults: old ? others.map((d) => (d === old ? next : d)) : [...others, next] };
    }
    case "aliases": {
      const old = preference.aliases?.find((a) => a.name === name);
      if (old && !overwrite) throw new CliError(`alias ${JSON.stringify(name)} already exists, use --overwrite to replace`);
      const [prepend, append] = [some(flags.list("prependarg"), old?.prependArgs), some(flags.list("appendarg"), old?.appendArgs)];
      const set = some(options, old?.options);
      const next: Alias = {
        name,
        command,
        ...(prepend.length > 0 ? { prependArgs: prepend } : {}),
        ...(append.length > 0 ? { appendArgs: append } : {}),
        ...(set.length > 0 ? { options: set } : {}),
      };
      const others = preference.aliases ?? [];
      return { ...preference, aliases: old ? others.map((a) => (a === old ? next : a)) : [...others, next] };
    }
    default: {
      const policy = flags.string("policy");
      const list = policy === "Allowlist" ? { credentialPluginAllowlist: allowed(flags.list("allowlist-entry")) } : {};
      return { ...preference, ...list, credentialPluginPolicy: policy };
    }
  }
}

/** "command=aws,command=/usr/bin/gke": programs that may be run. */
function allowed(entries: readonly string[]): readonly { readonly command: string }[] {
  const errors: string[] = [];
  const list = entries
    .flatMap((entry) => entry.split(","))
    .flatMap((pair) => {
      const equals = pair.indexOf("=");
      const [key, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
      if (equals < 0) errors.push(`improperly formatted allowlist entry: ${JSON.stringify(pair)}`);
      else if (key === "name") errors.push('allowlist entry field "name" is deprecated, use "command" instead');
      else if (key !== "command") errors.push(`unrecognized allowlist entry field: ${JSON.stringify(key)}`);
      else if (value.trim() === "") errors.push(`empty value in allowlist entry for field ${JSON.stringify(key)}`);
      else return [{ command: value }];
      return [];
    });
  if (errors.length > 0) throw new CliError(errors.join("\n"));
  return list;
}

/** Preferences for kubectl itself. */
export const kuberc: Command = {
  name: "kuberc",
  group: "Other Commands",
  short: "Manage kuberc configuration files",
  usage: "SUBCOMMAND",
  subcommands: [set, view],
};
