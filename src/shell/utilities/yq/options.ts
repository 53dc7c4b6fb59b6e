import { formatDefaults, type FormatOptions } from "./formats.ts";
import { YqError } from "./node.ts";

interface YqFlag {
  readonly short?: string;
  /** Takes a value of this kind. */
  readonly value?: string;
  readonly help: string;
}
/** What yq's command line knows, in the order of its help. */
export const yqFlags: Readonly<Record<string, YqFlag>> = {
  colors: { short: "C", help: "print with colors even where no terminal is" },
  "csv-auto-parse": { value: "bool", help: "read values of CSV as YAML (default true)" },
  "csv-separator": { value: "char", help: "what separates fields of CSV (default ,)" },
  "exit-status": { short: "e", help: "exit with 1 where nothing, null or false is the result" },
  expression: { value: "string", help: "the expression, where the first argument would be taken for a file" },
  "from-file": { value: "string", help: "read the expression from a file" },
  "front-matter": { short: "f", value: "string", help: "(extract|process) the YAML at the head of the first file" },
  help: { short: "h", help: "help for yq" },
  indent: { short: "I", value: "int", help: "columns of one step of indentation (default 2)" },
  inplace: { short: "i", help: "write the result back to the first file" },
  "input-format": {
    short: "p",
    value: "string",
    help: "[auto|a|yaml|y|json|j|props|p|csv|c|tsv|t|xml|x|base64|uri] what the input is (default auto)",
  },
  "no-colors": { short: "M", help: "print without colors" },
  "no-doc": { short: "N", help: "leave out document separators (---)" },
  "null-input": { short: "n", help: "read nothing, evaluate the expression alone" },
  "nul-output": { short: "0", help: "separate results with NUL" },
  "output-format": {
    short: "o",
    value: "string",
    help: "[auto|a|yaml|y|json|j|props|p|csv|c|tsv|t|xml|x|base64|uri|shell|s] what to print (default auto)",
  },
  prettyPrint: { short: "P", help: "give everything the plain style, as '... style = \"\"' does" },
  "properties-array-brackets": { help: "use [x] in paths of properties" },
  "properties-separator": { value: "string", help: 'what separates names and values of properties (default " = ")' },
  "security-disable-env-ops": { help: "refuse operators that read the environment" },
  "security-enable-system-operator": { help: "allow the system operator (which is not there: it says so)" },
  "security-disable-file-ops": { help: "refuse operators that read files" },
  "shell-key-separator": { value: "string", help: "what joins the parts of shell variables' names (default _)" },
  "split-exp": { short: "s", value: "string", help: "write each result to a file that this expression names; $index counts" },
  "string-interpolation": { value: "bool", help: "evaluate \\(exp) in texts (default true)" },
  tojson: { short: "j", help: "(deprecated) print JSON" },
  "tsv-auto-parse": { value: "bool", help: "read values of TSV as YAML (default true)" },
  unwrapScalar: { short: "r", value: "[bool]", help: "print a scalar's value alone, without quotes (default true for yaml)" },
  verbose: { short: "v", help: "verbose mode" },
  version: { short: "V", help: "print the version and quit" },
  "xml-attribute-prefix": { value: "string", help: "what attributes of XML begin with (default +@)" },
  "xml-content-name": { value: "string", help: "the name of an element's text (default +content)" },
  "xml-directive-name": { value: "string", help: "the name of XML's directives (default +directive)" },
  "xml-proc-inst-prefix": { value: "string", help: "what XML's processing instructions begin with (default +p_)" },
  "yaml-compact-seq-indent": { short: "c", help: 'let "- " count as part of the indentation' },
  "yaml-fix-merge-anchor-to-spec": { value: "[bool]", help: "let a map's own keys win over merged ones, as the specification says" },
};

