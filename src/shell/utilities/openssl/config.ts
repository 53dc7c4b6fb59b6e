/** Sections of a configuration file with their settings in order; what stands before the first is `default`. */
export type Sections = ReadonlyMap<string, readonly (readonly [key: string, value: string])[]>;

export function parseSections(text: string): Sections {
  const out = new Map<string, [string, string][]>();
  let section = "default";
  for (const raw of text.replaceAll("\\\n", "").split("\n")) {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    const head = /^\[\s*(\S+)\s*\]$/.exec(line);
    if (head) section = head[1] as string;
    const pair = head ? null : /^([^=]+?)\s*=\s*(.*)$/.exec(line);
    if (pair) out.set(section, [...(out.get(section) ?? []), [pair[1] as string, (pair[2] as string).replace(/^"(.*)"$/, "$1")]]);
  }
  return out;
}

export const settingOf = (sections: Sections, section: string, key: string): string | undefined =>
  sections.get(section)?.findLast(([name]) => name === key)?.[1];
