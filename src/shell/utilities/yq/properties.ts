import { addItem, addPair, followed, make, resolvedTag, type Room, scalar, text, type YqNode, pairs } from "./node.ts";

export interface PropertyOptions {
  readonly separator: string;
  readonly brackets: boolean;
  readonly unwrap: boolean;
}
const comments = (node: YqNode): string =>
  [node.head, node.line].map((c) => c.replace(/^# ?/, "").replaceAll("\n# ", "\n").replace(/\n$/, "")).join("");

/** Every scalar by its path: `a.b.0 = value`, comments above. */
export function writeProperties(node: YqNode, options: PropertyOptions): string {
  if (node.kind === "scalar") return `${node.value}\n`;
  const out: string[] = [];
  const seen = new Map<string, number>();
  const visit = (at: YqNode, path: string, key: YqNode | undefined): void => {
    const n = at.kind === "alias" ? followed(at) : at;
    if (n.kind === "map") for (const [k, v] of pairs(n)) visit(v, path === "" ? k.value : `${path}.${k.value}`, k);
    else if (n.kind === "seq")
      n.content.forEach((v, i) => visit(v, path === "" ? String(i) : options.brackets ? `${path}[${i}]` : `${path}.${i}`, undefined));
    else {
      const said = (key ? comments(key) : "") + comments(n);
      const value = options.unwrap || !n.value.includes(" ") ? n.value : JSON.stringify(n.value);
      const before =
        said === ""
          ? ""
          : `${out.length > 0 ? "\n" : ""}${said
              .split("\n")
              .map((l) => `# ${l}\n`)
              .join("")}`;
      const shown = `${before}${escapedKey(path)}${options.separator}${escapedValue(value)}\n`;
      const known = seen.get(path);
      if (known === undefined) seen.set(path, out.push(shown) - 1);
      else out[known] = shown;
    }
  };
  visit(node, "", undefined);
  return out.join("");
}
const escapedKey = (key: string): string => key.replace(/[ :=]/g, "\\$&").replaceAll("\n", "\\n");
const escapedValue = (value: string): string =>
  value.replace(/[\\\f\n\r\t]/g, (c) => ({ "\\": "\\\\", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" })[c] ?? c);

/** `a.b.0 = value` as maps and lists; comments above become comments. */
export function readProperties(source: string, room: Room): YqNode {
  const root = make(room, { kind: "map", tag: "!!map" });
  let comment: string[] = [];
  for (const line of source.replace(/\\\r?\n[ \t]*/g, "").split("\n")) {
    const said = /^\s*[#!] ?(.*)$/.exec(line);
    if (said) comment.push(`# ${said[1]}`);
    if (said || line.trim() === "") continue;
    const [, key = "", value = ""] = /^\s*((?:\\.|[^\s:=\\])+)\s*[=:\s]?\s*(.*)$/.exec(line) ?? [];
    const path = key
      .replace(/\[(\d+)\]/g, ".$1")
      .replace(/\\(.)/g, "$1")
      .split(".");
    const clean = value.replace(/\\([\\nrtf])/g, (_, c: string) => ({ n: "\n", r: "\r", t: "\t", f: "\f" })[c] ?? c).replace(/\r$/, "");
    place(root, path, scalar(room, value === "" ? "!!str" : resolvedTag(clean), clean), comment.join("\n"));
    comment = [];
  }
  return root;
}
function place(root: YqNode, path: readonly string[], value: YqNode, comment: string): void {
  let at = root;
  path.forEach((part, i) => {
    const last = i === path.length - 1;
    const next = (): YqNode =>
      last ? value : make(root.room, /^\d+$/.test(path[i + 1] ?? "") ? { kind: "seq", tag: "!!seq" } : { kind: "map", tag: "!!map" });
    if (at.kind === "seq") {
      const index = Math.min(Number(part), 10_000);
      while (at.content.length < index) addItem(at, scalar(root.room, "!!null", "null"));
      if (last || !at.content[index]) {
        if (at.content[index]) at.content.splice(index, 1);
        Object.assign(addItem(at, next()), last && comment ? { head: comment } : {});
      }
      at = at.content[index] as YqNode;
    } else {
      const found = at.content.findIndex((n, j) => j % 2 === 0 && n.value === part);
      if (found >= 0 && !last) at = at.content[found + 1] as YqNode;
      else {
        if (found >= 0) at.content.splice(found, 2);
        const [key, made] = addPair(at, text(root.room, part), next());
        if (last && comment) key.head = comment;
        at = made;
      }
    }
  });
}
