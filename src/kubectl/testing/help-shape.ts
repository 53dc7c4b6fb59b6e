const HEADS =
  /^(?:Aliases|Examples|Available Commands|Options|Usage|Subcommands provided by plugins|[A-Z][\w ]+ Commands(?: \([A-Z]\w+\))?):$/;
const WORDS = new Set(["<long>", "<examples>"]);

/** The lines of a help text without its words, which are told as <long>, <examples>, <short> and <help>; paragraphs count as one. */
export function shapeOf(text: string): readonly string[] {
  const shape: string[] = [];
  let section = "";
  for (const line of text.replace(/\n$/, "").split("\n")) {
    if (HEADS.test(line) || /^Use "kubectl (?:options"|.*<command> --help")/.test(line) || line.startsWith("The following options"))
      section = line;
    const told = toldIn(section, line);
    const last = shape.at(-1);
    if (last === "" && shape.at(-2) === told && WORDS.has(told)) shape.pop();
    else if (!(told === last && WORDS.has(told))) shape.push(told);
  }
  return shape;
}

function toldIn(section: string, line: string): string {
  if (line === "") return line;
  if (section === "") return "<long>";
  if (section === "Examples:" && line.startsWith("  ")) return "<examples>";
  if (/Commands(?: \(\w+\))?:$/.test(section)) return line.replace(/^( {2}\S+ +).*/, "$1<short>");
  // Where a cache is depends on whose it is.
  return line.startsWith("\t") ? "\t<help>" : line.replace(/^( {4}--cache-dir=).*/, "$1<home>");
}
