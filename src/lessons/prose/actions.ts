import type { Block, CodeAction } from "./types.ts";

declare module "mdast" {
  interface InlineCodeData {
    action?: CodeAction;
  }
  interface CodeData {
    action?: CodeAction;
  }
}

/** The same node; code that `{exec}` or `{copy}` follows says so in its data. */
export function withActions<T extends Block>(node: T): T {
  if (node.type === "code") {
    const [, action] = /(?:^|\s)\{(exec|copy)\}/.exec(` ${node.meta ?? ""}`) ?? [];
    return action === undefined ? node : { ...node, data: { ...node.data, action: action as CodeAction } };
  }
  if (!("children" in node)) return node;
  const children: Block[] = [];
  for (const child of node.children as readonly Block[]) {
    const before = children.at(-1);
    const [whole, action] = (child.type === "text" && /^\{(exec|copy)\}/.exec(child.value)) || [];
    if (before?.type === "inlineCode" && child.type === "text" && whole !== undefined) {
      children[children.length - 1] = { ...before, data: { ...before.data, action: action as CodeAction } };
      if (child.value.length > whole.length) children.push({ ...child, value: child.value.slice(whole.length) });
    } else children.push(withActions(child));
  }
  return { ...node, children } as T;
}
