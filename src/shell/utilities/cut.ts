import { byteText, toBytes } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";

export const cut: Utility = {
  name: "cut",
  usage: "-b|c|f LIST [-d SEP] [-s] [FILE]...",
  about: "Print selected fields from FILEs to stdout",
  flags: {
    bytes: { short: "b", long: "bytes", value: "LIST", help: "Output only bytes from LIST" },
    chars: { short: "c", long: "characters", value: "LIST", help: "Output only characters from LIST" },
    fields: { short: "f", long: "fields", value: "LIST", help: "Output only fields from LIST" },
    delimiter: { short: "d", long: "delimiter", value: "SEP", help: "Field delimiter" },
    only: { short: "s", long: "only-delimited", help: "Drop lines with no delimiter" },
    output: { long: "output-delimiter", value: "SEP", help: "Output delimiter" },
    complement: { long: "complement", help: "Invert the selection" },
  },
  async run(t) {
    const list = t.value("bytes") ?? t.value("chars") ?? t.value("fields");
    if (list === undefined)
      return t.busybox
        ? t.fail("expected a list of bytes, characters, or fields")
        : t.misuse("you must specify a list of bytes, characters, or fields");
    const ranges = list.split(",").map((r) => /^(\d*)(-?)(\d*)$/.exec(r));
    if (ranges.some((r) => !r || r[0] === "" || r[0] === "-"))
      return t.misuse(t.has("fields") ? `invalid field value ‘${list}’` : `invalid byte/character position ‘${list}’`);
    if (!t.busybox && ranges.some((r) => r?.[1] === "0"))
      return t.misuse(t.has("fields") ? "fields are numbered from 1" : "byte/character positions are numbered from 1");
    const selected = (n: number): boolean =>
      ranges.some((r) => n >= Number(r?.[1] || 1) && n <= (r?.[2] ? Number(r[3] || Infinity) : Number(r?.[1]))) !== t.has("complement");
    const delimiter = t.value("delimiter") ?? "\t";
    for await (const line of t.lines()) {
      if (!t.has("fields")) {
        await t.out(
          `${(t.has("bytes") ? Array.from(toBytes(line), byteText) : Array.from(line))
            .filter((_, i) => selected(i + 1))
            .join(t.value("output") ?? "")}\n`,
        );
        continue;
      }
      if (!line.includes(delimiter)) {
        if (!t.has("only")) await t.out(`${line}\n`);
        continue;
      }
      await t.out(
        `${line
          .split(delimiter)
          .filter((_, i) => selected(i + 1))
          .join(t.value("output") ?? delimiter)}\n`,
      );
    }
    return t.status;
  },
};
