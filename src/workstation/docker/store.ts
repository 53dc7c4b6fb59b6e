import type { FileSystem, RegistryLogin } from "../../runtime/index.ts";
import { base64Decode, base64Text } from "../../machinery/index.ts";
import type { MadeFile } from "./engine.ts";
import { idOf, type LocalImage } from "./image.ts";

interface Config {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
}

/** What docker keeps in the learner's home: images where the rootless one has them, logins where every one has them. */
export class DockerStore {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #config: string;

  constructor(fs: FileSystem, home: string) {
    this.#fs = fs;
    this.#folder = `${home}/.local/share/docker`;
    this.#config = `${home}/.docker/config.json`;
  }

  #read<T>(path: string, otherwise: T): T {
    try {
      return JSON.parse(this.#fs.readText(path)) as T;
    } catch {
      return otherwise;
    }
  }
  #write(path: string, value: unknown, mode = 0o644): void {
    this.#fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.#fs.writeFile(path, `${JSON.stringify(value, null, "\t")}\n`, { mode });
  }
  #path(id: string): string {
    return `${this.#folder}/images/${id.slice("sha256:".length)}.json`;
  }

  /** Image ids by their names ("docker.io/library/app:v1"). */
  get names(): Readonly<Record<string, string>> {
    return this.#read(`${this.#folder}/repositories.json`, {});
  }
  name(reference: string, id: string | undefined): void {
    const { [reference]: _, ...others } = this.names;
    this.#write(`${this.#folder}/repositories.json`, id === undefined ? others : { ...others, [reference]: id });
  }
  put(image: LocalImage): string {
    const id = idOf(image);
    this.#write(this.#path(id), image);
    return id;
  }
  get(id: string): LocalImage | undefined {
    return this.#read<LocalImage | undefined>(this.#path(id), undefined);
  }
  remove(id: string): void {
    this.#fs.unlink(this.#path(id));
  }
  ids(): readonly string[] {
    const folder = `${this.#folder}/images`;
    return this.#fs.exists(folder) ? this.#fs.readdir(folder).map((file) => `sha256:${file.replace(/\.json$/, "")}`) : [];
  }

  /** What a step of a build has made, by all that it depends on. */
  cached(key: string): readonly MadeFile[] | undefined {
    return this.#read<readonly MadeFile[] | undefined>(`${this.#folder}/buildkit/${key}.json`, undefined);
  }
  cache(key: string, files: readonly MadeFile[]): void {
    this.#write(`${this.#folder}/buildkit/${key}.json`, files);
  }

  login(host: string): RegistryLogin | undefined {
    const auth = this.#read<Config>(this.#config, {}).auths?.[keyOf(host)]?.auth;
    const bytes = auth === undefined ? 0 : base64Decode(auth);
    if (typeof bytes === "number") return undefined;
    const [username = "", ...rest] = new TextDecoder().decode(bytes).split(":");
    return { username, password: rest.join(":") };
  }
  setLogin(host: string, login: RegistryLogin | undefined): void {
    const config = this.#read<Config>(this.#config, {});
    const { [keyOf(host)]: _, ...others } = config.auths ?? {};
    const auth = login && base64Text(`${login.username}:${login.password}`);
    this.#write(this.#config, { ...config, auths: auth === undefined ? others : { ...others, [keyOf(host)]: { auth } } }, 0o600);
  }
}

const keyOf = (host: string): string => (host === "docker.io" ? "https://index.docker.io/v1/" : host);
