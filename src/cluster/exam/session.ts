/** What a candidate typed at once, and what the screen then showed; or a pause. */
export type Step =
  | { readonly seconds: number }
  | { readonly typed: string; /** stdout, then stderr, then the code in brackets where it is not 0. */ readonly shown: string };

/**
 * A console's session: what is typed comes after `$ `, its further lines after `> `, a pause is `# 30 s`, and the rest is what was
 * shown.
 */
export function parseSession(text: string): readonly Step[] {
  const steps: Step[] = [];
  let typing = false;
  for (const line of text.trimEnd().split("\n")) {
    const pause = /^# (\d+) s$/.exec(line);
    const last = steps.at(-1);
    if (pause) steps.push({ seconds: Number(pause[1]) });
    else if (line.startsWith("$ ")) steps.push({ typed: line.slice(2), shown: "" });
    else if (!last || "seconds" in last) throw new Error(`what is shown follows what was typed, unlike ${JSON.stringify(line)}`);
    else if (typing && /^>(?: |$)/.test(line)) steps[steps.length - 1] = { ...last, typed: `${last.typed}\n${line.slice(2)}` };
    else steps[steps.length - 1] = { ...last, shown: `${last.shown}${line}\n` };
    typing = line.startsWith("$ ") || (typing && line.startsWith(">"));
  }
  return steps;
}

const ANYTHING = "…";

/** Gaps between columns are as wide as what was found in them. */
const plain = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.trimEnd().replaceAll(/ {2,}/g, "  "));

/** What is expected, with what was found in place of each `…`: of a part of a line, or, where it stands alone, of any lines. */
export function asShown(expected: string, found: string): string {
  const wanted = plain(expected);
  const got = plain(found);
  const out: string[] = [];
  let at = 0;
  for (const [i, line] of wanted.entries()) {
    if (line.trim() !== ANYTHING) {
      const there = got[at];
      out.push(there !== undefined && fits(line, there) ? there : line);
      at++;
      continue;
    }
    const next = wanted[i + 1];
    while (at < got.length && (next === undefined || !fits(next, got[at] as string))) out.push(got[at++] as string);
  }
  return out.join("\n");
}

export const shownAs = (found: string): string => plain(found).join("\n");

/** Whether a line is the pieces of another, in order, with anything between them. */
function fits(pattern: string, line: string): boolean {
  const [first = "", ...pieces] = pattern.split(ANYTHING);
  if (!line.startsWith(first)) return false;
  if (pieces.length === 0) return line === first;
  const last = pieces.pop() as string;
  let at = first.length;
  for (const piece of pieces) {
    const found = line.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return line.length - last.length >= at && line.endsWith(last);
}
