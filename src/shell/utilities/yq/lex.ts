import { YqError } from "./node.ts";

/** A piece of an expression. `op` is what it does; brackets have their own sign as `op`. */
export interface Token {
  readonly op: string;
  readonly text: string;
  readonly value?: string;
  readonly tag?: string;
  readonly flags?: string;
}

type Made = Omit<Token, "text">;
type Rule = readonly [RegExp, string | ((match: string) => Made | undefined)];

const word = (pattern: string, op: string): Rule => [new RegExp(pattern, "y"), op];
const inner = (text: string): string => /\(([\s\S]*)\)/.exec(text)?.[1] ?? "";

/** Tried in this order, the first that fits is taken: words end where their pattern does, not at a boundary. */
const RULES: readonly Rule[] = [
  word("line_?comment|lineComment", "lineComment"),
  word("head_?comment|headComment", "headComment"),
  word("foot_?comment|footComment", "footComment"),
  word("\\(", "("),
  word("\\)", ")"),
  word("\\.\\[", ".["),
  word("\\[", "["),
  word("\\]\\??", "]"),
  word("\\{", "{"),
  word("\\}", "}"),
  [/\.\.\./y, () => ({ op: "descend", flags: "k" })],
  word("\\.\\.", "descend"),
  [/\$[a-zA-Z_\-0-9]+/y, (m) => ({ op: "variable", value: m.slice(1) })],
  word("as", "as"),
  [/ref/y, () => ({ op: "as", flags: "ref" })],
  word(":\\s*", ":"),
  ...["length", "line", "column", "eval"].map((w) => word(w, w)),
  word("to_?number", "to_number"),
  word("map_?values", "map_values"),
  ...["map", "filter", "pick", "omit"].map((w) => word(w, w)),
  [/flatten\([0-9]+\)/y, (m) => ({ op: "flatten", value: inner(m) })],
  word("flatten", "flatten"),
  ...["format_datetime", "now", "tz"].map((w) => word(w, w)),
  word("from_?unix", "from_unix"),
  word("to_?unix", "to_unix"),
  ...["with_dtf", "error", "shuffle"].map((w) => word(w, w)),
  word("sort_?keys|sortKeys", "sort_keys"),
  word("array_?to_?map", "array_to_map"),
  word("root", "root"),
  ...(["yaml", "xml", "json"] as const).map((f): Rule => [
    new RegExp(`to_?${f}\\([0-9]+\\)`, "y"),
    (m) => ({ op: "encode", value: f, flags: inner(m) }),
  ]),
  [/from_?yaml|@yamld|from_?json|@jsond/y, () => ({ op: "decode", value: "yaml" })],
  [/to_?yaml|@yaml/y, () => ({ op: "encode", value: "yaml", flags: "2" })],
  [/to_?json/y, () => ({ op: "encode", value: "json", flags: "2" })],
  [/@json/y, () => ({ op: "encode", value: "json", flags: "0" })],
  [/from_?props|@propsd/y, () => ({ op: "decode", value: "props" })],
  [/to_?props|@props/y, () => ({ op: "encode", value: "props", flags: "2" })],
  [/from_?xml|@xmld/y, () => ({ op: "decode", value: "xml" })],
  [/to_?xml/y, () => ({ op: "encode", value: "xml", flags: "2" })],
  [/@xml/y, () => ({ op: "encode", value: "xml", flags: "0" })],
  ...["csv", "tsv"].flatMap((f): Rule[] => [
    [new RegExp(`from_?${f}|@${f}d`, "y"), () => ({ op: "decode", value: f })],
    [new RegExp(`to_?${f}|@${f}`, "y"), () => ({ op: "encode", value: f, flags: "0" })],
  ]),
  [/@base64d/y, () => ({ op: "decode", value: "base64" })],
  [/@base64/y, () => ({ op: "encode", value: "base64", flags: "0" })],
  [/@urid/y, () => ({ op: "decode", value: "uri" })],
  [/@uri/y, () => ({ op: "encode", value: "uri", flags: "0" })],
  [/@sh/y, () => ({ op: "encode", value: "sh", flags: "0" })],
  [/load_?xml|xml_?load/y, () => ({ op: "load", value: "xml" })],
  [/load_?base64/y, () => ({ op: "load", value: "base64" })],
  [/load_?props/y, () => ({ op: "load", value: "props" })],
  [/load_?str|str_?load/y, () => ({ op: "load", value: "string" })],
  [/load/y, () => ({ op: "load", value: "yaml" })],
  word("system", "system"),
  word("splitDoc|split_?doc", "split_doc"),
  word("select", "select"),
  word("has", "has"),
  word("unique_?by", "unique_by"),
  word("unique", "unique"),
  word("group_?by", "group_by"),
  ...["explode", "or", "and", "not", "ireduce", "join", "sub", "match", "capture", "test"].map((w) => word(w, w)),
  word("sort_?by", "sort_by"),
  ...["sort", "first", "reverse", "any_c", "any", "all_c", "all", "contains", "split", "parents"].map((w) => word(w, w)),
  [/parent\(-?[0-9]+\)/y, (m) => ({ op: "parent", value: inner(m) })],
  [/parent/y, () => ({ op: "parent", value: "1" })],
  word("keys", "keys"),
  word("key", "key"),
  word("is_?key", "is_key"),
  word("file_?name|fileName", "filename"),
  word("file_?index|fileIndex|fi", "file_index"),
  word("path", "path"),
  word("set_?path", "setpath"),
  word("del_?paths", "delpaths"),
  word("to_?entries|toEntries", "to_entries"),
  word("from_?entries|fromEntries", "from_entries"),
  word("with_?entries|withEntries", "with_entries"),
  ...["with", "collect", "del", "style"].map((w) => word(w, w)),
  word("tag|type", "tag"),
  ...["kind", "anchor", "alias"].map((w) => word(w, w)),
  [/comments\s*=/y, () => ({ op: "comments=" })],
  [/comments\s*\|=/y, () => ({ op: "comments=", flags: "|" })],
  word(";", ";"),
  word("\\/\\/", "//"),
  word("documentIndex|document_?index|di", "document_index"),
  [/upcase|ascii_?upcase/y, () => ({ op: "case", value: "up" })],
  [/downcase|ascii_?downcase/y, () => ({ op: "case", value: "down" })],
  word("trim", "trim"),
  word("to_?string", "to_string"),
  [/0[xX][0-9A-Fa-f]+/y, (m) => ({ op: "value", value: m, tag: "!!int" })],
  [/-?[1-9](?:\.\d+)?[Ee][-+]?\d+|-?\d+\.\d+/y, (m) => ({ op: "value", value: m, tag: "!!float" })],
  [/-?\d+/y, (m) => ({ op: "value", value: m, tag: "!!int" })],
  [/[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]/y, (m) => ({ op: "value", value: m, tag: "!!bool" })],
  [/[Nn][Uu][Ll][Ll]|~/y, (m) => ({ op: "value", value: m, tag: "!!null" })],
  [/"(?:[^"\\]|\\[\s\S])*"/y, quoted],
  [/strenv\([^)]+\)/y, (m) => ({ op: "env", value: inner(m), flags: "s" })],
  [/env\([^)]+\)/y, (m) => ({ op: "env", value: inner(m) })],
  [/envsubst\((?:ne|nu|ff| |,)+\)/y, (m) => ({ op: "envsubst", flags: inner(m) })],
  word("envsubst", "envsubst"),
  word("\\s*==\\s*", "=="),
  word("\\s*!=\\s*", "!="),
  [/\s*(?:>=|<=|>|<)\s*/y, (m) => ({ op: "compare", value: m.trim() })],
  word("min", "min"),
  word("max", "max"),
  [/\|=c*/y, (m) => ({ op: "=", flags: `|${m.slice(2)}` })],
  [/=c*/y, (m) => ({ op: "=", flags: m.slice(1) })],
  [/[ \t\n]+/y, () => undefined],
  [/\."[^ "]+"\??/y, (m) => ({ op: "step", ...element(m.replace(/^\."/, "").replace(/"(\??)$/, "$1")) })],
  [/\.[^ ;}{:[\],|.()=\n!]+\??/y, (m) => ({ op: "step", ...element(m.slice(1)) })],
  word("\\|", "|"),
  word("\\.", "self"),
  word(",", ","),
  [/\*=[+|?cdn]*/y, (m) => ({ op: "*=", flags: m.slice(2) })],
  [/\*[+|?cdn]*/y, (m) => ({ op: "*", flags: m.slice(1) })],
  word("\\/", "/"),
  word("%", "%"),
  word("\\+=", "+="),
  word("\\+", "+"),
  word("-=", "-="),
  word("-", "-"),
  [/#.*/y, () => undefined],
  word("pivot", "pivot"),
];
const element = (m: string): { value: string; flags: string } =>
  m.endsWith("?") ? { value: m.slice(0, -1), flags: "?" } : { value: m, flags: "" };

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", b: "\b", a: "\x07", '"': '"', "\\": "\\" };
function quoted(match: string): Made {
  const body = match.slice(1, -1);
  const value = body.replace(/\\([\s\S])/g, (whole, c: string) => ESCAPED[c] ?? whole);
  return /\\\(/.test(body) ? { op: "interpolate", value, tag: "!!str" } : { op: "value", value, tag: "!!str" };
}

const MAX = 20_000;

export function lex(source: string): Token[] {
  if (source.length > MAX) throw new YqError("the expression is too long");
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    let found = false;
    for (const [pattern, made] of RULES) {
      pattern.lastIndex = at;
      const match = pattern.exec(source)?.[0];
      if (match === undefined || match === "") continue;
      const token = typeof made === "string" ? { op: made } : made(match);
      if (token) tokens.push({ ...token, text: match });
      at += match.length;
      found = true;
      break;
    }
    if (!found) {
      const before = source.slice(0, at).split("\n");
      const rest = source.slice(at);
      throw new YqError(
        `${before.length}:${(before.at(-1) ?? "").length + 1}: invalid input text ${JSON.stringify(rest.length > 16 ? `${rest.slice(0, 16)}...` : rest)}`,
      );
    }
  }
  return tokens;
}
