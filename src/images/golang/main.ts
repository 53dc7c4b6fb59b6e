import type { Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";

/** The go command: version and env; whatever needs the compiler is refused by name. */
export const go: Program = async (proc) => {
  const version = (readIfThere(proc, "/usr/local/go/VERSION") ?? "").split("\n")[0] ?? "";
  const [command = "", ...rest] = proc.argv.slice(1);
  const say = async (text: string): Promise<number> => (await proc.stdout.write(text), 0);
  if (command === "version") return say(`go version ${version} linux/amd64\n`);
  if (command === "env") {
    const env: Readonly<Record<string, string>> = {
      GOARCH: "amd64",
      GOOS: "linux",
      GOPATH: proc.env["GOPATH"] ?? "/go",
      GOROOT: "/usr/local/go",
      GOTOOLCHAIN: proc.env["GOTOOLCHAIN"] ?? "auto",
      GOVERSION: version,
    };
    if (rest.length > 0) return say(rest.map((name) => `${env[name] ?? ""}\n`).join(""));
    return say(
      Object.entries(env)
        .map(([name, value]) => `${name}='${value}'\n`)
        .join(""),
    );
  }
  if (["run", "build", "install", "test", "get", "mod", "fmt", "vet", "list", "generate", "work"].includes(command)) {
    await proc.stderr.write(`go: go ${command} is not simulated in Timonel: there is no compiler in this image\n`);
    return 1;
  }
  if (command === "") {
    await proc.stderr.write(
      'Go is a tool for managing Go source code.\n\nUsage:\n\n\tgo <command> [arguments]\n\nUse "go help <command>" for more information about a command.\n\n',
    );
    return 2;
  }
  await proc.stderr.write(`go ${command}: unknown command\nRun 'go help' for usage.\n`);
  return 2;
};
