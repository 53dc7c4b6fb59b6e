import type { ProcessContext } from "../../runtime/index.ts";
import { BuildCache } from "./cache.ts";
import { contextFiles, copied, normal } from "./copy.ts";
import { type Instruction, parseDockerfile, expand, words } from "./dockerfile.ts";
import type { DockerEngine, MadeFile } from "./engine.ts";
import { ignores } from "./ignore.ts";
import { fileOfChange, type LocalImage, madeOf } from "./image.ts";
import { Progress } from "./progress.ts";
import { addFiles, beginStage, filesOf, imageOf, NOTHING, pairs, SHELL, type Stage } from "./stage.ts";
import type { DockerStore } from "./store.ts";

export interface BuildOptions {
  /** The context's folder. */
  readonly folder: string;
  /** Path of the Dockerfile. */
  readonly file: string;
  readonly args: ReadonlyMap<string, string>;
  readonly target: string | undefined;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Not with --no-cache. */
  readonly cached: boolean;
}

/** What stops a build, with the instruction that did. */
class BuildError extends Error {
  readonly instruction: Instruction | undefined;
  constructor(message: string, instruction?: Instruction) {
    super(message);
    this.instruction = instruction;
  }
}

/** Builds an image; undefined when it failed, which has been said. */
export async function build(
  proc: ProcessContext,
  engine: DockerEngine,
  store: DockerStore,
  options: BuildOptions,
): Promise<LocalImage | undefined> {
  const progress = new Progress(proc);
  let text = "";
  try {
    const load = progress.begin(`[internal] load build definition from ${options.file.slice(options.file.lastIndexOf("/") + 1)}`);
    text = readDockerfile(proc, options.file);
    await load.say(`transferring dockerfile: ${text.length}B done`);
    await load.done();
    return await new Builder(proc, engine, store, options, progress).run(parseDockerfile(text));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await progress.failed(error.message, error instanceof BuildError ? error.instruction : undefined, text);
    return undefined;
  }
}

function readDockerfile(proc: ProcessContext, path: string): string {
  try {
    return proc.fs.readText(path);
  } catch {
    throw new Error(`failed to read dockerfile: open ${path.slice(path.lastIndexOf("/") + 1)}: no such file or directory`);
  }
}

class Builder {
  readonly #proc: ProcessContext;
  readonly #engine: DockerEngine;
  readonly #store: DockerStore;
  readonly #options: BuildOptions;
  readonly #progress: Progress;
  readonly #stages: Stage[] = [];
  readonly #globals = new Map<string, string>();
  readonly #cache: BuildCache;
  #context: readonly MadeFile[] | undefined;

  constructor(proc: ProcessContext, engine: DockerEngine, store: DockerStore, options: BuildOptions, progress: Progress) {
    this.#proc = proc;
    this.#engine = engine;
    this.#store = store;
    this.#options = options;
    this.#progress = progress;
    this.#cache = new BuildCache(store, options.cached);
  }

