import type { SyntaxNode } from "unbash";
import { builtinTable } from "../builtins/index.ts";
import { expandWords } from "../expand/words.ts";
import type { Shell } from "../shell.ts";
import { compoundList, framed, loopControl, resuming } from "./execute.ts";

type Select = Extract<SyntaxNode, { type: "Select" }>;

/** `select`: the menu on standard error, an answer into REPLY, the word that it names into the variable. */
export function runSelect(sh: Shell, node: Select): Promise<number> {
  return framed(
    sh,
    async () => ({ kind: "select", items: node.wordlist ? await expandWords(sh, node.wordlist) : sh.params, status: 0 }),
    async (frame) => {
      let shown = resuming(sh);
      if (frame.items.length === 0) return (sh.status = 0);
      for (;;) {
        try {
          if (!resuming(sh)) {
            if (!shown) await sh.fds.get(2)?.write(menu(frame.items));
            shown = true;
            await sh.fds.get(2)?.write(sh.get("PS3") ?? "#? ");
            if ((await builtinTable()["read"]?.run(sh, ["REPLY"])) !== 0) {
              await sh.write("\n");
              return (sh.status = 1);
            }
            const answer = sh.get("REPLY") ?? "";
            if (answer === "") {
              shown = false;
              continue;
            }
            sh.set(node.name.value, /^\d+$/.test(answer) ? (frame.items[Number(answer) - 1] ?? "") : "");
          }
          frame.status = await compoundList(sh, node.body);
        } catch (error) {
          frame.status = 0;
          if (loopControl(error) === "break") return (sh.status = 0);
        }
      }
    },
  );
}

/** In columns, as bash lays them out on 80. */
function menu(items: readonly string[]): string {
  const digits = (n: number): number => String(n).length;
  const widest = Math.max(...items.map((i) => i.length)) + digits(items.length) + 4;
  const fitting = Math.max(1, Math.floor(80 / widest));
  let rows = Math.ceil(items.length / fitting);
  if (rows === 1) rows = Math.ceil(items.length / rows);
  let out = "";
  for (let row = 0; row < rows; row++) {
    let line = "";
    for (let i = row; i < items.length; i += rows) {
      const width = i < rows ? digits(rows) : digits(items.length);
      const cell = `${String(i + 1).padStart(width)}) ${items[i] as string}`;
      line += i + rows < items.length ? cell.padEnd(widest) : cell;
    }
    out += `${line}\n`;
  }
  return out;
}
