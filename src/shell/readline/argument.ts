import type { LineEditor } from "./editor.ts";

/** Sets the numeric argument, and shows it in the prompt's place. */
export async function numeric(e: LineEditor, argument: string | undefined): Promise<void> {
  e.argument = argument;
  e.shown = argument === undefined ? e.prompt : `(arg: ${argument === "-" ? "-1" : argument}) `;
  await e.paint();
}
