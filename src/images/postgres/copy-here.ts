import type { Psql } from "./psql.ts";

/** \copy: COPY with a file of the client's. */
export async function copyHere(shell: Psql, line: string): Promise<boolean> {
  const { proc } = shell;
  const [, what, way = "", file = "", options = ""] =
    /^\\copy\s+(\([\s\S]*\)|\S+(?:\s*\([^)]*\))?)\s+(from|to)\s+('(?:[^']|'')*'|\S+)\s*([\s\S]*?);?$/i.exec(line) ?? [];
  if (what === undefined) {
    await proc.stderr.write("\\copy: arguments required\n");
    return false;
  }
  const from = /^from$/i.test(way);
  if (/^program$/i.test(file)) {
    await proc.stderr.write("psql: \\copy with a program is not simulated by Timonel\n");
    return false;
  }
  const stream = /^p?std(in|out)$/i.test(file);
  const path = file.replace(/^'(.*)'$/s, "$1").replaceAll("''", "'");
  const said = async (error: unknown): Promise<false> => {
    await proc.stderr.write(`${path}: ${(error as Error).message}\n`);
    return false;
  };
  const sql = `COPY ${what} ${from ? "FROM STDIN" : "TO STDOUT"} ${options};`;
  if (stream) return from ? shell.run(sql, shell.typed) : shell.run(sql);
  if (from) {
    let text: string;
    try {
      text = proc.fs.readText(path);
    } catch (error) {
      return said(error);
    }
    return shell.run(sql, async () => text);
  }
  let rows = 0;
  try {
    proc.fs.writeFile(path, "");
  } catch (error) {
    return said(error);
  }
  const fine = await shell.run(sql, undefined, "", (text) => {
    rows += text.split("\n").length - 1;
    proc.fs.writeFile(path, text, { append: true });
  });
  if (fine && !shell.o.quiet) await proc.stdout.write(`COPY ${rows - (/\bheader\b/i.test(options) ? 1 : 0)}\n`);
  return fine;
}
