// `PATH=/where/kubectl/is:$PATH node scripts/record-flags.mjs`: writes down which commands the machine's kubectl has, with which
// aliases, usage line and flags. Of a flag its shorthand, type, default and whether it may stand without a value: facts alone, none of its words.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { root } from "./setup.mjs";

const run = promisify(execFile);
const env = { ...process.env, HOME: "/nonexistent", KUBECONFIG: "/dev/null", KUBERC: "off" };

/** What a line prints, refused or not; nothing here reaches a cluster. */
async function kubectl(...args) {
  try {
    return (await run("kubectl", args, { env })).stdout;
  } catch (error) {
    return `${error.stdout}${error.stderr}`;
  }
}

const section = (text, title) => new RegExp(`^${title}:\\n((?:.*\\n)*?)(?=^[A-Z][\\w ]+:$|^Use "|$(?![^]))`, "m").exec(text)?.[1] ?? "";

/** The type, as what a value that fits none is answered. */
async function typeOf(path, name, fallback) {
  const refused = await kubectl(...path, `--${name}="x`, "--help");
  if (refused.includes("strconv.ParseBool")) return "bool";
  if (/strconv.Parse(?:Int|Uint)/.test(refused)) {
    const big = await kubectl(...path, `--${name}=99999999999`, "--help");
    return big.includes("out of range") ? "int32" : "int";
  }
  if (refused.includes("strconv.ParseFloat")) return "float";
  if (/time: invalid duration|"--log-flush-frequency" flag: parse error/.test(refused)) return "duration";
  if (refused.includes("parse error on line")) return "strings";
  if (/malformed pair|must be formatted as key=value/.test(refused)) return "map";
  if (name !== "vmodule" && refused.includes("invalid argument")) throw new Error(`${path.join(" ")} --${name}: ${refused}`);
  return fallback === "[]" ? "stringArray" : "string";
}

async function flagsOf(path, text) {
  const found = [...text.matchAll(/^ {4}(?:-(\w), )?--([\w-]+)=(.*):$/gm)];
  const rows = [];
  for (const [, short, name, shown] of found) {
    const type = await typeOf(path, name, shown);
    // A kuberc file is looked for before anything is parsed.
    const bare = !/flag needs an argument|kuberc file is not found/.test(await kubectl(...path, "--help", `--${name}`));
    const fallback = shown.replace(/^'(.*)'$/, "$1").replace(/^\/nonexistent/, "$HOME");
    rows.push([name, { ...(short ? { short } : {}), type, default: fallback, ...(bare ? { bare } : {}) }]);
  }
  return Object.fromEntries(rows);
}

async function commandsOf(path) {
  const help = await kubectl(...path, "--help");
  // The root's are in groups of their own titles, and one that it lists nowhere.
  const listed =
    path.length === 0
      ? [...help.split("\nUsage:")[0].matchAll(/^ {2}([a-z][\w-]*) {2,}\S/gm)].map((m) => m[1]).concat("options")
      : [...section(help, "Available Commands").matchAll(/^ {2}([a-z][\w-]*) /gm)].map((m) => m[1]);
  const aliases = section(help, "Aliases").trim();
  const usage = section(help, "Usage").trim();
  const own = {
    ...(path.length === 0 || usage === "" ? {} : { usage }),
    aliases: aliases === "" ? [] : aliases.split(", ").slice(1),
    flags: path.length === 0 || path[0] === "options" ? {} : await flagsOf(path, section(help, "Options")),
  };
  const rows = path.length === 0 ? [] : [[path.join(" "), own]];
  for (const name of listed) rows.push(...(await commandsOf([...path, name])));
  return rows;
}

const version = JSON.parse(await kubectl("version", "--client", "-o", "json")).clientVersion.gitVersion;
const global = await flagsOf([], `Options:\n${await kubectl("options")}`);
const commands = Object.fromEntries(await commandsOf([]));
const file = "src/kubectl/testing/recorded-flags.json";
writeFileSync(`${root}${file}`, `${JSON.stringify({ version, global, commands }, null, 1)}\n`);
console.log(`${file}: ${version}, ${Object.keys(commands).length} commands`);
