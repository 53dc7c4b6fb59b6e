import type { Utility } from "./tool.ts";

const PLACES = ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/etc", "/usr/lib", "/usr/share"];

export const whereis: Utility = {
  name: "whereis",
  usage: "[-b] NAME...",
  about: "Locate the binary files of a command",
  flags: { binaries: { short: "b", help: "Search for binaries only" } },
  async run(t) {
    const { fs } = t.proc;
    // Links of whole folders (/bin to /usr/bin) are looked into once.
    const places = [
      ...new Set([...PLACES, ...(t.proc.env["PATH"] ?? "").split(":")].filter((p) => p !== "" && fs.exists(p)).map((p) => fs.realpath(p))),
    ];
    for (const name of t.args) {
      const found = places.map((p) => `${p}/${name}`).filter((p) => fs.exists(p));
      await t.out(`${[`${name}:`, ...found].join(" ")}\n`);
    }
    return 0;
  },
};
