import { toJson } from "../manifest/json.ts";
import { toYaml } from "../manifest/write.ts";

/** What `kubectl get` prints several objects as. */
export interface ObjectList {
  readonly items: readonly object[];
}

/** Characters of one piece, about: what stands ready while a reader is busy. */
const PIECE = 16_384;
/** Stands for the items while the text around them is made; no List has such an item. */
const MARK = "@";

/** A list as `toYaml` writes it, an item at a time. */
export function* yamlPieces(list: ObjectList): Iterable<string> {
  if (list.items.length === 0) return void (yield toYaml(list));
  const [head = "", tail = ""] = toYaml({ ...list, items: [MARK] }).split(`- '${MARK}'\n`);
  yield head;
  for (const item of list.items) yield toYaml([item]);
  yield tail;
}

/** A list as `toJson` writes it, an item at a time. */
export function* jsonPieces(list: ObjectList): Iterable<string> {
  if (list.items.length === 0) return void (yield toJson(list));
  const [head = "", tail = ""] = toJson({ ...list, items: [MARK] }).split(`"${MARK}"`);
  const indent = /[^\n]*$/.exec(head)?.[0] ?? "";
  let before = head;
  for (const item of list.items) {
    // A text within JSON has no line break of its own.
    yield before + toJson(item).trimEnd().replaceAll("\n", `\n${indent}`);
    before = `,\n${indent}`;
  }
  yield tail;
}

/** Joins small texts to pieces that are worth a write. */
export function* joined(texts: Iterable<string>): Iterable<string> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}
