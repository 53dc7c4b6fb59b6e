import type { Blockquote, List, ListItem, Paragraph, Root, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import type { Problem } from "../types.ts";
import { withActions } from "./actions.ts";
import { CALLOUTS, type Block, type Prose, type StepProse } from "./types.ts";

/** Reads `en.md`: front matter with a title, a section a step, and in it options, hints, feedback and the explanation. */
export function readProse(file: string, text: string, problems: Problem[]): Prose {
  const fail = (line: number, message: string, fix: string): void => void problems.push({ file, line, message, fix });
  const { fields, body, skipped } = frontMatter(text);
  if (!fields.get("title")) fail(1, "has no title", "Begin with ---, title: …, ---.");
  const { apart, lineOf } = marksApart(body);
  const tree: Root = fromMarkdown(apart, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const steps = new Map<string, StepProse>();
  const intro: Block[] = [];
  let open: OpenStep | undefined;
  for (const node of tree.children) {
    const line = (lineOf[(node.position?.start.line ?? 1) - 1] ?? 1) + skipped;
    if (node.type === "heading" && node.depth === 2) {
      const words = plain(node);
      const [, id = "", title = ""] = /^([a-z0-9-]+)\s*(?::\s*(.*))?$/s.exec(words) ?? [];
      if (id === "") fail(line, `## ${words} names no step`, "Write ## id, or ## id: Title.");
      else if (steps.has(id)) fail(line, `## ${id} stands there twice`, "Keep one section a step.");
      open = openStep(line, title || id);
      steps.set(id, open);
    } else if (!open) intro.push(withActions(node));
    else place(node, open, line, fail);
  }
  return { locale: file.replace(/\.md$/, ""), title: fields.get("title") ?? "", summary: fields.get("summary") ?? "", intro, steps };
}

/** A mark begins a quotation of its own, though the line before is quoted, too. `lineOf`: where each line stood, from 1. */
function marksApart(body: string): { readonly apart: string; readonly lineOf: readonly number[] } {
  const lines: string[] = [];
  const lineOf: number[] = [];
  const add = (line: string, at: number): void => {
    lines.push(line);
    lineOf.push(at);
  };
  for (const [i, line] of body.split("\n").entries()) {
    if (/^>\s*\[![A-Z]+/.test(line) && lines.at(-1)?.startsWith(">")) add("", i + 1);
    add(line, i + 1);
  }
  return { apart: lines.join("\n"), lineOf };
}

interface OpenStep extends StepProse {
  readonly body: Block[];
  readonly options: Map<string, readonly Block[]>;
  readonly hints: (readonly Block[])[];
  readonly feedback: Map<string, readonly Block[]>;
  readonly explanation: Block[];
}
const openStep = (line: number, title: string): OpenStep => ({
  line,
  title,
  body: [],
  options: new Map(),
  hints: [],
  feedback: new Map(),
  explanation: [],
});

function place(node: RootContent, step: OpenStep, line: number, fail: (line: number, message: string, fix: string) => void): void {
  if (node.type === "list" && isOptions(node)) {
    for (const item of node.children) {
      const [id, content] = optionOf(item) as readonly [string, readonly Block[]];
      step.options.set(id, content);
    }
    return;
  }
  const marked = node.type === "blockquote" ? markOf(node) : undefined;
  if (!marked) return void step.body.push(withActions(node));
  const { word, argument, content } = marked;
  if (word === "HINT") step.hints.push(content);
  else if (word === "WHY") step.explanation.push(...content);
  else if (word === "CHECK") {
    if (argument === "") fail(line, "[!CHECK] names no check", "Write [!CHECK id].");
    else if (step.feedback.has(argument)) fail(line, `[!CHECK ${argument}] stands there twice`, "Keep one.");
    else step.feedback.set(argument, content);
  } else if ((CALLOUTS as readonly string[]).includes(word)) step.body.push(withActions(node));
  else fail(line, `[!${word}] is not known`, `Known are ${["HINT", "CHECK", "WHY", ...CALLOUTS].join(", ")}.`);
}

/** `> [!WORD argument] content`. */
export function markOf(
  quote: Blockquote,
): { readonly word: string; readonly argument: string; readonly content: readonly Block[] } | undefined {
  const [first, ...rest] = quote.children;
  const [start, ...inline] = first?.type === "paragraph" ? first.children : [];
  const [whole, word = "", argument = ""] = (start?.type === "text" && /^\[!([A-Z]+)(?:\s+([^\]\s]+))?\][ \t]*\n?/.exec(start.value)) || [];
  if (whole === undefined || start?.type !== "text") return undefined;
  const left = start.value.slice(whole.length);
  const words = [...(left === "" ? [] : [{ ...start, value: left }]), ...inline];
  const paragraph: readonly Block[] = words.length > 0 ? [{ ...(first as Paragraph), children: words }] : [];
  return { word, argument, content: [...paragraph, ...rest].map(withActions) };
}

/** A list of which every item begins with an id and a colon. */
const isOptions = (list: List): boolean =>
  !list.ordered && list.children.length > 0 && list.children.every((item) => optionOf(item) !== undefined);

function optionOf(item: ListItem): readonly [id: string, content: readonly Block[]] | undefined {
  const [first, ...rest] = item.children;
  const [start, ...inline] = first?.type === "paragraph" ? first.children : [];
  const [whole, id] = (start?.type === "text" && /^([a-z0-9]+(?:-[a-z0-9]+)*):\s+/.exec(start.value)) || [];
  if (whole === undefined || id === undefined || start?.type !== "text") return undefined;
  const words = [{ ...start, value: start.value.slice(whole.length) }, ...inline];
  return [id, [{ ...(first as Paragraph), children: words }, ...rest].map(withActions)];
}

/** What a node says, without its marks. */
export function plain(node: { readonly type: string } | Block): string {
  if ("value" in node) return String(node.value);
  return "children" in node ? (node.children as readonly Block[]).map(plain).join("") : "";
}

/** `key: value` lines between two of `---`: titles are one line of text, and no more is needed here. */
function frontMatter(text: string): { readonly fields: ReadonlyMap<string, string>; readonly body: string; readonly skipped: number } {
  const [whole, head] = /^---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text) ?? [];
  if (whole === undefined || head === undefined) return { fields: new Map(), body: text, skipped: 0 };
  const fields = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const [, key, value] = /^([a-z]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) fields.set(key, value.replace(/^(["'])(.*)\1$/, "$2"));
  }
  return { fields, body: text.slice(whole.length), skipped: whole.split("\n").length - 1 };
}
