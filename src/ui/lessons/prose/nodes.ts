import type { Block } from "../../../browser/protocol.ts";

const CALLOUTS = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"] as const;
type Callout = (typeof CALLOUTS)[number];

/** `> [!TIP] words`: what kind it is, and its content without the mark. */
export function calloutOf(
  node: Extract<Block, { type: "blockquote" }>,
): { readonly kind: Callout; readonly content: readonly Block[] } | undefined {
  const [first, ...rest] = node.children;
  if (first?.type !== "paragraph") return undefined;
  const [start, ...inline] = first.children;
  if (start?.type !== "text") return undefined;
  const [whole, word] = /^\[!([A-Z]+)\][ \t]*\n?/.exec(start.value) ?? [];
  const kind = CALLOUTS.find((c) => c === word);
  if (whole === undefined || !kind) return undefined;
  const left = start.value.slice(whole.length);
  const words = [...(left === "" ? [] : [{ ...start, value: left }]), ...inline];
  return { kind, content: words.length > 0 ? [{ ...first, children: words }, ...rest] : rest };
}

/** `https:`, `http:` and `mailto:` lead somewhere; anything else is words only. */
export function outward(url: string): string | undefined {
  try {
    return ["https:", "http:", "mailto:"].includes(new URL(url).protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

const PICTURES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

/** The type of a picture of the lesson's own; undefined for everything else, whatever address it has. */
export function pictureType(path: string): string | undefined {
  if (!path.startsWith("assets/") || path.split("/").includes("..")) return undefined;
  return PICTURES[/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ""];
}

/** What `{exec}` or `{copy}` after a piece of code asks for. */
export function actionOf(node: { readonly data?: unknown }): "exec" | "copy" | undefined {
  const action = (node.data as { readonly action?: unknown } | undefined)?.action;
  return action === "exec" || action === "copy" ? action : undefined;
}

/** What a node says, without its marks. */
export function plain(node: Block): string {
  if ("value" in node) return node.value;
  return "children" in node ? (node.children as readonly Block[]).map(plain).join("") : "";
}

/** The same tree with `{{actual}}` and `{{expected}}` filled in, in words and in code. */
export function filled(nodes: readonly Block[], values: Readonly<Record<string, string>>): readonly Block[] {
  return nodes.map((node) => {
    if ("value" in node) return { ...node, value: node.value.replace(/\{\{\s*([a-z]+)\s*\}\}/g, (all, key: string) => values[key] ?? all) };
    if ("children" in node) return { ...node, children: filled(node.children as readonly Block[], values) } as Block;
    return node;
  });
}

/** The glossary's id that a `term:` link means: `term:Replica-Sets` is `replicaset`. */
export const termId = (url: string): string =>
  url
    .slice("term:".length)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
