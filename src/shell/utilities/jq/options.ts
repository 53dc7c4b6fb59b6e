import type { Layout } from "./print.ts";
import { readJson } from "./read.ts";

type Json = unknown;
const LONG: Readonly<Record<string, string>> = {
  "raw-output": "r",
  "compact-output": "c",
  "null-input": "n",
  slurp: "s",
  "exit-status": "e",
  "sort-keys": "S",
  "join-output": "j",
  "raw-input": "R",
  "ascii-output": "a",
  "color-output": "C",
  "monochrome-output": "M",
  tab: "t",
  stream: "stream",
  seq: "seq",
  "raw-output0": "0",
  unbuffered: "u",
  "from-file": "f",
  help: "h",
  version: "V",
  "build-configuration": "V",
};

export interface JqOptions {
  readonly has: (flag: string) => boolean;
  readonly indent: string;
  readonly named: Readonly<Record<string, Json>>;
  readonly positional: readonly Json[];
  readonly filter: string | undefined;
  readonly files: readonly string[];
}
/** Reads the command line; a text is the refusal. */
export function jqOptions(args: readonly string[], file: (path: string) => string | undefined): JqOptions | string {
  const flags = new Set<string>();
  const named: Record<string, Json> = {};
  const positional: Json[] = [];
  const files: string[] = [];
  let [indent, rest, ended] = ["  ", "", false];
  let filter: string | undefined;
  const left = [...args];
  const take = (word: string): string | undefined => {
    if (filter === undefined) filter = word;
    else if (rest === "args") positional.push(word);
    else if (rest === "jsonargs") {
      const [value, more] = readJson(word);
      if (!value || "problem" in value || more) return "invalid JSON text passed to --jsonargs";
      positional.push(value.value);
    } else files.push(word);
    return undefined;
  };
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (ended || !word.startsWith("-") || /^-(?:$|[\d.( ])/.test(word)) {
      const problem = take(word);
      if (problem) return problem;
    } else if (word === "--") ended = true;
    else if (word.startsWith("--")) {
      const name = word.slice(2);
      if (name === "args" || name === "jsonargs") rest = name;
      else if (name === "arg" || name === "argjson" || name === "slurpfile" || name === "rawfile") {
        const [key, value] = left.splice(0, 2);
        if (key === undefined || value === undefined)
          return `--${name} takes two parameters (e.g. --${name} varname ${name === "argjson" ? "text" : name === "arg" ? "value" : "filename"})`;
        const made = argument(name, value, file);
        if (typeof made === "string") return made;
        if (!Object.hasOwn(named, key)) named[key] = made.value;
      } else if (name === "indent") {
        const value = left.shift();
        if (value === undefined) return "--indent takes one parameter";
        const width = Number.parseInt(value, 10) || 0;
        if (width < -1 || width > 7) return "--indent takes a number between -1 and 7";
        indent = " ".repeat(Math.max(0, width));
      } else {
        const letter = Object.hasOwn(LONG, name) ? LONG[name] : undefined;
        if (!letter) return `Unknown option ${word}`;
        flags.add(letter);
      }
    } else {
      for (const letter of word.slice(1)) {
        if (letter === "L") left.shift();
        else if (!"rcnseSjRaCMfhV".includes(letter)) return `Unknown option ${word}`;
        else flags.add(letter);
      }
    }
  }
  if (flags.has("t")) indent = "\t";
  if (flags.has("c")) indent = "";
  return { has: (flag) => flags.has(flag), indent, named, positional, filter, files };
}

function argument(name: string, value: string, file: (path: string) => string | undefined): { readonly value: Json } | string {
  if (name === "arg") return { value };
  if (name === "argjson") {
    const [first, more] = readJson(value);
    return !first || "problem" in first || more ? "invalid JSON text passed to --argjson" : { value: first.value };
  }
  const source = file(value);
  if (source === undefined) return `Bad JSON in --${name} : Could not open ${value}: No such file or directory`;
  if (name === "rawfile") return { value: source };
  const all = [...readJson(source)];
  const bad = all.find((r) => "problem" in r);
  return bad && "problem" in bad
    ? `Bad JSON in --slurpfile : ${bad.problem}`
    : { value: all.flatMap((r) => ("value" in r ? [r.value] : [])) };
}

export const layoutOf = (options: JqOptions, tty: boolean): Layout => ({
  indent: options.indent,
  sort: options.has("S"),
  ascii: options.has("a"),
  color: options.has("C") || (tty && !options.has("M")),
});

export const JQ_HELP = `Usage:	jq [OPTIONS] FILTER [FILES...]
	jq [OPTIONS] --args FILTER [ARGUMENTS...]
	jq [OPTIONS] --jsonargs FILTER [JSON_VALUES...]

jq reads JSON texts, gives each to the filter and prints what comes out as JSON.
The simplest filter is ., which changes nothing.

Example:

	$ echo '{"foo": 0}' | jq .
	{
	  "foo": 0
	}

Options:
  -n, --null-input          read nothing: the filter's input is null
  -R, --raw-input           read each line as a string
  -s, --slurp               read all inputs into one array
  -c, --compact-output      print on one line
  -r, --raw-output          print strings without quotes
      --raw-output0         as -r, with NUL after each output
  -j, --join-output         as -r, without newlines
  -a, --ascii-output        escape what is not ASCII
  -S, --sort-keys           sort the keys of objects
  -C, --color-output        with colors, even where no terminal is
  -M, --monochrome-output   without colors
      --tab                 indent with tabs
      --indent n            indent with n spaces (at most 7)
      --stream              read as a stream of paths and values
      --seq                 print a record separator before each output
  -f, --from-file file      read the filter from a file
      --arg name value      set $name to the string value
      --argjson name value  set $name to the JSON value
      --slurpfile name file set $name to an array of a file's JSON texts
      --rawfile name file   set $name to a file's content
      --args                what follows are strings of $ARGS.positional
      --jsonargs            what follows are JSON values of $ARGS.positional
  -e, --exit-status         exit with 1 after false or null, with 4 after nothing
  -V, --version             show the version
  -h, --help                show the help
`;
