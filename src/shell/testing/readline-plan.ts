/** Rows that start from the same shell: `history` is what it remembers. */
export interface Group {
  readonly group: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly history?: readonly string[];
  readonly inputrc?: string;
  /** Lines of ~/.bashrc. */
  readonly rc?: readonly string[];
  readonly columns?: number;
  readonly rows: readonly string[];
}
export type Step = { readonly keys: string; readonly slow?: boolean } | { readonly resize: readonly [number, number] };
export interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
  readonly steps: readonly Step[];
}

const NAMED: Readonly<Record<string, string>> = {
  Esc: "\x1b",
  CR: "\r",
  BS: "\x7f",
  Tab: "\t",
  lt: "<",
  Up: "\x1b[A",
  Down: "\x1b[B",
  Right: "\x1b[C",
  Left: "\x1b[D",
  Home: "\x1b[H",
  End: "\x1b[F",
  Del: "\x1b[3~",
  Paste: "\x1b[200~",
  Pasted: "\x1b[201~",
};

/** `a<Tab><CR>`: keys as steps; what follows Enter, <wait>, or an Esc that is meant alone waits for what was before. */
export function stepsOf(text: string): readonly Step[] {
  const steps: Step[] = [];
  let keys = "";
  const end = (slow = false): void => {
    if (keys !== "") steps.push({ keys, ...(slow && { slow }) });
    keys = "";
  };
  for (const token of text.match(/<(?:[A-Z][A-Za-z]*|lt|C-.|M-C-.|M-BS|M-lt|M-.|wait|\d+x\d+)>|[^]/gu) ?? []) {
    const name = /^<(.+)>$/.exec(token)?.[1];
    const size = /^(\d+)x(\d+)$/.exec(name ?? "");
    if (size) {
      end();
      steps.push({ resize: [Number(size[1]), Number(size[2])] });
    } else if (name === "wait") end();
    else if (name?.startsWith("C-")) keys += name === "C-?" ? "\x7f" : String.fromCharCode(name.charCodeAt(2) & 31);
    else if (name?.startsWith("M-C-")) keys += `\x1b${String.fromCharCode(name.charCodeAt(4) & 31)}`;
    else if (name?.startsWith("M-")) keys += `\x1b${NAMED[name.slice(2)] ?? name.slice(2)}`;
    else if (name !== undefined && NAMED[name] !== undefined) {
      keys += NAMED[name];
      if (name === "CR" || name === "Esc") end(name === "Esc");
    } else keys += token;
  }
  end();
  return steps;
}

export function plan(groups: readonly Group[]): readonly Case[] {
  return groups.flatMap(({ group, files = {}, history = [], inputrc = "", rc = [], columns = 80, rows }) =>
    rows.map((row) => ({
      title: `${group}: ${row}`,
      files: {
        ...files,
        "bin/": "",
        ".history": history.map((h) => `${h}\n`).join(""),
        ".inputrc": inputrc,
        // Debian's bash reads a file of the system's before, which sets a prompt.
        ".bashrc": ["PS1='$ '", ...rc].map((l) => `${l}\n`).join(""),
      },
      columns,
      rows: 24,
      steps: stepsOf(row),
    })),
  );
}
