import type { Flag, Utility } from "../tool.ts";

export interface Page {
  readonly name: string;
  readonly section: string;
  readonly about: string;
  readonly synopsis: readonly string[];
  /** A heading and its text; paragraphs are set apart by empty lines, what is indented stays as it is. */
  readonly sections: readonly (readonly [heading: string, text: string])[];
}

const option = (f: Flag): string =>
  [f.short && `-${f.short}`, f.long && `--${f.long}`].filter(Boolean).join(", ") + (f.value ? `${f.long ? "=" : " "}${f.value}` : "");

/** A utility's page, from its row in the table. */
export function pageOf(row: Utility, section: string): Page {
  const flags = Object.values(row.flags);
  return {
    name: row.name,
    section,
    about: row.about,
    synopsis: [`${row.name}${row.usage ? ` ${row.usage}` : ""}`],
    sections: [
      ...(flags.length > 0 ? [["OPTIONS", flags.map((f) => `  ${option(f)}\n      ${f.help}`).join("\n\n")] as const] : []),
      ["NOTES", `This page tells what ${row.name} knows on this computer. What is not told here it refuses by name.`],
    ],
  };
}

/** A page laid out for a width: headings at the margin, in bold for a terminal, text seven columns in. */
export function rendered(page: Page, columns: number, bold = false): string {
  const title = `${page.name.toUpperCase()}(${page.section})`;
  const middle = page.section === "8" ? "System Administration" : "User Commands";
  const space = Math.max(2, columns - 2 * title.length - middle.length);
  const before = " ".repeat(Math.floor(space / 2));
  const head = `${title}${before}${middle}${" ".repeat(space - before.length)}${title}`;
  const sections: readonly (readonly [string, string])[] = [
    ["NAME", `${page.name} - ${page.about}`],
    ...(page.synopsis.length > 0 ? [["SYNOPSIS", page.synopsis.map((s) => `  ${s}`.slice(2)).join("\n")] as const] : []),
    ...page.sections,
  ];
  const body = sections.map(([heading, text]) => `${bold ? `\x1b[1m${heading}\x1b[0m` : heading}\n${laidOut(text, columns)}`).join("\n\n");
  const foot = `${" ".repeat(Math.max(0, Math.floor((columns - 7) / 2)))}Timonel${" ".repeat(Math.max(1, columns - Math.floor((columns - 7) / 2) - 7 - title.length))}${title}`;
  return `${head}\n\n${body}\n\n${foot}\n`;
}

function laidOut(text: string, columns: number): string {
  return text
    .split("\n")
    .flatMap((line) =>
      line.trim() === ""
        ? [""]
        : line.startsWith("\t")
          ? wrapped(line.trim(), columns - 15).map((l) => `${" ".repeat(15)}${l}`)
          : /^\s/.test(line)
            ? [`       ${line.replace(/^ {2}/, "")}`]
            : wrapped(line, columns - 7).map((l) => `       ${l}`),
    )
    .join("\n");
}
function wrapped(line: string, width: number): string[] {
  const out: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > width) {
      out.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...out, current];
}
