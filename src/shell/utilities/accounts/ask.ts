import { ByteDecoder } from "../../../runtime/index.ts";
import type { Tool } from "../tool.ts";

/** A line that a terminal does not show; undefined at the end of input. */
export async function askHidden(t: Tool, prompt: string): Promise<string | undefined> {
  await t.flush();
  await t.proc.stderr.write(prompt);
  const { stdin } = t.proc;
  if (stdin.tty) stdin.setRaw?.(true);
  const decoder = new ByteDecoder();
  let text = "";
  try {
    for (;;) {
      const chunk = await stdin.read(1);
      if (chunk === null) return text === "" ? undefined : text;
      const piece = decoder.decode(chunk);
      if (piece === "\x03") {
        await t.proc.stderr.write("\n");
        return undefined;
      }
      if (piece === "\n" || piece === "\r") break;
      text = piece === "\x7f" || piece === "\b" ? text.slice(0, -1) : text + piece;
    }
  } finally {
    if (stdin.tty) stdin.setRaw?.(false);
  }
  if (stdin.tty) await t.proc.stderr.write("\n");
  return text;
}
