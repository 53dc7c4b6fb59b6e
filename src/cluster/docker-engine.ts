import type { ImageSpec } from "../api/index.ts";
import type { Client } from "../client/index.ts";
import { isAlreadyExists } from "../machinery/index.ts";
import {
  type ChangingRegistry,
  createMachineRuntime,
  createRegistry,
  type MachineRuntime,
  parseReference,
  type Programs,
  type RegistryHost,
  type ThawingStack,
} from "../runtime/index.ts";
import type { Cause, Clock, Random } from "../sim/index.ts";
import type { DockerContainer, DockerEngine, MadeImage } from "../workstation/index.ts";
import { imageRow } from "./images/rows.ts";
import { daemonWords, type ServedImages } from "./images/served.ts";

export interface DockerEngineOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly programs: Programs;
  readonly registry: ChangingRegistry;
  readonly host: (host: string) => RegistryHost;
  /** Registries that run somewhere on the network. */
  readonly served: ServedImages;
  /** Whether somebody may put images there. */
  readonly takesImages: (host: string) => boolean;
  readonly stack: () => ThawingStack;
  readonly client: (causes: readonly Cause[]) => Client;
}

const BANDWIDTH = 50 * 1024 * 1024;
const LATENCY = 400;
const asked = { architecture: "amd64" } as const;

