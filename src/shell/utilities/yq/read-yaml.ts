import { type Document, isAlias, isCollection, isMap, isScalar, Lexer, LineCounter, type Node, parseAllDocuments } from "yaml";
import { goYamlProblem } from "../../../machinery/index.ts";
import { type Comment, placeComments, type Spans } from "./comments.ts";
import { type Kind, make, resolvedTag, type Room, type Style, YqError, type YqNode } from "./node.ts";

const STYLES: Readonly<Record<string, Style>> = {
  QUOTE_DOUBLE: "double",
  QUOTE_SINGLE: "single",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};
const SEPARATOR = "$yqDocSeparator$";
const MAX = 16 * 2 ** 20;

/** The documents of a YAML stream as trees with tags, styles, comments and places. What stands before the first is kept as it is. */
export function readYaml(source: string, room: Room, asOne = false): YqNode[] {
  if (source.length > MAX) throw new YqError("the input is larger than this computer has room for");
  const { leading, rest, lines } = asOne ? { leading: "", rest: source, lines: 0 } : splitLeading(source);
  const counter = new LineCounter();
  const documents = parseAllDocuments(rest, {
    schema: "failsafe",
    lineCounter: counter,
    prettyErrors: false,
    logLevel: "error",
    uniqueKeys: false,
    keepSourceTokens: true,
  }) as Document.Parsed[];
  const list = Array.isArray(documents) ? documents : [];
  for (const document of list) {
    const [error] = document.errors;
    if (error) throw new YqError(`yaml: ${goYamlProblem(error, rest, counter.linePos(error.pos[0]).line)}`);
  }
  const anchors = new Map<string, YqNode>();
  const spans = new Map<YqNode, readonly [number, number]>();
  const comments = commentsOf(rest, counter);
  const out: YqNode[] = [];
  list.forEach((document, index) => {
    const from = index === 0 ? 0 : (list[index - 1]?.range[1] ?? 0);
    const to = index === list.length - 1 ? Number.POSITIVE_INFINITY : document.range[1];
    const contents = document.contents as Node | null;
    const root = contents ? node(contents, { room, anchors, spans, counter, lines }) : make(room, { tag: "!!null" });
    root.document = index;
    placeComments(
      root,
      comments.filter((c) => c.at >= from && c.at < to),
      rest,
      spans,
    );
    out.push(root);
  });
  if (out.length === 0 && leading !== "") out.push(make(room, { tag: "!!null" }));
  if (out[0]) out[0].leading = leading;
  return out;
}

/** Comments, blank lines and separators before the first content stay as written. */
function splitLeading(source: string): { readonly leading: string; readonly rest: string; readonly lines: number } {
  let [leading, rest, lines] = ["", source, 0];
  while (rest !== "") {
    const end = rest.indexOf("\n") + 1 || rest.length;
    const line = rest.slice(0, end);
    if (/^\s*---\s*$/.test(line)) leading += `${SEPARATOR}${line.endsWith("\n") ? "\n" : ""}`;
    else if (/^\s*---[ \t]+\S/.test(line)) {
      leading += `${SEPARATOR}\n`;
      rest = rest.replace(/^\s*---[ \t]+/, "");
      continue;
    } else if (/^\s*#/.test(line) || /^\s*%YAML/.test(line) || line.trim() === "") leading += line;
    else break;
    lines++;
    rest = rest.slice(end);
  }
  return { leading, rest, lines };
}
export const leadingText = (leading: string, separators: boolean): string => {
  let out = "";
  for (const line of leading.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const whole = line.endsWith("\n") ? line : `${line}\n`;
    if (line.startsWith(SEPARATOR)) out += separators ? "---\n" : "";
    else out += line.trim() === "" || /^\s*#|^%/.test(line) ? whole : `# ${whole}`;
  }
  return out;
};
export const startsWithSeparator = (leading: string): boolean => leading.startsWith(SEPARATOR);

interface Reading {
  readonly room: Room;
  readonly anchors: Map<string, YqNode>;
  readonly spans: Spans;
  readonly counter: LineCounter;
  readonly lines: number;
}
const CORE = "tag:yaml.org,2002:";

function node(source: Node, at: Reading, depth = 0): YqNode {
  if (depth > 200) throw new YqError("yaml: exceeded max depth of 200");
  const [start = 0] = source.range ?? [];
  const place = at.counter.linePos(start);
  const row = place.line + at.lines;
  if (isAlias(source)) {
    const target = at.anchors.get(source.source);
    if (!target) throw new YqError(`yaml: unknown anchor '${source.source}' referenced`);
    return spanned(at, source, make(at.room, { kind: "alias", value: source.source, target, row, column: place.col }));
  }
  const kind: Kind = isMap(source) ? "map" : isCollection(source) ? "seq" : "scalar";
  const made = spanned(at, source, make(at.room, { kind, row, column: place.col, anchor: source.anchor ?? "" }));
  if (made.anchor) at.anchors.set(made.anchor, made);
  if (isScalar(source)) {
    made.value = typeof source.value === "string" ? source.value : "";
    made.style = STYLES[source.type ?? ""] ?? "";
    made.tag = made.style === "" ? resolvedTag(made.value) : "!!str";
  } else made.tag = kind === "map" ? "!!map" : "!!seq";
  const token = tagOf(source);
  if (token) {
    made.tag = token;
    if (made.style === "") made.style = "tagged";
  }
  if (isCollection(source)) {
    if (source.flow) made.style = "flow";
    for (const item of source.items) {
      if (isMap(source)) {
        const pair = item as { key: Node | null; value: Node | null };
        const key = pair.key ? node(pair.key, at, depth + 1) : make(at.room, { tag: "!!null" });
        const value = pair.value ? node(pair.value, at, depth + 1) : make(at.room, { tag: "!!null" });
        if (!pair.value) at.spans.set(value, [endOf(pair.key), endOf(pair.key)]);
        made.content.push(Object.assign(key, { isKey: true, parent: made }), Object.assign(value, { parent: made, key }));
      } else {
        const value = node(item as Node, at, depth + 1);
        const key = make(at.room, { tag: "!!int", value: String(made.content.length), parent: made });
        made.content.push(Object.assign(value, { parent: made, key }));
      }
    }
  }
  return made;
}
const endOf = (n: Node | null): number => n?.range?.[1] ?? 0;

function spanned(at: Reading, source: Node, made: YqNode): YqNode {
  const [start = 0, end = 0] = source.range ?? [];
  at.spans.set(made, [start, end]);
  return made;
}

function tagOf(source: Node): string | undefined {
  const { tag } = source as { tag?: string };
  if (!tag) return undefined;
  return tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag;
}

/** All comments of a text with their places, found by its tokens. */
function commentsOf(source: string, counter: LineCounter): Comment[] {
  const found: Comment[] = [];
  let at = 0;
  for (const token of new Lexer().lex(source)) {
    if (token === "\u0002" || token === "\u0018" || token === "\u001f" || token === "\ufeff") continue;
    if (token.startsWith("#") && (at === 0 || /\s/.test(source[at - 1] ?? ""))) {
      const { line, col } = counter.linePos(at);
      const alone = source.slice(source.lastIndexOf("\n", at - 1) + 1, at).trim() === "";
      found.push({ at, line, column: col - 1, text: token.trimEnd(), alone });
    }
    at += token.length;
  }
  return found;
}
