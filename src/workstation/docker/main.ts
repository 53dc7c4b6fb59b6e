import { parseReference, type ProcessContext, type Program } from "../../runtime/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { build } from "./build.ts";
import type { DockerEngine } from "./engine.ts";
import { type FlagTable, type Parsed, parseFlags, UsageError } from "./flags.ts";
import { idOf, madeOf, pulledImage } from "./image.ts";
import { familiar, historyTable, imagesTable, inspected } from "./list.ts";
import { normal } from "./copy.ts";
import { type Containers, containerCommands } from "./run.ts";
import { DockerStore } from "./store.ts";

/** What the commands have at hand. */
export interface Tools {
  readonly proc: ProcessContext;
  readonly engine: DockerEngine;
  readonly store: DockerStore;
  readonly containers: Containers;
  readonly out: (text: string) => Promise<void>;
}
export interface Command {
  readonly usage: string;
  readonly flags: FlagTable;
  /** How many arguments it needs. */
  readonly least?: number;
  readonly stopAtArgument?: true;
  run(tools: Tools, parsed: Parsed): Promise<number>;
}

/** What goes wrong in the daemon. */
export class DaemonError extends Error {}
const daemon = (message: string): DaemonError => new DaemonError(`Error response from daemon: ${message}`);

function referenceOf(text: string) {
  const reference = parseReference(text);
  if (!reference) throw daemon("invalid reference format");
  return reference;
}

/** An image on this computer, by name or by how its id begins. */
export function localImage(store: DockerStore, text: string) {
  const named = parseReference(text);
  const byName = named && store.names[named.normalised];
  const ids = store.ids();
  const bare = text.replace(/^sha256:/, "");
  const id = byName ?? (/^[0-9a-f]{4,64}$/.test(bare) ? ids.find((known) => known.startsWith(`sha256:${bare}`)) : undefined);
  const image = id === undefined ? undefined : store.get(id);
  return id === undefined || !image
    ? undefined
    : { id, image, tags: Object.entries(store.names).flatMap(([name, of]) => (of === id ? [name] : [])) };
}
const needed = (store: DockerStore, text: string) => {
  const found = localImage(store, text);
  if (!found) throw daemon(`No such image: ${text}`);
  return found;
};

/** Brings an image from its registry; answers its id. */
export async function pull({ engine, store }: Tools, text: string): Promise<{ readonly id: string; readonly digest: string }> {
  const { normalised, registry } = referenceOf(text);
  try {
    const { repository, digest, size, contents } = await engine.pull(normalised, store.login(registry));
    const id = store.put(pulledImage(`${repository}@${digest}`, contents, size));
    store.name(normalised, id);
    return { id, digest };
  } catch (error) {
    throw daemon((error as Error).message);
  }
}

