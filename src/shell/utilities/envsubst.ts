import type { Utility } from "./tool.ts";

const VARIABLE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g;

export const envsubst: Utility = {
  name: "envsubst",
  usage: "[-v] [SHELL-FORMAT]",
  about: "Substitute the values of environment variables",
  flags: { variables: { short: "v", long: "variables", help: "Output the variables in SHELL-FORMAT" } },
  async run(t) {
    const format = t.args[0];
    const named = format === undefined ? undefined : [...format.matchAll(VARIABLE)].map((m) => (m[1] ?? m[2]) as string);
    if (t.has("variables")) {
      for (const name of named ?? []) await t.out(`${name}\n`);
      return 0;
    }
    const text = await t.text("-");
    await t.out(
      text.replace(VARIABLE, (all, plain: string | undefined, braced: string | undefined) => {
        const name = (plain ?? braced) as string;
        return named && !named.includes(name) ? all : (t.proc.env[name] ?? "");
      }),
    );
    return t.status;
  },
};
