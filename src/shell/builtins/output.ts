import { Errno } from "../../runtime/index.ts";
import { backslashEscapes } from "../expand/escapes.ts";
import { printf } from "../printf.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

/** Writes as a builtin does: a closed or broken descriptor is the builtin's own error. */
async function put(sh: Shell, name: string, text: string): Promise<number> {
  const out = sh.fds.get(1);
  if (text === "") return 0;
  if (!out) {
    if (sh.dialect.name === "ash") await sh.fds.get(2)?.write(`${sh.arg0}: write error: Bad file descriptor\n`);
    else await sh.complain(sh.dialect.bash ? "write error: Bad file descriptor" : `${name}: I/O error`, name);
    return 1;
  }
  try {
    await out.write(text);
    return 0;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === "EPIPE") return 141;
    if (sh.dialect.name === "ash") await sh.fds.get(2)?.write(`${sh.arg0}: write error: ${error.message}\n`);
    else await sh.complain(sh.dialect.bash ? `write error: ${error.message}` : `${name}: I/O error`, name);
    return 1;
  }
}

/** echo as the dialect has it: bash and busybox know -n, -e, -E; dash only -n, and always escapes. */
export function echoText(args: readonly string[], style: "options" | "escapes", octal: "zero" | "strict" | "dash" = "zero"): string {
  let at = 0;
  let newline = true;
  let escapes = style === "escapes";
  const option = style === "options" ? /^-[neE]+$/ : /^-n$/;
  for (; at < args.length && option.test(args[at] as string); at++) {
    for (const c of (args[at] as string).slice(1)) {
      if (c === "n") newline = false;
      else escapes = c === "e";
    }
  }
  const text = args.slice(at).join(" ");
  if (!escapes) return newline ? `${text}\n` : text;
  const done = backslashEscapes(text, octal);
  return newline && !done.stop ? `${done.text}\n` : done.text;
}

const WORDING = { bash: "bash", ash: "busybox", dash: "dash" } as const;

export const outputBuiltins: Readonly<Record<string, Builtin>> = {
  echo: {
    run: (sh, args) =>
      put(
        sh,
        "echo",
        echoText(
          args,
          sh.options.has("xpg_echo") ? "escapes" : sh.dialect.echo,
          sh.dialect.bash ? "strict" : sh.dialect.name === "dash" ? "dash" : "zero",
        ),
      ),
  },
  printf: {
    async run(sh, args) {
      let words = args;
      let variable: string | undefined;
      if (words[0] === "-v" && sh.dialect.bash) {
        variable = words[1];
        words = words.slice(2);
      }
      if (words[0] === "--") words = words.slice(1);
      if (words.length === 0) {
        await sh.fds
          .get(2)
          ?.write(
            sh.dialect.bash
              ? "printf: usage: printf [-v var] format [arguments]\n"
              : sh.dialect.name === "dash"
                ? `${sh.arg0}: ${sh.line}: printf: usage: printf format [arg ...]\n`
                : `${sh.arg0}: usage: printf FORMAT [ARGUMENT...]\n`,
          );
        return 2;
      }
      const { text, errors } = printf(words[0] as string, words.slice(1), sh.proc.clock.now(), WORDING[sh.dialect.name]);
      for (const error of errors)
        await (sh.dialect.name === "ash" ? sh.fds.get(2)?.write(`${sh.arg0}: ${error}\n`) : sh.complain(error, "printf"));
      if (variable !== undefined) {
        const element = /^(\w+)\[(.+)\]$/.exec(variable);
        if (element) sh.setElement(element[1] as string, element[2] as string, text);
        else sh.set(variable, text);
        return errors.length > 0 ? 1 : 0;
      }
      return (await put(sh, "printf", text)) || (errors.length > 0 ? 1 : 0);
    },
  },
};
