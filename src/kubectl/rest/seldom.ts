import { formatDuration } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";
import { parseDuration, type Flags } from "../flags/parse.ts";
import type { ClientConfig, KubectlApi, KubectlProcess, KubectlRequest, KubectlResponse } from "../types.ts";
import { DiskCache } from "./disk-cache.ts";
import type { Get } from "./discovery.ts";

const PROFILES = "cpu heap allocs goroutine threadcreate block mutex trace".split(" ");

/** What flags that few give ask of every request: loaded when one of them is there. */
export class Seldom {
  readonly #timeout: string;
  #known: { readonly limit: number | undefined } | undefined;
  readonly #proc: KubectlProcess;
  readonly #modules: readonly (readonly [pattern: string, level: number])[];
  readonly #folder: string;
  /** Whether --match-server-version waits for its first request. */
  #matches: boolean;

  constructor(proc: KubectlProcess, flags: Flags, ownProfile: boolean) {
    const profile = ownProfile ? "none" : flags.string("profile");
    if (!["none", ...PROFILES].includes(profile)) throw new CliError(`unknown profile '${profile}'`);
    if (profile !== "none")
      throw new CliError(`kubectl --profile=${profile} is not simulated in Timonel: there is no Go program to profile`);
    this.#proc = proc;
    this.#timeout = flags.string("request-timeout");
    this.#modules = modulesOf(flags.string("vmodule"));
    this.#folder = flags.changed("cache-dir") ? flags.string("cache-dir") : "";
    this.#matches = flags.bool("match-server-version");
  }

  /** Of --request-timeout, in milliseconds; undefined: a request takes as long as it likes. A wrong one is told of by the first request. */
  get #limit(): number | undefined {
    return (this.#known ??= { limit: limitOf(this.#timeout) }).limit;
  }

  /** The level at which a file of the real one's speaks: -v, or what --vmodule says of it (k8s: klog moduleSpec). */
  level(file: string, v: number): number {
    return Math.max(v, this.#modules.find(([pattern]) => matches(pattern, file))?.[1] ?? 0);
  }

  /** A request says how long it may take; so does the server's side of it (k8s: client-go rest/request.go URL). */
  limited(request: KubectlRequest): KubectlRequest {
    if (this.#limit === undefined) return request;
    return { ...request, query: { ...request.query, timeout: formatDuration(this.#limit) } };
  }

  /** The same server for whom time runs out. */
  api(api: KubectlApi): KubectlApi {
    if (this.#limit === undefined || this.#limit < 0) return api;
    return {
      forward: (request) => api.forward(request),
      connect: (request) => api.connect(request),
      handle: async (request) =>
        this.#bounded(
          await this.#within(api.handle(request), "net/http: request canceled (Client.Timeout exceeded while awaiting headers)"),
        ),
    };
  }

  async #within<T>(work: Promise<T>, words: string, left = this.#limit as number): Promise<T> {
    const late = this.#proc.clock.sleep(left).then((): never => {
      throw Object.assign(new Error(words), { name: "Unreached" });
    });
    return Promise.race([work, late]);
  }

  /** What is still to be read has the time that is left: a watch ends, a log breaks off. */
  #bounded(response: KubectlResponse): KubectlResponse {
    const until = this.#proc.clock.now() + (this.#limit as number);
    const { watch, stream } = response;
    const left = (): number => Math.max(0, until - this.#proc.clock.now());
    if (watch)
      return {
        ...response,
        watch: {
          start: (onEvents, onEnd) => {
            const ended = (): void => onEnd?.();
            this.#proc.clock.sleep(left()).then(ended, ended);
            return watch.start(onEvents, onEnd);
          },
        },
      };
    if (!stream) return response;
    const words = "net/http: request canceled (Client.Timeout or context cancellation while reading body)";
    const read = async (): Promise<Uint8Array | null> => {
      try {
        return await this.#within(stream.read(), words, left());
      } catch (error) {
        stream.cancel();
        if (!(error instanceof Error) || error.name !== "Unreached") throw error;
        // The real one's reader tells of it, and then the command does.
        await this.#proc.stderr.write(`${words}\n`);
        throw new CliError(words);
      }
    };
    return { ...response, stream: { read, cancel: () => stream.cancel() } };
  }

  /** --match-server-version: asked once, before anything else (k8s: cmd/util MatchVersionFlags). */
  async match(client: string, ask: () => Promise<object>): Promise<void> {
    if (!this.#matches) return;
    this.#matches = false;
    const server = (await ask()) as { readonly gitVersion?: string };
    if (server.gitVersion !== client)
      throw new CliError(
        `server version (&version.Info{GitVersion:${JSON.stringify(server.gitVersion ?? "")}}) differs from client version (version.Info{GitVersion:${JSON.stringify(client)}})!\n`,
      );
  }

  /** Documents of discovery as --cache-dir keeps them; `fresh`: what is kept is not read. */
  documents({ server }: ClientConfig, fresh: boolean, get: Get): Get {
    return this.#folder === "" ? get : new DiskCache(this.#proc, this.#folder, server).documents(fresh, get);
  }
}

/** --request-timeout in milliseconds (k8s: clientcmd ParseTimeout). */
function limitOf(text: string): number | undefined {
  const ms = /^\+?\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (ms === undefined)
    throw new CliError(
      "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
    );
  return ms === 0 ? undefined : ms;
}

/** `round_trip*=6,helper=8`: patterns of files without .go, and their levels. */
const modulesOf = (text: string): readonly (readonly [string, number])[] =>
  text.split(",").flatMap((part) => {
    const [pattern = "", level] = part.split("=");
    return level === undefined ? [] : [[pattern, Number(level)] as const];
  });

/** Of `*` the last one alone is tried again: linear in the lengths' product. */
function matches(pattern: string, text: string): boolean {
  let [p, t, star, kept] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") [star, kept] = [p++, t];
    else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) [p, t] = [p + 1, t + 1];
    else if (star >= 0) [p, t] = [star + 1, ++kept];
    else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
