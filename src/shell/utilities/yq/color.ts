const paint = (code: number, text: string): string => `\u001b[${code}m${text}\u001b[0m`;
const [CYAN, GREEN, MAGENTA, YELLOW, GREY] = [36, 32, 95, 93, 90];

/** YAML with its keys, texts, numbers, anchors and comments in colours of their own, line by line. */
export function colored(yaml: string): string {
  let block = -1;
  return yaml
    .split("\n")
    .map((line) => {
      const indent = /^ */.exec(line)?.[0].length ?? 0;
      if (block >= 0 && (line.trim() === "" || indent > block))
        return line === "" ? line : line.slice(0, indent) + paint(GREEN, line.slice(indent));
      block = -1;
      if (/[|>][-+]?\d?$/.test(line)) block = indent;
      return paintLine(line);
    })
    .join("\n");
}

function paintLine(line: string): string {
  let out = "";
  let rest = line;
  const take = (pattern: RegExp, code: number | undefined): boolean => {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined || found === "") return false;
    out += code === undefined ? found : paint(code, found);
    rest = rest.slice(found.length);
    return true;
  };
  while (rest !== "") {
    if (take(/^(?:\s+|- |-$|[[\]{},:])/, undefined)) continue;
    if (take(/^#.*/, GREY) || take(/^[&*][\w-]+/, YELLOW)) continue;
    if (take(/^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#:[\]{},'"][^:[\]{},]*?)(?=:(?:\s|$))/, CYAN)) continue;
    if (take(/^(?:true|false|-?\d+(?:\.\d+)?)(?=\s*(?:$|#|[,\]}]))/, MAGENTA)) continue;
    if (take(/^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,\]}](?:(?! #)[^,\]}])*(?=[,\]}])|(?:(?! #).)+)/, GREEN)) continue;
    out += rest;
    break;
  }
  return out;
}