  async run(instructions: readonly Instruction[]): Promise<LocalImage> {
    const first = instructions.findIndex(({ name }) => name === "FROM");
    const before = instructions.slice(0, first < 0 ? undefined : first);
    for (const instruction of before) {
      if (instruction.name !== "ARG")
        throw new BuildError(`dockerfile parse error on line ${instruction.line}: no build stage in current context`, instruction);
      this.#argument(instruction, this.#globals, this.#globals);
    }
    if (first < 0) throw new BuildError("file with no instructions");
    const stages: Instruction[][] = [];
    for (const instruction of instructions.slice(first)) {
      if (instruction.name === "FROM") stages.push([]);
      stages.at(-1)?.push(instruction);
    }
    const wanted = this.#wanted(stages);
    for (const [i, stage] of stages.entries()) if (i <= wanted) await this.#stage(stage, i, stages.length);
    const last = this.#stages[wanted] as Stage;
    if (Object.keys(this.#options.labels).length > 0)
      last.config = { ...last.config, labels: { ...last.config.labels, ...this.#options.labels } };
    const image = imageOf(last, this.#proc.clock.now());
    const id = this.#store.put(image);
    const step = this.#progress.begin("exporting to image");
    await step.say("exporting layers done");
    await step.say(`writing image ${id} done`);
    for (const tag of this.#options.tags) {
      this.#store.name(tag, id);
      await step.say(`naming to ${tag} done`);
    }
    await step.done();
    return image;
  }

  #wanted(stages: readonly (readonly Instruction[])[]): number {
    const { target } = this.#options;
    if (target === undefined) return stages.length - 1;
    const named = stages.findIndex(([from]) => aliasOf(from?.rest ?? "") === target.toLowerCase());
    const at = named >= 0 ? named : /^\d+$/.test(target) ? Number(target) : -1;
    if (at < 0 || at >= stages.length) throw new BuildError(`target stage "${target}" could not be found`);
    return at;
  }

  async #stage([from, ...rest]: readonly Instruction[], index: number, all: number): Promise<void> {
    if (!from) return;
    const named = expand(from.rest, this.#globals).split(/\s+/)[0] ?? "";
    const alias = aliasOf(from.rest);
    const label = all > 1 ? `${alias ?? `stage-${index}`} ` : "";
    const steps = rest.filter(({ name }) => ["RUN", "COPY", "ADD", "WORKDIR"].includes(name)).length + 1;
    let number = 1;
    const before = this.#stages.find((stage) => stage.name === named.toLowerCase());
    let stage: Stage;
    if (before)
      stage = { ...before, name: alias ?? "", history: [...before.history], variables: new Map(Object.entries(before.config.env)) };
    else {
      const reading = this.#progress.begin(`[internal] load metadata for ${named === "scratch" ? "scratch" : named}`);
      let begun: Awaited<ReturnType<typeof beginStage>>;
      try {
        begun = await beginStage(this.#engine, this.#store, named, alias ?? "");
      } catch (error) {
        const why = (error as Error).message.replace(/^failed to resolve reference "[^"]*": /, "");
        throw new BuildError(`${named}: failed to resolve source metadata for ${named}: ${why}`, from);
      }
      await reading.done();
      ({ stage } = begun);
      const base = this.#progress.begin(`[${label}${number}/${steps}] FROM ${begun.title}`);
      await base.done();
    }
    this.#stages.push(stage);
    for (const instruction of rest) {
      const shown = ["RUN", "COPY", "ADD", "WORKDIR"].includes(instruction.name);
      const title = shown ? `[${label}${++number}/${steps}] ${instruction.name} ${this.#shown(instruction, stage)}` : "";
      try {
        await this.#do(instruction, stage, title);
      } catch (error) {
        if (error instanceof BuildError || !(error instanceof Error)) throw error;
        throw new BuildError(error.message, instruction);
      }
    }
  }

  #shown({ name, text }: Instruction, { variables }: Stage): string {
    return name === "RUN" ? text.replaceAll(/\s+/g, " ") : expand(text, variables);
  }

  #argument({ rest }: Instruction, variables: Map<string, string>, globals: ReadonlyMap<string, string>): void {
    for (const word of words(rest, variables)) {
      const [name = "", value] = word.includes("=")
        ? [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]
        : [word, undefined];
      const given = this.#options.args.get(name) ?? value ?? globals.get(name);
      if (given !== undefined) variables.set(name, given);
    }
  }

  async #do(instruction: Instruction, stage: Stage, title: string): Promise<void> {
    const { name, rest, json } = instruction;
    const { variables } = stage;
    const now = this.#proc.clock.now();
    const change = (config: Partial<Stage["config"]>): void => {
      stage.config = { ...stage.config, ...config };
      stage.history.push({ createdBy: `${name} ${rest}`, created: now, size: 0 });
    };
    const form = (): readonly string[] => json ?? [...stage.shell, rest];
    switch (name) {
      case "ARG":
        return this.#argument(instruction, variables, this.#globals);
      case "ENV":
        for (const [key, value] of pairs(rest, variables)) {
          variables.set(key, value);
          change({ env: { ...stage.config.env, [key]: value } });
        }
        return;
      case "LABEL":
        return change({ labels: { ...stage.config.labels, ...Object.fromEntries(pairs(rest, variables)) } });
      case "WORKDIR": {
        const path = normal(joined(stage.config.workingDir ?? "/", expand(rest, variables)));
        const step = this.#progress.begin(title);
        const key = this.#cache.key(stage.ground, "WORKDIR", path);
        const known = this.#cache.get(key);
        addFiles(stage, [{ path, directory: true }], `WORKDIR ${path}`, now);
        stage.config = { ...stage.config, workingDir: path };
        stage.ground = key;
        if (known) return step.cached();
        this.#cache.put(key, [{ path, directory: true }]);
        return step.done();
      }
      case "USER":
        return change({ user: expand(rest, variables) });
      case "EXPOSE":
        return change({
          ports: [
            ...new Set([...stage.config.ports, ...words(rest, variables).map((port) => (port.includes("/") ? port : `${port}/tcp`))]),
          ],
        });
      case "STOPSIGNAL":
        return change({ stopSignal: expand(rest, variables) });
      case "VOLUME":
        return change({ volumes: [...stage.config.volumes, ...(json ?? words(rest, variables))] });
      case "HEALTHCHECK":
        return change({ healthcheck: rest });
      case "SHELL":
        if (!json) throw new Error("SHELL requires the arguments to be in JSON form");
        stage.shell = json;
        return;
      case "CMD":
        return change({ command: form() });
      case "ENTRYPOINT": {
        const { command: _, ...config } = stage.config;
        stage.config = config;
        return change({ entrypoint: form() });
      }
      case "COPY":
      case "ADD":
        return this.#copy(instruction, stage, title, now);
      case "RUN":
        return this.#run(instruction, stage, title, now);
      default:
        throw new Error(`${name} is not simulated yet in Timonel`);
    }
  }

  async #copy({ name, rest, json, flags, documents }: Instruction, stage: Stage, title: string, now: number): Promise<void> {
    const { variables } = stage;
    const list = json ?? words(rest, variables);
    const target = list.at(-1) ?? "/";
    const sources = list.slice(0, -1).filter((source) => !source.startsWith("<<"));
    if (list.length < 2)
      throw new Error(`${name} requires at least two arguments, but only one was provided. Destination could not be determined.`);
    const remote = sources.find((source) => /^(?:https?|git):\/\//.test(source));
    if (remote !== undefined)
      throw new Error(
        `failed to load cache key: Get "${remote}": dial tcp: lookup ${new RegExp("//([^/:]+)").exec(remote)?.[1]}: no such host`,
      );
    const archive = name === "ADD" && sources.find((source) => /\.(?:tar|tgz|tar\.gz|tar\.xz|tar\.bz2)$/.test(source));
    if (archive) throw new Error(`ADD ${archive}: unpacking archives is not simulated yet in Timonel`);
    const from = flags["from"];
    const all = [
      ...(from === undefined ? (sources.length > 0 ? await this.#files() : []) : await this.#filesFrom(expand(from, variables))),
      ...documents.map(({ delimiter, text }): MadeFile => ({ path: `/${delimiter}`, content: expand(text, variables) })),
    ];
    const step = this.#progress.begin(title);
    const folders = new Set(filesOf(stage).flatMap(({ path, directory }) => (directory ? [path] : parents(path))));
    const owner = flags["chown"] === undefined ? undefined : ownerIn(stage, expand(flags["chown"], variables));
    const files = copied(all, [...sources, ...documents.map(({ delimiter }) => delimiter)], target, {
      workingDir: stage.config.workingDir ?? "/",
      isFolder: (path) => path === "/" || folders.has(path),
      ...(owner === undefined ? {} : { owner }),
      ...(flags["chmod"] === undefined ? {} : { mode: flags["chmod"].padStart(4, "0") }),
    });
    addFiles(stage, files, `${name} ${rest}`, now);
    const key = this.#cache.key(stage.ground, name, target, files);
    const known = this.#cache.get(key);
    stage.ground = key;
    if (known) return step.cached();
    this.#cache.put(key, []);
    await step.done();
  }

  async #files(): Promise<readonly MadeFile[]> {
    if (this.#context) return this.#context;
    const { fs } = this.#proc;
    const { folder } = this.#options;
    const reading = this.#progress.begin("[internal] load .dockerignore");
    const path = `${folder}/.dockerignore`;
    const ignored = ignores(fs.exists(path) ? fs.readText(path) : "");
    await reading.done();
    const step = this.#progress.begin("[internal] load build context");
    this.#context = contextFiles(fs, folder, ignored);
    await step.say(`transferring context: ${this.#context.reduce((sum, { content = "" }) => sum + content.length, 0)}B done`);
    await step.done();
    return this.#context;
  }
  async #filesFrom(name: string): Promise<readonly MadeFile[]> {
    const stage =
      this.#stages.find((other) => other.name === name.toLowerCase()) ?? (/^\d+$/.test(name) ? this.#stages[Number(name)] : undefined);
    if (stage) return filesOf(stage);
    return filesOf((await beginStage(this.#engine, this.#store, name, "")).stage);
  }

  async #run(instruction: Instruction, stage: Stage, title: string, now: number): Promise<void> {
    const { rest, json, documents } = instruction;
    const step = this.#progress.begin(title);
    const script = documents.length > 0 ? (documents[0]?.text ?? "") : rest;
    const command = json ?? [...stage.shell, script];
    const env = Object.fromEntries(stage.variables);
    const createdBy = `RUN ${json ? "" : `${SHELL.join(" ")} `}${rest}`;
    const key = this.#cache.key(stage.ground, "RUN", command, env, stage.config.user, stage.config.workingDir);
    const known = this.#cache.get(key);
    stage.ground = key;
    if (known) {
      addFiles(stage, known, createdBy, now);
      return step.cached();
    }
    const container = await this.#engine.run({
      image: madeOf(imageOf(stage, now)),
      entrypoint: command,
      env,
      workingDir: stage.config.workingDir ?? "/",
      output: (_, line) => void step.line(line),
    });
    this.#proc.signal.addEventListener("abort", () => void container.stop());
    const code = await container.exited;
    await step.flushed();
    const changes = container.changes();
    await container.remove();
    if (code !== 0) {
      const shell = json ? json.join(" ") : `${stage.shell.join(" ")} ${rest}`;
      throw new BuildError(`process ${JSON.stringify(shell)} did not complete successfully: exit code: ${code}`, instruction);
    }
    const files = changes.map(fileOfChange);
    addFiles(stage, files, createdBy, now);
    this.#cache.put(key, files);
    await step.done();
  }
}

const aliasOf = (rest: string): string | undefined => /\s+as\s+(\S+)\s*$/i.exec(rest)?.[1]?.toLowerCase();
const joined = (folder: string, path: string): string => (path.startsWith("/") ? path : `${folder}/${path}`);
const parents = (path: string): readonly string[] => {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`);
};

/** A number, or a name of the image's /etc/passwd. */
function ownerIn(stage: Stage, text: string): number {
  const name = text.split(":")[0] ?? "";
  if (/^\d+$/.test(name)) return Number(name);
  const passwd = filesOf({ below: stage.below ?? NOTHING, files: stage.files }).find(({ path }) => path === "/etc/passwd")?.content ?? "";
  const uid = passwd
    .split("\n")
    .find((line) => line.startsWith(`${name}:`))
    ?.split(":")[2];
  if (uid === undefined)
    throw new Error(`unable to convert uid/gid chown string to host mapping: can't find uid for user ${name}: no such user: ${name}`);
  return Number(uid);
}
