import type { ParameterExpansionPart } from "unbash";
import { toBytes } from "../../runtime/index.ts";
import type { Shell } from "../shell.ts";
import { ShellError, type Variable } from "../state.ts";
import { type Fields } from "./fields.ts";
import { compilePattern, matches, prefixLength, replacePattern, suffixLength, unquotePattern } from "./pattern.ts";
import { quoteForShell, transform } from "./transform.ts";
import { evaluate, expandOperand, expandPattern, expandText } from "./words.ts";

/** What a parameter is before any operation: one value, or the list of $@, $*, ${a[@]}. */
type Value = { readonly one: string | undefined } | { readonly all: readonly string[]; readonly star: boolean };

export async function expandSimple(sh: Shell, name: string, out: Fields, quoted: boolean, keepBackslash = false): Promise<void> {
  const value = lookup(sh, name);
  if ("one" in value && value.one === undefined) unbound(sh, name);
  emit(sh, value, out, quoted, keepBackslash);
}

function unbound(sh: Shell, name: string): void {
  if (!sh.options.has("nounset") || name === "@" || name === "*") return;
  throw sh.dialect.bash
    ? new ShellError(
        `${/^\d+$/.test(name) ? `$${name}` : name}: unbound variable`,
        sh.interactive || sh.subshell > 0 || sh.options.has("errexit") ? 1 : 127,
      )
    : new ShellError(`${name}: parameter not set`, 2);
}

function lookup(sh: Shell, name: string): Value {
  switch (name) {
    case "@":
    case "*":
      return { all: sh.params, star: name === "*" };
    case "#":
      return { one: String(sh.params.length) };
    case "?":
      return { one: String(sh.status) };
    case "$":
      return { one: String(sh.shellPid) };
    case "!":
      return { one: sh.lastBackground ? String(sh.lastBackground) : undefined };
    case "0":
      return { one: sh.arg0 };
    case "-":
      return { one: flags(sh) };
    case "FUNCNAME":
    case "BASH_SOURCE":
      return callStack(sh, name, 0);
    case "DIRSTACK":
      return { one: sh.proc.cwd };
    case "PIPESTATUS":
      return { one: String(sh.pipeStatus[0] ?? 0) };
    default:
      return { one: /^\d+$/.test(name) ? sh.params[Number(name) - 1] : sh.get(name) };
  }
}

const LETTERS: Readonly<Record<string, string>> = {
  allexport: "a",
  errexit: "e",
  noglob: "f",
  hashall: "h",
  interactive: "i",
  monitor: "m",
  noexec: "n",
  privileged: "p",
  nounset: "u",
  verbose: "v",
  xtrace: "x",
  braceexpand: "B",
  noclobber: "C",
  errtrace: "E",
  histexpand: "H",
  physical: "P",
  functrace: "T",
  command: "c",
  stdin: "s",
};
function flags(sh: Shell): string {
  return Object.entries(LETTERS)
    .filter(([option]) => sh.options.has(option))
    .map(([, letter]) => letter)
    .join("");
}

function emit(sh: Shell, value: Value, out: Fields, quoted: boolean, keepBackslash = false): void {
  if ("one" in value) {
    if (quoted) out.quoted(value.one ?? "");
    else out.unquoted(value.one ?? "", keepBackslash);
    return;
  }
  const separator = sh.find("IFS")?.value?.[0] ?? (sh.find("IFS") ? "" : " ");
  if (value.star && quoted) return out.quoted(value.all.join(separator));
  if (!out.splits && !quoted) return out.unquoted(value.all.join(" "), keepBackslash);
  value.all.forEach((v, i) => {
    if (i > 0) out.flush();
    if (quoted) out.quoted(v);
    else out.unquoted(v);
  });
}

