import type { Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";

/** What the image's npm calls itself. */
const NPM = "10.9.4";

/** The entry point of the official image: what is no program of the image is for node (docker-node: docker-entrypoint.sh). */
export const nodeEntrypoint: Program = async (proc) => {
  const [first = "", ...rest] = proc.argv.slice(1);
  const found = (proc.env["PATH"] ?? "").split(":").some((dir) => proc.fs.exists(`${dir}/${first}`));
  const asFile = proc.fs.exists(first) && !first.endsWith(".js");
  const command = first.startsWith("-") || !(found || asFile) ? ["node", first, ...rest] : [first, ...rest];
  return proc.exec(command);
};

/** `npm start | test | run NAME | -v`; what needs a registry fails as it does without the internet. */
export const npm: Program = async (proc) => {
  const [command = "", name = "", ...rest] = proc.argv.slice(1);
  if (command === "-v" || command === "--version") return (await proc.stdout.write(`${NPM}\n`), 0);
  const fail = async (lines: readonly string[]): Promise<number> => {
    await proc.stderr.write(lines.map((line) => `npm error ${line}\n`).join(""));
    return 1;
  };
  if (["install", "i", "ci", "add", "update", "exec", "view", "publish"].includes(command) || proc.argv[0]?.endsWith("npx")) {
    const text = readIfThere(proc, `${proc.cwd}/package.json`);
    const wanted = text === undefined ? [] : Object.keys((JSON.parse(text) as { dependencies?: object }).dependencies ?? {});
    const what = [name, ...wanted].find((n) => n !== "" && !n.startsWith("-"));
    if (what === undefined && text !== undefined)
      return (await proc.stdout.write("\nup to date, audited 1 package in 400ms\n\nfound 0 vulnerabilities\n"), 0);
    try {
      await proc.net.connect("registry.npmjs.org", 443);
    } catch {
      return fail([
        "code EAI_AGAIN",
        "syscall getaddrinfo",
        "errno EAI_AGAIN",
        `request to https://registry.npmjs.org/${what ?? ""} failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org`,
      ]);
    }
    return fail(["npm install is not simulated in Timonel"]);
  }
  const script = command === "run" || command === "run-script" ? name : command;
  if (!["start", "test", "stop", "restart"].includes(script) && script === command) return fail([`Unknown command: "${command}"`]);
  const text = readIfThere(proc, `${proc.cwd}/package.json`);
  if (text === undefined)
    return fail([
      "code ENOENT",
      "syscall open",
      `path ${proc.cwd}/package.json`,
      "errno -2",
      `enoent Could not read package.json: Error: ENOENT: no such file or directory, open '${proc.cwd}/package.json'`,
    ]);
  const {
    name: title = "",
    version = "",
    scripts = {},
  } = JSON.parse(text) as { name?: string; version?: string; scripts?: Record<string, string> };
  const line = scripts[script] ?? (script === "start" && proc.fs.exists(`${proc.cwd}/server.js`) ? "node server.js" : undefined);
  if (line === undefined) return fail([`Missing script: "${script}"`, "", "To see a list of scripts, run:", "  npm run"]);
  const more = (script === command ? [name, ...rest] : rest).filter((word) => word !== "" && word !== "--").map((word) => ` ${word}`);
  await proc.stdout.write(`\n> ${title}${version && `@${version}`} ${script}\n> ${line}${more.join("")}\n\n`);
  const child = await proc.spawn({
    argv: ["sh", "-c", `${line}${more.join("")}`],
    env: { ...proc.env, PATH: `${proc.cwd}/node_modules/.bin:${proc.env["PATH"] ?? ""}`, npm_lifecycle_event: script },
  });
  for (const signal of ["TERM", "INT"] as const) proc.on(signal, () => child.kill(signal));
  return (await child.exited).code;
};
