/** A text cut into lines, and how they ended. */
export interface Loaded {
  readonly lines: string[];
  readonly dos: boolean;
  readonly noeol: boolean;
}
export function splitText(text: string): Loaded {
  if (text === "") return { lines: [""], dos: false, noeol: false };
  const noeol = !text.endsWith("\n");
  let lines = (noeol ? text : text.slice(0, -1)).split("\n");
  const dos = lines.every((l, i) => l.endsWith("\r") || (noeol && i === lines.length - 1)) && lines[0]?.endsWith("\r") === true;
  if (dos) lines = lines.map((l) => l.replace(/\r$/, ""));
  return { lines, dos, noeol };
}
