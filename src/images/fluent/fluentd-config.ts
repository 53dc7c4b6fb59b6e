import type { ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { globbed } from "./tail.ts";

/** <name argument> … </name> */
export interface Section {
  readonly name: string;
  readonly argument: string;
  readonly set: Readonly<Record<string, string>>;
  readonly sections: readonly Section[];
}
/** What fluentd says of a configuration that it cannot read. */
export class ConfigError extends Error {}

type Open = { name: string; argument: string; set: Record<string, string>; sections: Section[] };

/** fluentd's configuration, with the files that it includes. */
export function fluentdConfig(proc: ProcessContext, file: string): Section {
  const root: Open = { name: "ROOT", argument: "", set: {}, sections: [] };
  const stack: Open[] = [root];
  const read = (path: string, depth: number): void => {
    const text = readIfThere(proc, path);
    if (text === undefined) throw new ConfigError(`no such file: ${path}`);
    if (depth > 10) throw new ConfigError(`${path}: included too deep`);
    const lines = text.split("\n");
    for (let n = 0; n < lines.length; n++) {
      const line = (lines[n] ?? "").replace(/(^|\s)#(?!\{).*$/, "").trim();
      const here = stack.at(-1) as Open;
      if (line === "") continue;
      const [, name, argument = ""] = /^<([A-Za-z_]\w*)\s*([^>]*)>$/.exec(line) ?? [];
      const [, closed] = /^<\/(\w+)>$/.exec(line) ?? [];
      const [, included] = /^@include\s+(\S+)$/.exec(line) ?? [];
      if (name !== undefined) stack.push({ name, argument: argument.trim(), set: {}, sections: [] });
      else if (closed !== undefined) {
        if (stack.length === 1 || here.name !== closed)
          throw new ConfigError(`unmatched end tag at ${path.replace(/^.*\//, "")} line ${n + 1},${line.length}`);
        stack.pop();
        (stack.at(-1) as Open).sections.push(here);
      } else if (included !== undefined) for (const each of matching(proc, included, path)) read(each, depth + 1);
      else {
        const [, key = "", value = ""] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
        here.set[key] = filled(proc, value);
      }
    }
  };
  read(file, 0);
  if (stack.length > 1) throw new ConfigError(`expected end tag '</${stack.at(-1)?.name}>' but got end of file`);
  return root;
}

/** Quotes, and "#{ENV['NAME']}", the one piece of Ruby that courses write. */
function filled(proc: ProcessContext, value: string): string {
  const text = /^".*"$/s.test(value) ? value.slice(1, -1) : value.replace(/^'(.*)'$/s, "$1");
  return text.replace(
    /#\{ENV\[['"](\w+)['"]\](?:\s*\|\|\s*['"]?([^'"}]*)['"]?)?\}/g,
    (_, name: string, otherwise = "") => proc.env[name] ?? otherwise,
  );
}

function matching(proc: ProcessContext, pattern: string, from: string): readonly string[] {
  const path = pattern.startsWith("/") ? pattern : `${from.slice(0, from.lastIndexOf("/"))}/${pattern}`;
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (!/[*?[]/.test(path)) return [path];
  if (!proc.fs.exists(folder)) return [];
  return proc.fs
    .readdir(folder)
    .filter((name) => globbed(path.slice(folder.length + 1), name))
    .map((name) => `${folder}/${name}`);
}

/** As fluentd shows it when it starts. */
export function shown({ name, argument, set, sections }: Section, depth = 0): string {
  const indent = "  ".repeat(depth);
  const lines = [
    `${indent}<${name}${argument === "" ? "" : ` ${argument}`}>`,
    ...Object.entries(set).map(
      ([key, value]) =>
        `${indent}  ${key} ${/password|secret|token/.test(key) ? "xxxxxx" : /[\s#]/.test(value) ? JSON.stringify(value) : value}`,
    ),
    ...sections.map((s) => shown(s, depth + 1)),
    `${indent}</${name}>`,
  ];
  return lines.join("\n");
}
