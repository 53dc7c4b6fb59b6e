/** A request that got no answer (Go: url.Error): `Get "https://…": dial tcp …: connect: connection refused`. */
export class UrlError extends Error {
  override readonly name = "UrlError";
  readonly #host: string;
  /** What went wrong, without the request. */
  readonly reason: string;
  constructor(method: string, url: string, reason: string) {
    super(`${method[0]}${method.slice(1).toLowerCase()} ${JSON.stringify(url)}: ${reason}`);
    this.#host = url.replace(/^https?:\/\//, "").replace(/[/?].*$/, "");
    this.reason = reason;
  }
  /** What kubectl says where nothing was put before it (k8s: cmd/util/helpers.go StandardErrorMessage). */
  get told(): string {
    return this.reason.includes("connection refused")
      ? `The connection to the server ${this.#host} was refused - did you specify the right host or port?`
      : `Unable to connect to the server: ${this.reason}`;
  }
}
