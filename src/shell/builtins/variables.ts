import type { Assignment } from "unbash";
import { loadLater } from "../../runtime/index.ts";
import { quoteForShell, quoteIfNeeded } from "../expand/transform.ts";
import { evaluate } from "../expand/words.ts";
import { parseScript } from "../parse.ts";
import type { Shell } from "../shell.ts";
import { Leave, ShellError, type Variable } from "../state.ts";
import { assign } from "./assign.ts";
import type { Builtin } from "./builtin.ts";

/** How bash lays out a function; fetched when one is shown. */
export const printer = loadLater(() => import("../run/printing.ts"));

type Plan = readonly (string | Assignment)[];
const NAME = /^[A-Za-z_]\w*$/;

function nameOf(item: string | Assignment): string {
  return typeof item === "string" ? (item.split(/[=[]/, 1)[0] as string) : item.name;
}

/** A word such as `'d'=e`, whose name only quoting hid from the parser. */
function asAssignment(item: string | Assignment): Assignment | undefined {
  if (typeof item !== "string") return item;
  const m = /^([A-Za-z_]\w*)(\+?)=([\s\S]*)$/.exec(item);
  if (!m) return undefined;
  const command = parseScript(`${m[1]}${m[2]}=${quoteForShell(m[3] as string)}`).commands[0]?.command;
  const first = command?.type === "Command" ? command.prefix[0] : undefined;
  return first?.type === "Assignment" ? first : undefined;
}

async function declareAll(
  sh: Shell,
  command: string,
  items: Plan,
  attributes: Partial<Variable>,
  scope: number | undefined,
): Promise<number> {
  let status = 0;
  for (const item of items) {
    const name = nameOf(item);
    if (!NAME.test(name)) {
      await sh.complain(
        sh.dialect.bash
          ? `\`${typeof item === "string" ? item : item.text}': not a valid identifier`
          : `${typeof item === "string" ? item : item.text}: bad variable name`,
        command,
      );
      status = sh.dialect.bash ? 1 : 2;
      if (!sh.dialect.bash && command !== "local" && !sh.interactive) throw new Leave("exit", status);
      continue;
    }
    const assignment = asAssignment(item);
    const { readonly: locked, ...early } = attributes;
    if (assignment) await assign(sh, assignment, { ...(scope !== undefined && { scope }), attributes: early });
    else {
      const here = scope === undefined ? sh.find(name) : sh.scopes[scope]?.get(name);
      if (!here?.readonly || Object.keys(early).length > 0) {
        const { value, ...rest } = { ...here, ...early };
        sh.put(
          name,
          early.array && here?.array === undefined
            ? { ...rest, array: value !== undefined ? { 0: value } : {} }
            : { ...here, ...early, ...(here?.array && { array: here.array }) },
          scope,
        );
      }
    }
    if (locked) {
      const at = scope ?? sh.scopes.findLastIndex((s) => s.has(name));
      const now = sh.scopes[at]?.get(name);
      if (now && !now.readonly) sh.put(name, { ...now, readonly: true }, at);
    }
  }
  return status;
}

/** `declare -ax a=([0]="1")` */
export function declaration(name: string, v: Variable, bash: boolean, verb: string): string {
  if (!bash) return `${verb} ${name}${v.value !== undefined ? `='${v.value.replace(/'/g, "'\"'\"'")}'` : ""}\n`;
  const letters = `${v.associative ? "A" : v.array ? "a" : ""}${v.integer ? "i" : ""}${v.case === "lower" ? "l" : ""}${v.reference ? "n" : ""}${v.readonly ? "r" : ""}${v.case === "upper" ? "u" : ""}${v.exported ? "x" : ""}`;
  const value = v.array
    ? `=(${Object.entries(v.array)
        .map(([k, e]) => `[${v.associative && !/^\w+$/.test(k) ? quoteForShell(k, true) : k}]=${quoteForShell(e, true)}`)
        .join(" ")}${v.associative && Object.keys(v.array).length ? " " : ""})`
    : v.value !== undefined
      ? `=${quoteForShell(v.value, true)}`
      : "";
  return `declare -${letters || "-"} ${name}${value}\n`;
}

async function print(sh: Shell, filter: (v: Variable) => boolean, verb: string): Promise<void> {
  let out = "";
  for (const name of sh.names()) {
    const v = sh.find(name);
    if (v && filter(v)) out += declaration(name, v, sh.dialect.bash, verb);
  }
  await sh.write(out);
}

