import type { Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { PerlError, run } from "./program.ts";

const VERSION = "v5.42.0";
/** What a Perl with nothing loaded takes, in bytes and in ms of CPU. */
const RESIDENT = 6 * 1024 * 1024;
const STARTING = 4;

/** perl [-lwE] [-Mmodule] -e code, or a file. */
export const perl: Program = async (proc) => {
  const refuse = async (message: string, code = 2): Promise<number> => (await proc.stderr.write(`${message}\n`), code);
  const code: string[] = [];
  const modules: string[] = [];
  let newline = false;
  const args = proc.argv.slice(1);
  while (args[0]?.startsWith("-") && args[0].length > 1) {
    const cluster = args.shift() as string;
    if (cluster === "--") break;
    for (let i = 1; i < cluster.length; i++) {
      const flag = cluster.charAt(i);
      const rest = cluster.slice(i + 1);
      if (flag === "v") {
        const text = `\nThis is perl 5, version 42, subversion 0 (${VERSION}) built for x86_64-linux-gnu\n\nCopyright 1987-2025, Larry Wall\n\nPerl may be copied only under the terms of either the Artistic License or the\nGNU General Public License, which may be found in the Perl 5 source kit.\n\nComplete documentation for Perl, including FAQ lists, should be found on\nthis system using "man perl" or "perldoc perl".  If you have access to the\nInternet, point your browser at https://www.perl.org/, the Perl Home Page.\n\n`;
        return (await proc.stdout.write(text), 0);
      }
      if (flag === "l") newline = true;
      else if (flag === "M" || flag === "m") {
        modules.push(rest);
        break;
      } else if (flag === "e" || flag === "E") {
        const given = rest === "" ? args.shift() : rest;
        if (given === undefined) return refuse(`No code specified for -${flag}.`);
        code.push(given);
        break;
      } else if ("np0iaF".includes(flag)) return refuse(`perl: -${flag} is not simulated in Timonel`);
      else if (!"wWXT".includes(flag)) return refuse(`Unrecognized switch: -${cluster.slice(i)}  (-h will show valid options).`, 29);
    }
  }
  let where = "-e";
  if (code.length === 0) {
    const file = args.shift();
    if (file === undefined) return refuse("perl: a program on standard input is not simulated in Timonel: give a file, or code after -e");
    const text = readIfThere(proc, file);
    if (text === undefined) return refuse(`Can't open perl script "${file}": No such file or directory`);
    code.push(text.replace(/^#!.*/, ""));
    where = file;
  }
  for (const module of modules) {
    const name = module.split("=")[0] as string;
    if (!["bignum", "bigint", "bigfloat", "strict", "warnings", "utf8"].includes(name))
      return refuse(
        `Can't locate ${name.replaceAll("::", "/")}.pm in @INC (Timonel's perl has bignum, strict and warnings).\nBEGIN failed--compilation aborted.`,
      );
  }
  const big = modules.some((m) => m.startsWith("big"));
  proc.memory(RESIDENT);
  await proc.cpu(STARTING + (big ? 60 : 0));
  try {
    for (const action of run(code.join("\n"), { big, newline })) {
      // Digits take time in the square of their number, as in Math::BigFloat: some seconds for 2,000.
      if (action.do === "print") {
        if (big) await proc.cpu((action.text.length / 1000) ** 2 * 600);
        await (action.to === "stderr" ? proc.stderr : proc.stdout).write(action.text);
      } else if (action.do === "sleep") await proc.clock.sleep(action.seconds * 1000);
      else if (action.do === "exit") return action.code;
      else return refuse(action.message.endsWith("\n") ? action.message.trimEnd() : `${action.message} at ${where} line 1.`, 255);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof PerlError)) throw error;
    return refuse(`${error.message} at ${where} line 1.`, 255);
  }
};
