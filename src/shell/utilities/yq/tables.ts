import { addItem, addPair, make, pairs, resolvedTag, type Room, scalar, text, YqError, type YqNode } from "./node.ts";
import { readYaml } from "./read-yaml.ts";

const field = (value: string, separator: string): string =>
  value !== "" && (value.includes(separator) || /["\r\n]/.test(value) || /^\s/.test(value) || value === "\\.")
    ? `"${value.replaceAll('"', '""')}"`
    : value;

/** Lists of scalars, of such lists, or of flat maps, as comma- or tab-separated lines. */
export function writeTable(node: YqNode, separator: string): string {
  if (node.kind === "scalar") return `${node.value}\n`;
  if (node.kind !== "seq") throw new YqError(`csv encoding only works for arrays, got: ${node.tag}`);
  const row = (items: readonly YqNode[]): string => {
    const cells = items.map((item, i) => {
      if (item.kind !== "scalar")
        throw new YqError(`csv encoding only works for arrays of scalars (string/numbers/booleans), child[${i}] is a ${item.tag}`);
      return field(item.value, separator);
    });
    return `${cells.join(separator)}\n`;
  };
  const [first] = node.content;
  if (!first) return "";
  if (first.kind === "scalar") return row(node.content);
  if (first.kind === "seq")
    return node.content
      .map((item, i) => {
        if (item.kind !== "seq")
          throw new YqError(`csv encoding only works for arrays of scalars (string/numbers/booleans), child[${i}] is a ${item.tag}`);
        return row(item.content);
      })
      .join("");
  const heads = [...pairs(first)].map(([key]) => key);
  return (
    row(heads) +
    node.content
      .map((item, i) => {
        if (item.kind !== "map")
          throw new YqError(
            `csv object encoding only works for arrays of flat objects (string key => string/numbers/boolean value), child[${i}] is a ${item.tag}`,
          );
        const values = new Map([...pairs(item)].map(([key, value]) => [key.value, value]));
        return row(heads.map((head) => values.get(head.value) ?? scalar(node.room, "!!null", "")));
      })
      .join("")
  );
}

/** Lines with a heading as a list of maps; values are read as YAML where that is wanted. */
export function readTable(source: string, separator: string, room: Room, parse: boolean): YqNode {
  const made = make(room, { kind: "seq", tag: "!!seq" });
  const [heads, ...rows] = lines(source.replace(/^\ufeff/, ""), separator);
  for (const row of rows) {
    const map = make(room, { kind: "map", tag: "!!map" });
    (heads ?? []).forEach((head, i) => {
      const value = row[i] ?? "";
      const parsed = parse && value !== "" ? attempt(value, room) : undefined;
      addPair(map, text(room, head), parsed ?? scalar(room, value === "" ? "!!null" : resolvedTag(value), value));
    });
    addItem(made, map);
  }
  return made;
}
function attempt(value: string, room: Room): YqNode | undefined {
  try {
    return readYaml(value, room)[0];
  } catch (error) {
    if (error instanceof YqError) return text(room, value);
    throw error;
  }
}
function lines(source: string, separator: string): string[][] {
  const out: string[][] = [];
  let row: string[] = [];
  let cell = "";
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string;
    if (c === '"' && cell === "") {
      for (i++; i < source.length; i++) {
        if (source[i] === '"' && source[i + 1] === '"') i++;
        else if (source[i] === '"') break;
        cell += source[i];
      }
    } else if (c === separator) {
      row.push(cell);
      cell = "";
    } else if (c === "\n") {
      out.push([...row, cell.replace(/\r$/, "")]);
      [row, cell] = [[], ""];
    } else cell += c;
  }
  if (cell !== "" || row.length > 0) out.push([...row, cell]);
  return out.filter((r) => r.length > 1 || r[0] !== "");
}