async function declare(sh: Shell, command: string, plan: Plan): Promise<number> {
  const items = [...plan];
  let attributes: Partial<Variable> = {};
  let [printing, global, functions, named] = [false, false, false, false];
  while (typeof items[0] === "string" && /^[-+][A-Za-z]+$/.test(items[0])) {
    const on = items[0].startsWith("-");
    for (const letter of (items.shift() as string).slice(1)) {
      if (letter === "x") attributes = { ...attributes, exported: on };
      else if (letter === "r") attributes = { ...attributes, readonly: on };
      else if (letter === "i") attributes = { ...attributes, integer: on };
      else if (letter === "a") attributes = { ...attributes, array: {} };
      else if (letter === "A") attributes = { ...attributes, array: {}, associative: true };
      else if (letter === "u") attributes = { ...attributes, case: "upper" };
      else if (letter === "l") attributes = { ...attributes, case: "lower" };
      else if (letter === "n") attributes = { ...attributes, reference: on };
      else if (letter === "p") printing = true;
      else if (letter === "g") global = true;
      else if (letter === "f") functions = true;
      else if (letter === "F") functions = named = true;
      else {
        await sh.complain(`-${letter}: invalid option`, command);
        await sh.fds
          .get(2)
          ?.write(`${command}: usage: ${command} [-aAfFgiIlnrtux] [name[=value] ...] or ${command} -p [-aAfFilnrtux] [name ...]\n`);
        return 2;
      }
    }
  }
  if (functions) {
    let status = 0;
    if (attributes.exported !== undefined && items.length > 0) return exportFunctions(sh, items.map(String), attributes.exported, command);
    const names = items.length > 0 ? items.map(String) : [...sh.functions.keys()].sort();
    for (const name of names) {
      const f = sh.functions.get(name);
      if (!f) status = 1;
      else if (attributes.exported && f.exported === undefined) continue;
      else {
        if (!named) await sh.write((await sh.proc.code(printer)).functionText(name, f.source));
        if (named && items.length > 0) await sh.write(`${name}\n`);
        else if (items.length === 0 && (named || f.exported !== undefined))
          await sh.write(`declare -f${f.exported === undefined ? "" : "x"} ${name}\n`);
      }
    }
    return status;
  }
  if (items.length === 0) {
    await print(
      sh,
      (v) => Object.entries(attributes).every(([k]) => (k === "array" ? v.array !== undefined : v[k as keyof Variable] !== undefined)),
      "declare",
    );
    return 0;
  }
  if (printing) {
    let status = 0;
    for (const item of items) {
      const name = nameOf(item);
      const v = sh.scopes.findLast((s) => s.has(name))?.get(name);
      if (v) await sh.write(declaration(name, v, true, "declare"));
      else {
        await sh.complain(`${name}: not found`, command);
        status = 1;
      }
    }
    return status;
  }
  return declareAll(sh, command, items, attributes, global ? 0 : sh.scopes.length > 1 ? sh.scopes.length - 1 : undefined);
}

/** `export -f`: a child that is bash too gets these functions. */
async function exportFunctions(sh: Shell, names: readonly string[], on: boolean, command: string): Promise<number> {
  let status = 0;
  for (const name of names) {
    const f = sh.functions.get(name);
    if (!f) {
      await sh.complain(`${name}: not a function`, command);
      status = 1;
    } else sh.setFunction(name, { ...f, exported: on ? (await sh.proc.code(printer)).functionValue(f.source) : undefined });
  }
  return status;
}

async function exporting(sh: Shell, plan: Plan, verb: "export" | "readonly"): Promise<number> {
  const items = [...plan];
  let on = true;
  let functions = false;
  while (typeof items[0] === "string" && /^-[npfaA]+$/.test(items[0])) {
    if (items[0].includes("n")) on = false;
    if (items[0].includes("f")) functions = true;
    items.shift();
  }
  if (functions && verb === "readonly") {
    await sh.complain("-f: not supported by this simulator", verb);
    return 2;
  }
  if (functions) return items.length > 0 ? exportFunctions(sh, items.map(String), on, verb) : declare(sh, verb, ["-xf"]);
  if (typeof items[0] === "string" && /^-./.test(items[0])) {
    await sh.complain(sh.dialect.bash ? `${items[0].slice(0, 2)}: invalid option` : `illegal option ${items[0].slice(0, 2)}`, verb);
    return 2;
  }
  if (items.length === 0) {
    await print(sh, (v) => (verb === "export" ? v.exported === true : v.readonly === true), verb);
    return 0;
  }
  if (verb === "export") return declareAll(sh, verb, items, { exported: on }, undefined);
  return declareAll(sh, verb, items, { readonly: true }, undefined);
}

