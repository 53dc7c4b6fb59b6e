import type { Description } from "../../runtime/index.ts";
import { LineEditor } from "../readline/index.ts";
import type { Shell } from "../shell.ts";

/** `read -e`: a line typed with readline's keys, `text` there to begin with; null at the end of input. */
export async function readEdited(sh: Shell, from: Description, prompt: string, text: string): Promise<string | null> {
  const editor = new LineEditor({
    input: from,
    output: sh.proc.stderr,
    history: sh.history,
    bindings: sh.bindings,
    vi: () => sh.options.has("vi"),
    code: (part) => sh.proc.code(part),
  });
  const line = await editor.readLine(prompt, text);
  if (line.kind === "line") return line.text;
  if (line.kind === "interrupt") sh.interrupted = true;
  return null;
}