/** The daemon beside the learner's prompt: its containers share the computer's network, and end with the tab as its processes do. */
export function createDockerEngine(options: DockerEngineOptions): DockerEngine {
  const { clock, random, programs, registry, host } = options;
  const local = createRegistry([]);
  let machine: MachineRuntime | undefined;
  let count = 0;
  const runtime = (): MachineRuntime =>
    (machine ??= createMachineRuntime({
      name: "docker",
      clock,
      random,
      programs,
      registry: local,
      network: { create: options.stack, release: () => {} },
      hardware: { cpus: 4, memory: 8 * 2 ** 30 },
      persistent: false,
    }));
  const baseOf = ({ from }: MadeImage) => (from === "scratch" ? undefined : registry.find(from));

  return {
    async pull(reference, login) {
      const who = { ...asked, ...(login && { credentials: login }) };
      const asking = options.served.from(options.stack).ask?.(reference, who);
      const answer = asking ? await asking : registry.resolve(reference, who);
      if (asking && "error" in answer) throw new Error(daemonWords(answer, reference));
      await clock.sleep(answer.latency ?? LATENCY);
      if ("error" in answer) throw new Error(answer.error);
      await clock.sleep(Math.ceil((answer.size / Math.min(BANDWIDTH, answer.bandwidth ?? Infinity)) * 1000));
      await answer.body.load?.();
      const { repository, digest, size, body } = answer;
      if (!body.contents) throw new Error("its contents could not be loaded");
      return { repository, digest, size, contents: body.contents };
    },
    async open(reference) {
      const found = registry.find(reference)?.manifest("amd64");
      await found?.body.load?.();
      return found?.body.contents;
    },
    async login(name, login) {
      if (options.served.at(name)) return options.served.login(options.stack(), name, login);
      const reference = parseReference(`${name === "docker.io" ? "" : `${name}/`}library/login`);
      const refused = reference && host(name).admit?.(reference, { ...asked, credentials: login });
      if (!refused) return;
      const why = refused.error.replace(/^failed to resolve reference "[^"]*": /, "");
      throw new Error(/40[13] /.test(why) ? `Get "https://${name}/v2/": unauthorized: authentication required` : why);
    },
    async push(name, image, login) {
      const reference = parseReference(name);
      if (!reference) throw new Error("invalid reference format");
      if (options.served.at(reference.registry)) {
        const { digest, size } = await options.served.push(options.stack(), reference.normalised, image, login);
        await clock.sleep(Math.ceil((size / BANDWIDTH) * 1000));
        return digest;
      }
      const refused = host(reference.registry).admit?.(reference, { ...asked, ...(login && { credentials: login }) });
      await clock.sleep(LATENCY);
      if (refused)
        throw new Error(refused.error.replace(/^failed to resolve reference "[^"]*": /, "").replace(/^pull access/, "push access"));
      if (!options.takesImages(reference.registry))
        throw new Error(
          "push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
        );
      const spec: ImageSpec = { ...(image as ImageSpec), reference: reference.normalised };
      const row = imageRow(spec, baseOf(image));
      await clock.sleep(Math.ceil((row.size / BANDWIDTH) * 1000));
      await store(
        options.client([{ kind: "process", machine: "workstation", pid: 0, what: `docker push ${name}` }]),
        reference.normalised,
        spec,
      );
      return createRegistry([row]).find(reference.normalised)?.digest ?? "";
    },
    async run({ image, command, entrypoint, env, user, workingDir, tty = false, stdin = false, output }) {
      const reference = `localhost/made:${++count}`;
      const spec: ImageSpec = {
        ...(image as ImageSpec),
        reference,
        ...(entrypoint && { entrypoint, command: command ?? [] }),
        ...(command && { command }),
        ...(user !== undefined && { user }),
      };
      local.put(imageRow(spec, baseOf(image)));
      const on = runtime();
      on.loadImage(reference);
      const hostname = random.suffix(12);
      const sandbox = await on.runPodSandbox({
        name: hostname,
        namespace: "docker",
        uid: hostname,
        attempt: 0,
        hostname,
        hostNetwork: true,
        labels: {},
        dns: { servers: [], searches: [], options: [] },
      });
      const id = await on.createContainer(sandbox.id, {
        name: hostname,
        attempt: 0,
        image: reference,
        ...(workingDir === undefined ? {} : { workingDir }),
        env: env ?? {},
        mounts: [],
        tty,
        stdin,
        stdinOnce: stdin,
        readOnlyRoot: false,
        cpuShares: 1024,
        labels: {},
        annotations: {},
      });
      return started(on, id, sandbox.id, output, tty || stdin ? { tty, stdin } : undefined);
    },
  };
}

async function started(
  on: MachineRuntime,
  id: string,
  sandbox: string,
  output: (stream: "stdout" | "stderr", text: string) => void,
  attach: { readonly tty: boolean; readonly stdin: boolean } | undefined,
): Promise<DockerContainer> {
  const remove = async (): Promise<void> => {
    await on.stopPodSandbox(sandbox);
    await on.removePodSandbox(sandbox);
  };
  try {
    await on.startContainer(id);
  } catch (error) {
    await remove();
    throw error;
  }
  const attached = attach && on.attach(id, attach);
  const log = on.logs(id);
  let from = 0;
  const exited = new Promise<number>((resolve) => {
    const look = (): void => {
      for (const { stream, text } of log.lines(from)) {
        from++;
        output(stream, text);
      }
      if (log.ended) resolve(on.status(id)?.exitCode ?? 0);
    };
    log.on(look);
    on.on(({ container, type }) => {
      if (container === id && type === "stopped") look();
    });
    look();
  });
  return {
    id,
    exited,
    attached,
    exec: (command, how) => on.exec(id, command, how),
    kill: () => on.stopContainer(id, 0),
    changes: () => on.changes(id),
    stop: () => on.stopContainer(id, 10_000),
    remove,
  };
}

/** A push is an Image of the cluster's, which every machine then finds. */
async function store(client: Client, reference: string, spec: ImageSpec): Promise<void> {
  const name = reference.replaceAll(/[^a-z0-9.]+/gi, "-").toLowerCase();
  const object = { apiVersion: "sim.timonel.dev/v1alpha1", kind: "Image", metadata: { name }, spec } as const;
  try {
    await client.create("images", object);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const there = await client.get("images", undefined, name);
    await client.update("images", { ...there, spec });
  }
}