export const variableBuiltins: Readonly<Record<string, Builtin>> = {
  declare: { bashOnly: true, run: (sh, _, plan) => declare(sh, "declare", plan ?? []) },
  typeset: { bashOnly: true, run: (sh, _, plan) => declare(sh, "typeset", plan ?? []) },
  local: {
    async run(sh, _, plan) {
      if (sh.depth === 0) {
        await sh.complain(sh.dialect.bash ? "can only be used in a function" : "not in a function", "local");
        return sh.dialect.bash ? 1 : 2;
      }
      return declare(sh, "local", plan ?? []);
    },
  },
  export: { run: (sh, args, plan) => exporting(sh, plan ?? args, "export") },
  readonly: { run: (sh, args, plan) => exporting(sh, plan ?? args, "readonly") },
  unset: {
    async run(sh, args) {
      let kind = "any";
      const names = [...args];
      while (names[0] === "-v" || names[0] === "-f" || names[0] === "-n") kind = names.shift() as string;
      let status = 0;
      for (const name of names) {
        const element = /^([A-Za-z_]\w*)\[(.+)\]$/.exec(name);
        try {
          if (element) {
            const [, base, key] = element as unknown as [string, string, string];
            const v = sh.find(base);
            if (!v?.array) continue;
            if (key === "@" || key === "*") sh.unset(base);
            else {
              const { [v.associative ? key : indexOf(v.array, Number(await evaluate(sh, key)), key)]: _, ...array } = v.array;
              sh.put(base, { ...v, array });
            }
          } else if (kind === "-f") sh.setFunction(name, undefined);
          else if (!NAME.test(name) && !(sh.dialect.bash && kind === "any"))
            throw sh.dialect.bash
              ? new ShellError(`unset: \`${name}': not a valid identifier`, 1, false)
              : new ShellError(`${name}: bad variable name`, 2);
          else if (sh.find(name) || kind === "-v") sh.unset(name);
          else sh.setFunction(name, undefined);
        } catch (error) {
          if (!(error instanceof ShellError)) throw error;
          await sh.complain(error.message, sh.dialect.bash ? undefined : "unset");
          status = error.status;
          if (error.fatal && !sh.interactive) throw new Leave("exit", status);
        }
      }
      return status;
    },
  },
  let: {
    not: "dash",
    run: async (sh, args) => {
      if (args.length === 0) {
        await sh.complain("expression expected", "let");
        return sh.dialect.bash ? 1 : 2;
      }
      let last = 0n;
      for (const a of args) last = await evaluate(sh, a);
      return last === 0n ? 1 : 0;
    },
  },
  alias: {
    async run(sh, args) {
      let status = 0;
      const show = (name: string, value: string): string => `${sh.dialect.bash ? "alias " : ""}${name}=${quoteForShell(value)}\n`;
      if (args.length === 0 || args[0] === "-p")
        for (const [name, value] of [...sh.aliases].sort(([a], [b]) => (a < b ? -1 : 1))) await sh.write(show(name, value));
      for (const a of args.filter((x) => x !== "-p")) {
        const at = a.indexOf("=");
        if (at > 0) sh.aliases.set(a.slice(0, at), a.slice(at + 1));
        else if (sh.aliases.has(a)) await sh.write(show(a, sh.aliases.get(a) as string));
        else {
          if (sh.dialect.bash) await sh.complain(`${a}: not found`, "alias");
          else await sh.fds.get(2)?.write(`alias: ${a} not found\n`);
          status = 1;
        }
      }
      return status;
    },
  },
  unalias: {
    async run(sh, args) {
      let status = 0;
      if (args[0] === "-a") sh.aliases.clear();
      else
        for (const a of args)
          if (!sh.aliases.delete(a)) {
            await sh.complain(`${a}: not found`, "unalias");
            status = 1;
          }
      return status;
    },
  },
};

/** What `set` prints without arguments. */
export function assignments(sh: Shell): string {
  let out = "";
  for (const name of sh.names()) {
    const v = sh.find(name);
    if (v?.array)
      out += `${name}=(${Object.entries(v.array)
        .map(([k, e]) => `[${k}]=${quoteForShell(e, true)}`)
        .join(" ")})\n`;
    else if (v?.value !== undefined)
      out += `${name}=${sh.dialect.bash ? quoteIfNeeded(v.value).replace(/^''$/, "") : quoteForShell(v.value)}\n`;
  }
  return out;
}

/** A number below zero counts from the end. */
function indexOf(array: Readonly<Record<string, string>>, at: number, text: string): string {
  const from = at < 0 ? at + 1 + Math.max(-1, ...Object.keys(array).map(Number)) : at;
  if (from < 0) throw new ShellError(`unset: [${text}]: bad array subscript`, 1, false);
  return String(from);
}