const commands: Readonly<Record<string, Command>> = {
  build: {
    usage: "docker build [OPTIONS] PATH | URL | -",
    flags: {
      tag: { short: "t", value: "many" },
      file: { short: "f", value: "one" },
      "build-arg": { value: "many" },
      target: { value: "one" },
      platform: { value: "one" },
      progress: { value: "one" },
      label: { value: "many" },
      "no-cache": {},
      pull: {},
      quiet: { short: "q" },
    },
    least: 1,
    async run({ proc, engine, store, out }, { values, on, args }) {
      const path = args[0] as string;
      if (path === "-" || /^(?:https?|git):\/\//.test(path))
        throw new UsageError("a context that is no folder is not simulated yet in Timonel");
      const platform = values.get("platform")?.at(-1) ?? "linux/amd64";
      if (platform !== "linux/amd64") throw new UsageError(`docker build --platform ${platform} is not simulated yet in Timonel`);
      const folder = normal(path.startsWith("/") ? path : `${proc.cwd}/${path}`).replace(/\/$/, "");
      const file = values.get("file")?.at(-1);
      const pairs = (values.get("build-arg") ?? []).map((text): [string, string] => {
        const [name = "", value] = text.split(/=([^]*)/, 2);
        return [name, value ?? proc.env[name] ?? ""];
      });
      const image = await build(proc, engine, store, {
        folder,
        file: file === undefined ? `${folder}/Dockerfile` : normal(file.startsWith("/") ? file : `${proc.cwd}/${file}`),
        args: new Map(pairs),
        target: values.get("target")?.at(-1),
        tags: (values.get("tag") ?? []).map((tag) => referenceOf(tag).normalised),
        labels: Object.fromEntries(
          (values.get("label") ?? []).map((text) => [text.split("=", 1)[0] ?? "", text.slice(text.indexOf("=") + 1)]),
        ),
        cached: !on.has("no-cache"),
      });
      if (image && on.has("quiet")) await out(`${idOf(image)}\n`);
      return image ? 0 : 1;
    },
  },
  images: {
    usage: "docker images [OPTIONS] [REPOSITORY[:TAG]]",
    flags: { all: { short: "a" }, quiet: { short: "q" } },
    async run({ proc, store, out }, { on, args }) {
      if (on.has("quiet")) for (const id of store.ids()) await out(`${id.slice(7, 19)}\n`);
      else await out(imagesTable(store, proc.clock.now(), args[0]));
      return 0;
    },
  },
  pull: {
    usage: "docker pull [OPTIONS] NAME[:TAG|@DIGEST]",
    flags: { quiet: { short: "q" }, platform: { value: "one" } },
    least: 1,
    async run(tools, { args, on }) {
      const { normalised, path, tag } = referenceOf(args[0] as string);
      if (!/[:@][^/]*$/.test(args[0] as string) && !on.has("quiet")) await tools.out("Using default tag: latest\n");
      const before = tools.store.names[normalised];
      const { id, digest } = await pull(tools, args[0] as string);
      if (!on.has("quiet")) {
        await tools.out(`${tag ?? digest}: Pulling from ${path}\nDigest: ${digest}\n`);
        await tools.out(`Status: ${before === id ? "Image is up to date" : "Downloaded newer image"} for ${familiar(normalised)}\n`);
      }
      await tools.out(`${normalised}\n`);
      return 0;
    },
  },
  push: {
    usage: "docker push [OPTIONS] NAME[:TAG]",
    flags: { quiet: { short: "q" }, "all-tags": { short: "a" } },
    least: 1,
    async run({ engine, store, out }, { args }) {
      const { normalised, repository, registry, tag } = referenceOf(args[0] as string);
      const found = localImage(store, normalised);
      await out(`The push refers to repository [${repository}]\n`);
      if (!found) throw new DaemonError(`An image does not exist locally with the tag: ${familiar(repository)}`);
      try {
        const digest = await engine.push(normalised, madeOf(found.image), store.login(registry));
        await out(`${digest.slice(7, 19)}: Pushed\n${tag}: digest: ${digest} size: ${found.image.size}\n`);
      } catch (error) {
        throw new DaemonError((error as Error).message);
      }
      return 0;
    },
  },
  tag: {
    usage: "docker tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
    flags: {},
    least: 2,
    async run({ store }, { args }) {
      store.name(referenceOf(args[1] as string).normalised, needed(store, args[0] as string).id);
      return 0;
    },
  },
  rmi: {
    usage: "docker rmi [OPTIONS] IMAGE [IMAGE...]",
    flags: { force: { short: "f" } },
    least: 1,
    async run({ store, out }, { args }) {
      for (const text of args) {
        const { id, tags } = needed(store, text);
        const named = parseReference(text);
        const gone = named && tags.includes(named.normalised) ? [named.normalised] : tags;
        for (const name of gone) {
          store.name(name, undefined);
          await out(`Untagged: ${familiar(name)}\n`);
        }
        if (tags.length > gone.length) continue;
        store.remove(id);
        await out(`Deleted: ${id}\n`);
      }
      return 0;
    },
  },
  history: {
    usage: "docker history [OPTIONS] IMAGE",
    flags: { "no-trunc": {} },
    least: 1,
    async run({ proc, store, out }, { args }) {
      const { id, image } = needed(store, args[0] as string);
      await out(historyTable(id, image, proc.clock.now()));
      return 0;
    },
  },
  inspect: {
    usage: "docker inspect [OPTIONS] NAME|ID [NAME|ID...]",
    flags: { type: { value: "one" } },
    least: 1,
    async run({ store, out }, { args }) {
      const found = args.map((text) => {
        const local = localImage(store, text);
        if (!local) throw new DaemonError(`[]\nerror: no such object: ${text}`);
        const { id, image, tags } = local;
        return inspected(id, image, tags, image.created === 0 ? "" : rfc3339(image.created));
      });
      await out(`${JSON.stringify(found, null, 4)}\n`);
      return 0;
    },
  },
  login: {
    usage: "docker login [OPTIONS] [SERVER]",
    flags: { username: { short: "u", value: "one" }, password: { short: "p", value: "one" }, "password-stdin": {} },
    async run({ proc, engine, store, out }, { on, values, args }) {
      const host = (args[0] ?? "docker.io").replace(/^https?:\/\//, "").replace(/\/.*$/, "");
      const username = values.get("username")?.at(-1) ?? "";
      let password = values.get("password")?.at(-1) ?? "";
      if (on.has("password-stdin")) password = (await readAll(proc)).replace(/\r?\n$/, "");
      else if (values.has("password"))
        await proc.stderr.write("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
      if (username === "" || password === "") throw new UsageError("Cannot perform an interactive login from a non TTY device");
      try {
        await engine.login(host, { username, password });
      } catch (error) {
        throw daemon((error as Error).message);
      }
      store.setLogin(host, { username, password });
      await out("Login Succeeded\n");
      return 0;
    },
  },
  logout: {
    usage: "docker logout [SERVER]",
    flags: {},
    async run({ store, out }, { args }) {
      const host = args[0] ?? "docker.io";
      store.setLogin(host, undefined);
      await out(`Removing login credentials for ${host === "docker.io" ? "https://index.docker.io/v1/" : host}\n`);
      return 0;
    },
  },
  ...containerCommands,
};

/** Commands of the real one that are none here. */
const ABSENT = new Set(
  "attach buildx commit compose container context cp create diff events export import info load manifest network node pause plugin port rename restart save search secret service stack start stats swarm system top trust unpause update version volume wait".split(
    " ",
  ),
);

export function createDocker(engine: () => DockerEngine | undefined, containers: Containers): Program {
  return async (proc) => {
    const out = (text: string): Promise<void> => proc.stdout.write(text);
    const [, first = "", ...rest] = proc.argv;
    const [name = "", argv] =
      first === "image" ? [rest[0] === "ls" ? "images" : rest[0] === "rm" ? "rmi" : rest[0], rest.slice(1)] : [first, rest];
    const fail = async (text: string, code: number): Promise<number> => {
      await proc.stderr.write(text);
      return code;
    };
    if (name === "" || name === "--help" || name === "help") {
      await out(
        `Usage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nCommands:\n${Object.keys(commands)
          .toSorted()
          .map((c) => `  ${c}\n`)
          .join("")}`,
      );
      return 0;
    }
    const command = commands[name];
    if (!command)
      return ABSENT.has(name)
        ? fail(`docker: ${name} is not simulated yet in Timonel\n`, 1)
        : fail(`docker: unknown command: docker ${name}\n\nRun 'docker --help' for more information\n`, 1);
    const running = engine();
    if (!running) return fail("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n", 1);
    try {
      const parsed = parseFlags(command.flags, argv, command.stopAtArgument);
      if (parsed.args.length < (command.least ?? 0))
        return await fail(
          `docker: 'docker ${name}' requires ${command.least === 1 ? "1 argument" : `${command.least} arguments`}\n\nUsage:  ${command.usage}\n\nRun 'docker ${name} --help' for more information\n`,
          1,
        );
      return await command.run(
        { proc, engine: running, store: new DockerStore(proc.fs, proc.env["HOME"] ?? "/root"), containers, out },
        parsed,
      );
    } catch (error) {
      if (error instanceof UsageError)
        return fail(`${error.message}\n\nUsage:  ${command.usage}\n\nRun 'docker ${name} --help' for more information\n`, 125);
      if (error instanceof DaemonError) return fail(`${error.message}\n`, 1);
      throw error;
    }
  };
}

async function readAll(proc: ProcessContext): Promise<string> {
  let text = "";
  for (let data = await proc.stdin.read(); data !== null && text.length < 65_536; data = await proc.stdin.read())
    text += new TextDecoder().decode(data);
  return text;
}
