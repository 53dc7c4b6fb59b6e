import { fromBytes } from "../../../runtime/index.ts";
import { Pager } from "../pager.ts";
import type { Tool, Utility } from "../tool.ts";
import { bashPage } from "./bash.ts";
import { type Page, pageOf, rendered } from "./page.ts";

/** Commands of the administrator have section 8. */
const SECTION_8 = new Set(
  "arp chpasswd chroot cron fuser groupadd groupdel groupmod ifconfig ip lsof mount netstat nologin route runuser su sudo sysctl traceroute umount useradd userdel usermod vmstat".split(
    " ",
  ),
);
const sectionOf = (name: string): string => (SECTION_8.has(name) ? "8" : "1");

/** Whether a command is on this computer: no page is shown of what is not. */
function there(t: Tool, name: string): boolean {
  const { env, fs } = t.proc;
  return (env["PATH"] ?? "/usr/bin:/bin").split(":").some((folder) => fs.exists(`${folder}/${name}`));
}

async function rows(t: Tool): Promise<readonly Utility[]> {
  const { utilities } = await import("../index.ts");
  return utilities.filter((u) => /^\w/.test(u.name) && there(t, u.name));
}

interface Known {
  readonly name: string;
  readonly about: string;
}
async function known(t: Tool): Promise<Known[]> {
  const found: Known[] = (await rows(t)).map(({ name, about }) => ({ name, about }));
  if (there(t, "bash")) found.push({ name: "bash", about: bashPage.about });
  if (there(t, "kubectl")) {
    found.push({ name: "kubectl", about: "Control a Kubernetes cluster" });
    for (const [, name = "", about = ""] of (await output(t, ["kubectl", "--help"])).matchAll(/^ {2}([a-z][\w-]*) {2,}(\S.*)$/gm))
      found.push({ name: `kubectl-${name}`, about });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** What a command prints, complaints aside; empty where it fails. */
async function output(t: Tool, argv: readonly string[]): Promise<string> {
  const { proc } = t;
  const { read, write } = proc.pipe();
  const errors = proc.pipe();
  const child = await proc.spawn({ argv, fds: { 1: write, 2: errors.write } });
  proc.close(write);
  proc.close(errors.write);
  const chunks: string[] = [];
  for (let chunk = await read.read(); chunk !== null; chunk = await read.read()) chunks.push(fromBytes(chunk));
  proc.close(read);
  proc.close(errors.read);
  return (await child.exited).code === 0 ? chunks.join("") : "";
}

/** The page of a name: a utility's from its row, kubectl's commands from their own help. */
async function find(t: Tool, name: string): Promise<Page | undefined> {
  if (name === "bash" && there(t, "bash")) return bashPage;
  const [program = "", ...words] = name.split("-");
  if (program === "kubectl" && there(t, "kubectl")) {
    const help = await output(t, ["kubectl", ...words, "--help"]);
    // An unknown word gets the help of what stands before it.
    if (help !== "" && (words.length === 0 || new RegExp(`^ {2}kubectl ${words.join(" ")}\\b`, "m").test(help)))
      return { ...kubectlPage(name, help) };
    return undefined;
  }
  const row = (await rows(t)).find((u) => u.name === name);
  return row && pageOf(row, sectionOf(name));
}

/** kubectl's own help as a page: its headings are the page's. */
export function kubectlPage(name: string, help: string): Page {
  const [about = "", ...rest] = help.trimEnd().split("\n");
  const sections: [heading: string, lines: string[]][] = [["DESCRIPTION", []]];
  for (const line of rest) {
    const [, heading] = /^([A-Z][\w ()]*):$/.exec(line) ?? [];
    if (heading !== undefined) sections.push([heading.toUpperCase(), []]);
    // What is one column in is text; the last lines, at the margin, are too.
    else sections.at(-1)?.[1].push(/^ \S/.test(line) ? line.slice(1) : line);
  }
  return {
    name,
    section: "1",
    about: about.replace(/\.$/, ""),
    synopsis: [],
    sections: sections.flatMap(([heading, lines]) => {
      const text = lines.join("\n").replace(/^\n+|\n+$/g, "");
      return text === "" ? [] : [[heading, text] as const];
    }),
  };
}

async function show(t: Tool, text: string): Promise<void> {
  const { env, stdout } = t.proc;
  if (!stdout.tty) return t.out(text);
  const pager = new Pager(t.proc, env["MANPAGER"] || env["PAGER"] || "less", { LESS: env["LESS"] ?? "-R" });
  await pager.write(text);
  await pager.close();
}

export async function runMan(t: Tool): Promise<number> {
  const args = [...t.args];
  const { proc } = t;
  if (args[0] === "-k" || args[0] === "--apropos") return runApropos(t, args.slice(1));
  if (args[0] === "-f" || args[0] === "--whatis") return runWhatis(t, args.slice(1));
  if (args[0] === "--help" || args[0] === "-h") {
    await t.out("Usage: man [-f|-k] [SECTION] PAGE...\n");
    return 0;
  }
  if (args[0]?.startsWith("-") && args[0] !== "-") {
    await proc.stderr.write(`man: unrecognized option '${args[0]}'\nTry 'man --help' or 'man --usage' for more information.\n`);
    return 1;
  }
  const section = /^[1-9]\w*$/.test(args[0] ?? "") ? args.shift() : undefined;
  if (args.length === 0) {
    await proc.stderr.write(
      section === undefined
        ? "What manual page do you want?\nFor example, try 'man man'.\n"
        : `What manual page do you want from section ${section}?\n`,
    );
    return 1;
  }
  let status = 0;
  // "man kubectl get" asks for the page kubectl-get, as "man git commit" does for git's.
  const names = args.length > 1 && args[0] === "kubectl" ? [args.join("-")] : args;
  for (const word of names) {
    const [, name = word, within = section] = /^([^(]+)\((\w+)\)$/.exec(word) ?? [];
    const page = await find(t, name);
    if (page && (within === undefined || within === page.section)) {
      const columns = Math.min(100, Math.max(40, Number(proc.env["MANWIDTH"] ?? proc.stdout.size?.columns ?? 80)));
      await show(t, rendered(page, columns, proc.stdout.tty));
    } else {
      status = 16;
      await t.flush();
      await proc.stderr.write(`No manual entry for ${name}${within === undefined ? "" : ` in section ${within}`}\n`);
    }
  }
  return status;
}

const line = ({ name, about }: Known): string => `${`${name} (${sectionOf(name)})`.padEnd(20)} - ${about}\n`;

export async function runApropos(t: Tool, words: readonly string[]): Promise<number> {
  if (words.length === 0) {
    await t.proc.stderr.write("apropos what?\n");
    return 1;
  }
  return told(t, words, (page, word) => `${page.name} ${page.about}`.toLowerCase().includes(word.toLowerCase()));
}
export async function runWhatis(t: Tool, words: readonly string[]): Promise<number> {
  if (words.length === 0) {
    await t.proc.stderr.write("whatis what?\n");
    return 1;
  }
  return told(t, words, (page, word) => page.name === word);
}
async function told(t: Tool, words: readonly string[], fits: (page: Known, word: string) => boolean): Promise<number> {
  const pages = await known(t);
  let status = 0;
  for (const word of words) {
    const found = pages.filter((page) => fits(page, word));
    for (const page of found) await t.out(line(page));
    if (found.length > 0) continue;
    status = 16;
    await t.flush();
    await t.proc.stderr.write(`${word}: nothing appropriate.\n`);
  }
  return status;
}