export async function subscript(
  sh: Shell,
  name: string,
  index: { readonly text: string } & Parameters<typeof expandText>[1],
): Promise<string> {
  const text = await expandText(sh, index);
  if (sh.find(name)?.associative) return text;
  const n = Number(await evaluate(sh, text));
  if (n >= 0) return String(n);
  const keys = Object.keys(sh.find(name)?.array ?? {}).map(Number);
  const at = Math.max(-1, ...keys) + 1 + n;
  if (at < 0) throw new ShellError(`${name}[${text}]: bad array subscript`, 1, false);
  return String(at);
}

function elements(variable: Variable | undefined): readonly string[] {
  return variable?.array ? Object.values(variable.array) : variable?.value !== undefined ? [variable.value] : [];
}

export async function expandParameter(
  sh: Shell,
  part: ParameterExpansionPart,
  out: Fields,
  quoted: boolean,
  keepBackslash = false,
): Promise<void> {
  // ${!:-x}: the parameter is `!` itself, which the parser takes for the mark of indirection.
  const bang = part.prefix === "!" && part.parameter === "";
  const prefix = bang ? undefined : part.prefix;
  let name = bang ? "!" : part.parameter;
  const operation = part.operation;
  const toggles = operation?.type === "Unknown" && sh.dialect.bash && (operation.operator === "~" || operation.operator === "~~");
  if (operation?.type === "Unknown" && !toggles)
    throw new ShellError(sh.dialect.bash ? `${part.text}: bad substitution` : "syntax error: bad substitution", sh.dialect.bash ? 1 : 2);
  if (prefix === "!" && operation?.type === "Names") {
    return emit(sh, { all: sh.names().filter((n) => n.startsWith(name)), star: operation.operator === "*" }, out, quoted);
  }
  const whole = part.index?.text === "@" || part.index?.text === "*";
  if (prefix === "!" && whole) {
    return emit(
      sh,
      { all: Object.keys(sh.find(name)?.array ?? (sh.find(name) ? { 0: "" } : {})), star: part.index?.text === "*" },
      out,
      quoted,
    );
  }
  let value: Value;
  if (part.index && prefix !== "!") {
    if (name === "PIPESTATUS")
      value = whole
        ? { all: sh.pipeStatus.map(String), star: false }
        : { one: String(sh.pipeStatus[Number(await subscript(sh, name, part.index))] ?? "") };
    else if (name === "DIRSTACK") {
      const stack = [sh.proc.cwd, ...sh.directories];
      value = whole ? { all: stack, star: part.index.text === "*" } : { one: stack[Number(await subscript(sh, name, part.index))] };
    } else if (name === "FUNCNAME" || name === "BASH_SOURCE" || name === "BASH_LINENO")
      value = callStack(sh, name, whole ? undefined : Number(await subscript(sh, name, part.index)));
    else if (whole) value = { all: elements(sh.find(name)), star: part.index.text === "*" };
    else {
      const key = await subscript(sh, name, part.index);
      const variable = sh.find(name);
      value = { one: variable?.array ? variable.array[key] : key === "0" ? variable?.value : undefined };
    }
  } else if (prefix === "!") {
    const pointer = sh.scopes.findLast((s) => s.has(name))?.get(name);
    if (pointer?.reference) value = { one: pointer.value };
    else {
      const target = "one" in lookup(sh, name) ? (lookup(sh, name) as { one?: string }).one : undefined;
      if (target === undefined || target === "") throw new ShellError(`${name}: invalid indirect expansion`);
      const element = /^(\w+)\[(.+)\]$/.exec(target);
      name = target;
      if (element) {
        const variable = sh.find(element[1] as string);
        value =
          element[2] === "@" || element[2] === "*"
            ? { all: elements(variable), star: element[2] === "*" }
            : { one: variable?.array?.[element[2] as string] };
      } else value = lookup(sh, target);
    }
  } else value = lookup(sh, name);

  if (prefix === "#") {
    if ("all" in value) return emit(sh, { one: String(value.all.length) }, out, quoted);
    if (value.one === undefined) unbound(sh, name);
    const text = value.one ?? "";
    return emit(sh, { one: String(sh.dialect.name === "dash" ? toBytes(text).length : Array.from(text).length) }, out, quoted);
  }
  const unset = "one" in value ? value.one === undefined : value.all.length === 0;
  if (operation?.type === "Default") {
    const { operator, operand } = operation;
    const colon = operator.startsWith(":");
    const empty = unset || (colon && ("one" in value ? value.one === "" : value.all.join("") === ""));
    if (operator.endsWith("+")) {
      if (!empty) await expandOperand(sh, operand, out, quoted);
      return;
    }
    if (!empty) return emit(sh, value, out, quoted, keepBackslash);
    if (operator.endsWith("-")) return expandOperand(sh, operand, out, quoted);
    if (operator.endsWith("=")) {
      const text = await expandText(sh, operand);
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw new ShellError(
          sh.dialect.bash ? `$${name}: cannot assign in this way` : `${name}: bad variable name`,
          sh.dialect.bash ? 1 : 2,
        );
      if (part.index) sh.setElement(name, await subscript(sh, name, part.index), text);
      else sh.set(name, text);
      return emit(sh, { one: text }, out, quoted);
    }
    const message = await expandText(sh, operand);
    throw new ShellError(
      `${name}: ${message || (colon ? (sh.dialect.bash ? "parameter null or not set" : "parameter not set or null") : sh.dialect.bash ? "parameter not set" : "parameter not set")}`,
      sh.dialect.bash ? 127 : 2,
    );
  }
  // What a name is declared to be can be asked of one without a value too.
  if (unset && "one" in value && operation?.type === "Transform" && operation.operand.text === "a" && sh.find(name)) value = { one: "" };
  else if (unset && "one" in value) unbound(sh, part.index ? `${name}[${part.index.text}]` : name);
  if (!operation) return emit(sh, value, out, quoted, keepBackslash);
  if (operation.type === "Slice") {
    const offset = Number(await evaluate(sh, await expandText(sh, operation.offset)));
    const length = operation.length ? Number(await evaluate(sh, await expandText(sh, operation.length))) : undefined;
    return emit(sh, slice(sh, name, value, offset, length), out, quoted);
  }
  if (toggles) {
    const all = operation.operator === "~~";
    const toggle = (t: string): string =>
      Array.from(t, (c, i) => (i > 0 && !all ? c : c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join("");
    return emit(
      sh,
      "one" in value ? { one: toggle(value.one ?? "") } : { all: value.all.map(toggle), star: value.star },
      out,
      quoted,
      keepBackslash,
    );
  }
  if (operation.type === "Transform" && "all" in value && (operation.operand.text === "A" || operation.operand.text === "K")) {
    const pairs = Object.entries(sh.find(name)?.array ?? {});
    const associative = sh.find(name)?.associative === true;
    const end = associative ? " " : "";
    const text =
      operation.operand.text === "K"
        ? pairs.map(([k, v]) => `${k} ${quoteForShell(v, true)}`).join(" ")
        : `declare -${associative ? "A" : "a"} ${name}=(${pairs.map(([k, v]) => `[${k}]=${quoteForShell(v, true)}`).join(" ")}${end})`;
    return emit(sh, { one: operation.operand.text === "K" ? text + end : text }, out, quoted);
  }
  const change = await changer(sh, operation, name);
  return emit(
    sh,
    "one" in value ? { one: value.one === undefined ? undefined : change(value.one) } : { all: value.all.map(change), star: value.star },
    out,
    quoted,
    keepBackslash,
  );
}

/** Of each call and each file that is read, the file it stands in: BASH_SOURCE. */
function sourceFiles(sh: Shell): string[] {
  const files = sh.frames.flatMap((f) => (f.kind === "call" ? (f.file ?? []) : f.kind === "eval" ? (f.name ?? []) : []));
  return [...files.reverse(), ...(sh.script ? [sh.arg0] : [])];
}

function callStack(sh: Shell, name: string, index: number | undefined): Value {
  const calls = sh.frames.filter((f) => f.kind === "call").reverse();
  const all =
    name === "FUNCNAME"
      ? calls.map((f) => (f.kind === "call" ? f.name : ""))
      : name === "BASH_LINENO"
        ? calls.map((f) => String(f.kind === "call" ? f.at : 0))
        : sourceFiles(sh);
  return index === undefined ? { all, star: false } : { one: all[index] };
}

function slice(sh: Shell, name: string, value: Value, offset: number, length: number | undefined): Value {
  if ("all" in value) {
    const list = name === "@" || name === "*" ? [sh.arg0, ...value.all] : value.all;
    const start = offset < 0 ? Math.max(0, list.length + offset) : offset;
    if (length !== undefined && length < 0) throw new ShellError(`${length}: substring expression < 0`);
    const skip = (name === "@" || name === "*") && offset === 0 && length === undefined ? 0 : start;
    return { all: list.slice(skip, length === undefined ? undefined : skip + length), star: value.star };
  }
  const chars = Array.from(value.one ?? "");
  const start = offset < 0 ? chars.length + offset : offset;
  if (start < 0 || start > chars.length || chars.length === 0) return { one: "" };
  const end = length === undefined ? chars.length : length < 0 ? chars.length + length : start + length;
  if (end < start) throw new ShellError(`${length}: substring expression < 0`);
  return { one: chars.slice(start, end).join("") };
}

async function changer(
  sh: Shell,
  operation: NonNullable<ParameterExpansionPart["operation"]>,
  name: string,
): Promise<(text: string) => string> {
  switch (operation.type) {
    case "Remove": {
      const pattern = compilePattern(await expandPattern(sh, operation.operand));
      const longest = operation.operator.length === 2;
      if (operation.operator.startsWith("#")) return (t) => t.slice(prefixLength(pattern, t, longest) ?? 0);
      return (t) => t.slice(0, t.length - (suffixLength(pattern, t, longest) ?? 0));
    }
    case "Replace": {
      const pattern = compilePattern(await expandPattern(sh, operation.pattern), { ignoreCase: sh.options.has("nocasematch") });
      const given = await expandPattern(sh, operation.replacement, false, false);
      // In bash an unquoted & stands for what was matched (shopt patsub_replacement).
      const ampersand = sh.dialect.bash && !sh.options.has("no patsub_replacement");
      const parts = ampersand ? given.split(/((?:\\[^]|[^\\&])+)/).filter((p) => p !== "") : [given];
      const by = (match: string): string =>
        parts.map((p) => (p[0] === "&" && ampersand ? match.repeat(p.length) : unquotePattern(p))).join("");
      if (operation.operator === "/#")
        return (t) => {
          const n = prefixLength(pattern, t, true);
          return n === undefined ? t : by(t.slice(0, n)) + t.slice(n);
        };
      if (operation.operator === "/%")
        return (t) => {
          const n = suffixLength(pattern, t, true);
          return n === undefined ? t : t.slice(0, t.length - n) + by(t.slice(t.length - n));
        };
      return (t) => replacePattern(pattern, t, by, operation.operator === "//");
    }
    case "CaseModification": {
      const pattern =
        operation.operand && operation.operand.text !== "" ? compilePattern(await expandPattern(sh, operation.operand)) : undefined;
      const shape = (c: string): string =>
        pattern && !matches(pattern, c) ? c : operation.operator.startsWith("^") ? c.toUpperCase() : c.toLowerCase();
      if (operation.operator.length === 2) return (t) => Array.from(t, shape).join("");
      return (t) => {
        const [first = "", ...rest] = Array.from(t);
        return shape(first) + rest.join("");
      };
    }
    case "Transform":
      return (t) => transform(sh, operation.operand.text, t, name);
    default:
      return (t) => t;
  }
}
