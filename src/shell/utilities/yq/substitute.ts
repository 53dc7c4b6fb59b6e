import { YqError } from "./node.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;

/** `$NAME`, `${NAME}` and its defaults; `nu` and `ne` refuse what is unset or empty, `ff` at once. */
export function substitute(source: string, env: Readonly<Record<string, string>>, flags: string): string {
  const options = new Set(flags.split(/[ ,]+/));
  const problems: string[] = [];
  const problem = (what: string): string => {
    if (options.has("ff")) throw new YqError(what);
    problems.push(what);
    return "";
  };
  const value = (name: string): string => {
    const found = Object.hasOwn(env, name) ? env[name] : undefined;
    if (found === undefined && options.has("nu")) return problem(`variable \${${name}} not set`);
    if (found === "" && options.has("ne")) return problem(`variable \${${name}} set but empty`);
    return found ?? "";
  };
  let out = "";
  for (let i = 0; i < source.length;) {
    if (source[i] !== "$") {
      out += source[i++];
      continue;
    }
    if (source[i + 1] === "$") {
      out += "$";
      i += 2;
      continue;
    }
    const braced = source[i + 1] === "{";
    const name = NAME.exec(source.slice(i + (braced ? 2 : 1)))?.[0];
    if (name === undefined) {
      out += source[i++];
      continue;
    }
    i += (braced ? 2 : 1) + name.length;
    if (!braced) {
      out += value(name);
      continue;
    }
    const end = closing(source, i);
    if (end < 0) throw new YqError("closing brace expected");
    const rest = source.slice(i, end);
    i = end + 1;
    const [, operator = "", word = ""] = /^(:?[-=+])?([\s\S]*)$/.exec(rest) ?? [];
    const set = Object.hasOwn(env, name);
    const there = operator.startsWith(":") ? set && env[name] !== "" : set;
    if (operator === "") out += value(name);
    else if (operator.endsWith("+")) out += there ? substitute(word, env, flags) : "";
    else out += there ? (env[name] ?? "") : substitute(word, env, flags);
  }
  if (problems.length > 0) throw new YqError(problems.join("\n"));
  return out;
}
function closing(source: string, from: number): number {
  let depth = 0;
  for (let i = from; i < source.length; i++) {
    if (source[i] === "$" && source[i + 1] === "{") depth++;
    else if (source[i] === "}" && depth-- === 0) return i;
  }
  return -1;
}
