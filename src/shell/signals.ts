import { SIGNALS } from "../runtime/index.ts";

export { SIGNALS };

/** TERM for "15", "TERM", "SIGTERM", "term"; also the shell's EXIT (0) and ERR. Undefined when it is none. */
export function signalName(text: string): string | undefined {
  const upper = text.toUpperCase().replace(/^SIG/, "");
  if (upper === "0" || upper === "EXIT") return "EXIT";
  if (["ERR", "DEBUG", "RETURN"].includes(upper) || upper in SIGNALS) return upper;
  if (upper === "POLL") return "IO";
  if (upper === "CLD") return "CHLD";
  if (upper === "IOT") return "ABRT";
  return Object.keys(SIGNALS).find((name) => String(SIGNALS[name]) === text);
}

/** All of them, as bash lists them: five in a row. */
export function signalTable(): string {
  const cells = Object.entries(SIGNALS).map(([name, n]) => `${String(n).padStart(2)}) SIG${name}`);
  let text = "";
  for (let i = 0; i < cells.length; i += 5) text += `${cells.slice(i, i + 5).join("\t")}${i + 5 > cells.length ? "\t" : ""}\n`;
  return text;
}

/** The ordinary ones, as BusyBox lists them. */
export function plainTable(): string {
  return Object.entries(SIGNALS)
    .filter(([, n]) => n < 32)
    .map(([name, n]) => `${String(n).padStart(2)}) ${name === "IO" ? "POLL" : name}\n`)
    .join("");
}
