/** What the yaml package says of a document that it can't read; the package itself is loaded where it is used. */
interface YamlProblem {
  readonly code: string;
  readonly message: string;
}

const DECIMAL = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/;

/** YAML 1.1 as go-yaml v2 reads it into an interface: yes/no/on/off are booleans, times stay text, no sexagesimals. */
export const goYamlOptions = {
  version: "1.1",
  logLevel: "error",
  merge: true,
  uniqueKeys: false,
  prettyErrors: false,
  stringKeys: false,
  customTags: (tags: unknown[]) =>
    tags
      .filter((tag) => {
        const t = tag as { tag?: string; format?: string };
        return (
          t.tag !== "tag:yaml.org,2002:timestamp" &&
          t.format !== "TIME" &&
          !["tag:yaml.org,2002:binary", "tag:yaml.org,2002:omap", "tag:yaml.org,2002:pairs", "tag:yaml.org,2002:set"].includes(t.tag ?? "")
        );
      })
      // A dot alone is no number.
      .map((tag) => ((tag as { test?: RegExp }).test?.test(".") ? { ...(tag as object), test: DECIMAL } : tag)) as never,
} as const;

/** A document's value as JSON has it: maps with text for keys. */
export function stringKeyed(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), stringKeyed(v)]));
  if (Array.isArray(value)) return value.map(stringKeyed);
  if (value instanceof Uint8Array) return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, stringKeyed(v)]));
}

/** go-yaml's words for a document that was read but has no value: an alias of nothing, or too many of them. */
export function goYamlValueProblem(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const anchor = /Unresolved alias .*?: (\S+)$/.exec(text)?.[1];
  if (anchor !== undefined) return `unknown anchor '${anchor}' referenced`;
  return /alias/i.test(text) ? "document contains excessive aliasing" : text;
}

/**
 * go-yaml v2's words for what the parser found. Its scanner counts lines from one, its parser from zero (go-yaml
 * decode.go fail()), so a parser's error names the line before; on the first line it names none.
 */
export function goYamlProblem(error: YamlProblem, text: string, line: number): string {
  const source = text.split("\n");
  const scanner = (at: number, what: string): string => `line ${at}: ${what}`;
  const parser = (what: string): string => (line > 1 ? `line ${line - 1}: ${what}` : what);
  const { message } = error;
  // A list that is open at the text's end lacks an item first, where none has begun; the end is a line of its own.
  if (/[Ff]low /.test(message) && /[[{,]\s*$/.test(text))
    return `line ${text.trimEnd().split("\n").length}: did not find expected node content`;
  switch (error.code) {
    case "TAB_AS_INDENT":
    case "BAD_SCALAR_START":
      return scanner(line, "found character that cannot start any token");
    case "BAD_DQ_ESCAPE":
      return scanner(line, "found unknown escape character");
    case "BLOCK_AS_IMPLICIT_KEY":
      if (message.includes("block sequence")) return parser("did not find expected key");
      return scanner(nestedMappingLine(source, line), "mapping values are not allowed in this context");
    case "MULTILINE_IMPLICIT_KEY":
      return scanner(line + 1, "could not find expected ':'");
    case "MISSING_CHAR":
      if (message.includes("quote")) return scanner(line, "found unexpected end of stream");
      if (message.includes("Implicit map keys")) return scanner(line + 1, "could not find expected ':'");
      if (message.includes("flow sequence")) return parser("did not find expected ',' or ']'");
      if (message.includes("flow map")) return parser("did not find expected ',' or '}'");
      return parser("did not find expected key");
    case "BAD_INDENT":
      if (/[[{,]\s*[\]}]/.test(source[line - 1] ?? "")) return parser("did not find expected node content");
      if (message.startsWith("Flow sequence")) return parser("did not find expected ',' or ']'");
      if (message.startsWith("Flow map")) return parser("did not find expected ',' or '}'");
      return parser("did not find expected key");
    case "UNEXPECTED_TOKEN":
      return parser(/flow-(?:map|seq)-end/.test(message) ? "did not find expected node content" : "did not find expected key");
    default:
      return parser("did not find expected key");
  }
}

/** The line that has the second colon: `name: a: b`, or `name: x` before a deeper `labels:`. */
function nestedMappingLine(source: readonly string[], line: number): number {
  const colons = (source[line - 1]?.match(/:(?=\s|$)/g) ?? []).length;
  return colons < 2 ? line + 1 : line;
}
