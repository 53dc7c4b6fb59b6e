import type { ImageSpec } from "../../api/index.ts";
import type { Clock, Persistent } from "../../sim/index.ts";
import {
  type Asker,
  type ChangingRegistry,
  type ImageManifest,
  isServed,
  loginServed,
  parseReference,
  pullServed,
  pushServed,
  refusalOf,
  type Registry,
  type RegistryLogin,
  type RegistryRefusal,
} from "../../runtime/index.ts";
import type { MadeImage } from "../../workstation/index.ts";
import { imageRow } from "./rows.ts";

interface Pulled {
  readonly reference: string;
  readonly manifest: string;
  readonly spec: ImageSpec;
}
interface Options {
  readonly clock: Clock;
  readonly registry: () => ChangingRegistry;
  /** A host that somebody has described is as they say. */
  readonly described: (host: string) => boolean;
  /** Whether a machine has it. */
  readonly inUse: (digest: string) => boolean;
}
/** How a config of an image in a registry looks (OCI image-spec: config.md), as far as it says something here. */
interface Config {
  readonly config: {
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Env?: readonly string[];
    readonly User?: string;
    readonly WorkingDir?: string;
    readonly StopSignal?: string;
    readonly ExposedPorts?: Readonly<Record<string, object>>;
  };
}

/** Images of registries that run in the cluster: what machines have pulled there is kept for as long as they have it. */
export class ServedImages implements Persistent {
  readonly name = "served-images";
  readonly #options: Options;
  readonly #pulled = new Map<string, Pulled>();
  readonly #changed = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
  }
  drain(): ReadonlyMap<string, unknown> {
    const out = new Map([...this.#changed].map((digest) => [digest, this.#pulled.get(digest)] as const));
    this.#changed.clear();
    return out;
  }
  restore(records: ReadonlyMap<string, unknown>): void {
    for (const [digest, stored] of records) {
      this.#pulled.set(digest, stored as Pulled);
      this.#keep(stored as Pulled);
    }
  }

  /** Whether a host is one that is asked on the network. */
  at(host: string): boolean {
    return isServed(host) && !this.#options.described(host);
  }
  /** The registries as somebody finds them who is on the network there. */
  from(asker: () => Asker): Registry {
    const registry = this.#options.registry();
    return {
      ...registry,
      ask: (text, { architecture, credentials }) => {
        const reference = parseReference(text);
        return reference && this.at(reference.registry) ? this.#pull(asker(), text, architecture, credentials) : undefined;
      },
    };
  }
  async #pull(
    asker: Asker,
    text: string,
    architecture: "amd64" | "arm64",
    login: RegistryLogin | undefined,
  ): Promise<ImageManifest | RegistryRefusal> {
    const { normalised = "", repository = "" } = parseReference(text) ?? {};
    try {
      const { digest, manifest, config, base, files } = await pullServed(asker, text, login);
      const known = this.#options.registry().held(repository, digest, architecture);
      if (known) return known;
      const { from } = JSON.parse(base) as { readonly from: string };
      const pulled: Pulled = {
        reference: normalised,
        manifest,
        spec: { ...specOf(JSON.parse(config) as Config), ...(JSON.parse(files) as object), from },
      };
      if (!this.#keep(pulled)) return { reason: "NotFound", error: `failed to unpack image: its base ${from} is in no registry` };
      for (const old of [...this.#pulled.keys()])
        if (!this.#options.inUse(old)) {
          this.#pulled.delete(old);
          this.#changed.add(old);
        }
      this.#pulled.set(digest, pulled);
      this.#changed.add(digest);
      return (
        this.#options.registry().held(repository, digest, architecture) ?? {
          reason: "NotFound",
          error: "no match for platform in manifest: not found",
        }
      );
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      return refusal;
    }
  }
  /** The catalogue knows it by its digest, which is that of its manifest. */
  #keep({ reference, manifest, spec }: Pulled): boolean {
    const registry = this.#options.registry();
    const from = spec.from ?? "scratch";
    const base = from === "scratch" ? undefined : registry.find(from);
    if (from !== "scratch" && !base) return false;
    registry.keep({ ...imageRow({ ...spec, reference }, base), build: manifest, plain: true });
    return true;
  }

  /** docker push. Throws Error with the daemon's words. */
  async push(
    asker: Asker,
    name: string,
    image: MadeImage,
    login: RegistryLogin | undefined,
  ): Promise<{ readonly digest: string; readonly size: number }> {
    const { from, files } = image;
    try {
      return await pushServed(
        asker,
        name,
        { config: JSON.stringify(configOf(image)), base: JSON.stringify({ from }), files: JSON.stringify({ files }) },
        login,
      );
    } catch (error) {
      throw daemonError(error, name);
    }
  }
  async login(asker: Asker, host: string, login: RegistryLogin): Promise<void> {
    try {
      await loginServed(asker, host, login);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal && / 401 /.test(`${refusal.error} `))
        throw new Error(`login attempt to http://${host}/v2/ failed with status: 401 Unauthorized`);
      throw daemonError(error, `${host}/login`);
    }
  }
}

/** What docker says of a refusal (moby: distribution/errors.go). */
export function daemonError(error: unknown, name: string): Error {
  const refusal = refusalOf(error);
  return refusal ? new Error(daemonWords(refusal, name)) : (error as Error);
}
export function daemonWords({ error }: RegistryRefusal, name: string): string {
  const { registry = "" } = parseReference(name) ?? {};
  const why = error.replace(/^failed to resolve reference "[^"]*": /, "");
  const [, url = "", what] = /^failed to do request: Head "(https?:\/\/)[^"]*": (.*)$/s.exec(why) ?? [];
  if (what !== undefined) return `Get "${url}${registry}/v2/": ${what}`;
  if (why.endsWith("no basic auth credentials")) return "no basic auth credentials";
  if (/401 /.test(why)) return "unauthorized: authentication required";
  if (why.endsWith(": not found")) return `manifest for ${name} not found: manifest unknown: manifest unknown`;
  return why;
}

const configOf = ({ entrypoint, command, env, user, workingDir, stopSignal, ports }: MadeImage): object => ({
  architecture: "amd64",
  os: "linux",
  config: {
    ...(entrypoint && { Entrypoint: entrypoint }),
    ...(command && { Cmd: command }),
    Env: env.map(({ name, value }) => `${name}=${value}`),
    ...(user !== undefined && { User: user }),
    ...(workingDir !== undefined && { WorkingDir: workingDir }),
    ...(stopSignal !== undefined && { StopSignal: stopSignal }),
    ...(ports && { ExposedPorts: Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}])) }),
  },
});
function specOf({ config }: Config): ImageSpec {
  const { Entrypoint, Cmd, Env = [], User, WorkingDir, StopSignal, ExposedPorts } = config;
  return {
    ...(Entrypoint && { entrypoint: [...Entrypoint] }),
    ...(Cmd && { command: [...Cmd] }),
    env: Env.map((text) => ({ name: text.split("=", 1)[0] as string, value: text.slice(text.indexOf("=") + 1) })),
    ...(User !== undefined && { user: User }),
    ...(WorkingDir !== undefined && { workingDir: WorkingDir }),
    ...(StopSignal !== undefined && { stopSignal: StopSignal }),
    ...(ExposedPorts && { ports: Object.keys(ExposedPorts).map((port) => Number.parseInt(port, 10)) }),
  };
}
