import { Errno } from "../../runtime/index.ts";
import { destinations } from "./copying.ts";
import { owners } from "./paths.ts";
import type { Utility } from "./tool.ts";

export const install: Utility = {
  name: "install",
  usage: "[-cdDsp] [-o USER] [-g GRP] [-m MODE] [-t DIR] [SOURCE]... DEST",
  about: "Copy files and set attributes",
  flags: {
    directories: { short: "d", help: "Create directories" },
    parents: { short: "D", help: "Create leading target directories" },
    mode: { short: "m", long: "mode", value: "MODE", help: "Set permissions" },
    owner: { short: "o", value: "USER", help: "Set ownership" },
    group: { short: "g", value: "GRP", help: "Set group ownership" },
    into: { short: "t", value: "DIR", help: "Install to DIR" },
    preserve: { short: "p", help: "Preserve date" },
    copy: { short: "c", help: "Just copy (default)" },
    strip: { short: "s", help: "Strip symbol table" },
    verbose: { short: "v", help: "Verbose" },
  },
  async run(t) {
    const { fs } = t.proc;
    const text = t.value("mode") ?? "755";
    if (!/^[0-7]{1,4}$/.test(text)) return t.fail(t.busybox ? `invalid mode '${text}'` : `invalid mode ‘${text}’`);
    const mode = Number.parseInt(text, 8);
    const who = owners(t.proc);
    const finish = (path: string): void => {
      fs.chmod(path, mode);
      const [user, group] = [t.value("owner"), t.value("group")];
      if (user === undefined && group === undefined) return;
      const stat = fs.stat(path);
      fs.chown(
        path,
        user === undefined ? stat.uid : (who.userId(user) ?? stat.uid),
        group === undefined ? stat.gid : (who.groupId(group) ?? stat.gid),
      );
    };
    if (t.has("directories")) {
      for (const path of t.args) {
        fs.mkdir(path, { recursive: true });
        finish(path);
        if (t.has("verbose")) await t.out(`install: creating directory '${path}'\n`);
      }
      return 0;
    }
    if (t.has("parents")) {
      const parent = (t.value("into") ?? t.args.at(-1)?.replace(/\/?[^/]*$/, "")) || ".";
      fs.mkdir(parent, { recursive: true });
    }
    const pairs = destinations(t, t.args, t.value("into"));
    if (typeof pairs === "string") return pairs.startsWith("missing") ? t.misuse(pairs) : t.fail(pairs);
    for (const [from, to] of pairs) {
      try {
        const stat = fs.stat(from);
        if (stat.type === "directory") {
          await t.warn(`omitting directory '${from}'`);
          continue;
        }
        if (fs.exists(to)) fs.unlink(to);
        fs.writeFile(to, fs.readFile(from), { mode: 0o600 });
        finish(to);
        if (t.has("preserve")) fs.utimes(to, stat.mtime);
        if (t.has("verbose")) await t.out(`'${from}' -> '${to}'\n`);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(
          fs.exists(from)
            ? `${t.busybox ? "can't create" : "cannot create regular file"} '${to}': ${error.message}`
            : `${t.busybox ? "can't stat" : "cannot stat"} '${from}': ${error.message}`,
        );
      }
    }
    return t.status;
  },
};
