import { type CorpusScript, generated } from "./corpus-grammar.ts";

/** Scripts of a text file: `### name`, or `### name | shells`, then the script. */
function written(text: string, all: CorpusScript["shells"]): readonly CorpusScript[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((block) => {
      const [head = "", ...lines] = block.split("\n");
      const [name = "", shells] = head.split(" | ");
      return { name, script: lines.join("\n").replace(/\n$/, ""), shells: shells ? (shells.split(" ") as CorpusScript["shells"]) : all };
    });
}

/** The whole corpus: 400 generated scripts, the course's, rows for the text tools, and what guides to bash and to exams teach. */
export const corpus = (course: string, tools: string, guides: string): readonly CorpusScript[] => [
  ...generated(20261120, 400),
  ...written(course, ["bash", "dash", "busybox"]),
  ...written(tools, ["bash", "busybox"]),
  ...written(guides, ["bash"]),
];