export interface CommandLine {
  readonly flags: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/** Cobra's reading of arguments: flags anywhere, short ones together, `--` ends them. A text is the refusal. */
export function parseArguments(args: readonly string[]): CommandLine | string {
  const flags = new Map<string, string>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word === "--") {
      words.push(...args.slice(i + 1));
      break;
    }
    if (word.startsWith("--")) {
      const [name, inline] = word.slice(2).split(/=([\s\S]*)/, 2) as [string, string | undefined];
      const flag = Object.hasOwn(yqFlags, name) ? yqFlags[name] : undefined;
      if (!flag) return `unknown flag: --${name}`;
      if (!flag.value || flag.value.startsWith("[")) flags.set(name, inline ?? "true");
      else {
        const value = inline ?? args[++i];
        if (value === undefined) return `flag needs an argument: --${name}`;
        flags.set(name, value);
      }
    } else if (word.length > 1 && word.startsWith("-")) {
      for (let j = 1; j < word.length; j++) {
        const [name, flag] = Object.entries(yqFlags).find(([, f]) => f.short === word[j]) ?? [];
        if (!name || !flag) return `unknown shorthand flag: '${word[j]}' in ${word}`;
        const rest = word.slice(j + 1);
        if (rest.startsWith("=") || (flag.value && !flag.value.startsWith("[") && rest !== "")) {
          flags.set(name, rest.replace(/^=/, ""));
          break;
        }
        if (flag.value && !flag.value.startsWith("[")) {
          const value = args[++i];
          if (value === undefined) return `flag needs an argument: '${word[j]}' in ${word}`;
          flags.set(name, value);
          break;
        }
        flags.set(name, "true");
      }
    } else words.push(word);
  }
  return { flags, words };
}

const FALSE = new Set(["false", "f", "F", "FALSE", "False", "0"]);
export function formatOptions(flags: ReadonlyMap<string, string>, unwrap: boolean): FormatOptions {
  const indent = Number(flags.get("indent") ?? 2);
  if (indent < 0) throw new YqError("indent must not be negative");
  const d = formatDefaults;
  return {
    indent,
    compact: flags.get("yaml-compact-seq-indent") === "true",
    unwrap,
    xml: {
      attribute: flags.get("xml-attribute-prefix") ?? d.xml.attribute,
      content: flags.get("xml-content-name") ?? d.xml.content,
      procInst: flags.get("xml-proc-inst-prefix") ?? d.xml.procInst,
      directive: flags.get("xml-directive-name") ?? d.xml.directive,
    },
    propertySeparator: flags.get("properties-separator") ?? d.propertySeparator,
    propertyBrackets: flags.get("properties-array-brackets") === "true",
    csvSeparator: flags.get("csv-separator") ?? d.csvSeparator,
    autoParse: !FALSE.has(flags.get("csv-auto-parse") ?? flags.get("tsv-auto-parse") ?? ""),
    shellSeparator: flags.get("shell-key-separator") ?? d.shellSeparator,
  };
}

export function helpText(): string {
  const rows = Object.entries(yqFlags).map(([name, f]) => {
    const shown = `${f.short ? `-${f.short}, ` : "    "}--${name}${f.value && !f.value.startsWith("[") && f.value !== "bool" ? ` ${f.value}` : ""}`;
    return `  ${shown.padEnd(40)}${f.help}\n`;
  });
  return `yq reads and writes YAML, JSON, XML, CSV and properties with expressions like jq's.

Usage:
  yq [flags]
  yq [command]

Examples:

# the value of a.b in a file
yq '.a.b' file.yaml

# change a file where it is
yq -i '.spec.replicas = 3' deploy.yaml

# YAML from somewhere else, as JSON
kubectl get pods -o yaml | yq -o json '.items[0]'

# two files merged
yq eval-all '. as $item ireduce ({}; . * $item)' a.yaml b.yaml

Available Commands:
  eval             (default) evaluate the expression for each document of each file
  eval-all         read all documents of all files, then evaluate the expression once
  help             Help about any command

Flags:
${rows.join("")}
Use "yq [command] --help" for more information about a command.
`;
}
