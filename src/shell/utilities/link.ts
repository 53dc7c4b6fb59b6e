import type { Utility } from "./tool.ts";

export const link: Utility = {
  name: "link",
  usage: "FILE LINK",
  about: "Create hard LINK to FILE",
  flags: {},
  async run(t) {
    const [from, to] = t.args;
    if (from === undefined || to === undefined) return t.misuse("missing operand");
    try {
      t.proc.fs.link(from, to);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return t.fail(
        t.busybox
          ? `can't create hardlink '${to}' to '${from}': ${error.message}`
          : `cannot create link '${to}' to '${from}': ${error.message}`,
      );
    }
    return 0;
  },
};

export const unlink: Utility = {
  name: "unlink",
  usage: "FILE",
  about: "Delete FILE by calling unlink()",
  flags: {},
  async run(t) {
    const [path] = t.args;
    if (path === undefined) return t.misuse("missing operand");
    try {
      t.proc.fs.unlink(path);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return t.fail(t.busybox ? `can't remove file '${path}': ${error.message}` : `cannot unlink '${path}': ${error.message}`);
    }
    return 0;
  },
};
