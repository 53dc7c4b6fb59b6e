import type { ClockCall, FilesCall, FromWorker, LessonCall, PageRequest, PageResponse, ToWorker } from "../browser/protocol.ts";

/** What a Worker and a MessagePort have in common. */
export interface Port {
  postMessage(message: ToWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
}

/** An answer of the API server with a code of 400 or more. `message` is the server's own. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

interface WatchEvents {
  readonly type: string;
  readonly object: object;
}

export interface TerminalLink {
  input(data: string): void;
  acknowledge(bytes: number): void;
  resize(columns: number, rows: number): void;
  close(): void;
}

export interface FileEntry {
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  readonly size: number;
  readonly mtime: number;
}

/** Messages that answer nobody: readiness, status, clock, life signs. */
export type Signal = Extract<
  FromWorker,
  { type: "ready" | "status" | "elsewhere" | "fatal" | "clock" | "lesson" | "lesson.refused" | "alive" }
>;

type Answer = Exclude<FromWorker, Signal>;

/** The page's side of the protocol: promises and callbacks over one port. */
export class Connection {
  readonly #port: Port;
  readonly #pending = new Map<number, (answer: Answer) => void>();
  readonly #failing = new Map<number, (error: Error) => void>();
  #id = 0;
  #closed = false;

  constructor(port: Port, onSignal: (signal: Signal) => void) {
    this.#port = port;
    port.onmessage = ({ data }) => {
      if (this.#closed) return;
      if ("id" in data) this.#pending.get(data.id)?.(data);
      else onSignal(data);
    };
  }

  open(options: Omit<Extract<ToWorker, { type: "open" }>, "type">): void {
    this.#port.postMessage({ type: "open", ...options });
  }

  /** Throws ApiError for what the server refuses. */
  async request<T = unknown>(request: PageRequest): Promise<PageResponse & { readonly body: T }> {
    const response = await this.#ask<PageResponse>((id) => ({ type: "request", id, request }));
    if (response.status >= 400) {
      const status = (response.body ?? {}) as { message?: string; reason?: string };
      throw new ApiError(response.status, status.reason ?? "", status.message ?? `HTTP ${response.status}`);
    }
    return response as PageResponse & { readonly body: T };
  }

  /** `end` is called once when the server ends the stream; not after cancelling. */
  watch(
    path: string,
    query: Record<string, string>,
    on: { events(events: readonly WatchEvents[]): void; end(message?: string): void },
  ): () => void {
    const id = ++this.#id;
    this.#pending.set(id, (answer) => {
      if (answer.type === "events") on.events(answer.events);
      else if (answer.type === "end" || (answer.type === "reply" && !answer.ok)) {
        this.#pending.delete(id);
        on.end(answer.message);
      } else if (answer.type === "response") {
        this.#pending.delete(id);
        on.end((answer.response.body as { message?: string } | null)?.message ?? `HTTP ${answer.response.status}`);
      }
    });
    this.#post({ type: "watch", id, path, query: { watch: "true", ...query } });
    return () => this.#cancel(id);
  }

  terminal(size: { columns: number; rows: number }, on: { output(data: Uint8Array): void; closed(): void }): TerminalLink {
    const id = ++this.#id;
    this.#pending.set(id, (answer) => {
      if (answer.type === "terminal.output") on.output(answer.data);
      else if (answer.type === "terminal.closed" || answer.type === "end") {
        this.#pending.delete(id);
        on.closed();
      }
    });
    this.#post({ type: "terminal.open", id, ...size });
    return {
      input: (data) => this.#post({ type: "terminal.input", id, data }),
      acknowledge: (bytes) => this.#post({ type: "terminal.acknowledge", id, bytes }),
      resize: (columns, rows) => this.#post({ type: "terminal.resize", id, columns, rows }),
      close: () => {
        this.#pending.delete(id);
        this.#post({ type: "terminal.close", id });
      },
    };
  }

  readonly files = {
    list: (path: string): Promise<readonly FileEntry[]> => this.#file({ verb: "list", path }),
    read: (path: string): Promise<Uint8Array> => this.#file({ verb: "read", path }),
    write: (path: string, data: string | Uint8Array): Promise<void> => this.#file({ verb: "write", path, data }),
    mkdir: (path: string): Promise<void> => this.#file({ verb: "mkdir", path }),
    rename: (from: string, to: string): Promise<void> => this.#file({ verb: "rename", from, to }),
    remove: (path: string): Promise<void> => this.#file({ verb: "remove", path }),
    watch: (path: string, on: (path: string) => void): (() => void) => {
      const id = ++this.#id;
      this.#pending.set(id, (answer) => answer.type === "files.changed" && on(answer.path));
      this.#post({ type: "files", id, call: { verb: "watch", path } });
      return () => this.#cancel(id);
    },
  };

  clock(call: ClockCall): Promise<void> {
    return this.#ask((id) => ({ type: "clock", id, call }));
  }

  lesson(call: LessonCall): Promise<void> {
    return this.#ask((id) => ({ type: "lesson", id, call }));
  }

  export(): Promise<Uint8Array> {
    return this.#ask((id) => ({ type: "export", id }));
  }

  import(data: Uint8Array): Promise<void> {
    return this.#ask((id) => ({ type: "import", id, data }));
  }

  reset(): Promise<void> {
    return this.#ask((id) => ({ type: "reset", id }));
  }

  /** Rejects what is pending; nothing is sent or heard any more. */
  close(reason: string): void {
    this.#closed = true;
    this.#port.onmessage = null;
    for (const fail of [...this.#failing.values()]) fail(new Error(reason));
    this.#failing.clear();
    this.#pending.clear();
  }

  #file<T>(call: FilesCall): Promise<T> {
    return this.#ask((id) => ({ type: "files", id, call }));
  }

  #ask<T>(message: (id: number) => ToWorker): Promise<T> {
    const id = ++this.#id;
    return new Promise<T>((resolve, reject) => {
      const settled = () => {
        this.#pending.delete(id);
        this.#failing.delete(id);
      };
      this.#failing.set(id, reject);
      this.#pending.set(id, (answer) => {
        settled();
        if (answer.type === "response") resolve(answer.response as T);
        else if (answer.type === "reply" && answer.ok) resolve(answer.value as T);
        else reject(new Error("message" in answer && answer.message ? answer.message : `unexpected ${answer.type}`));
      });
      if (this.#closed) reject(new Error("closed"));
      else this.#port.postMessage(message(id));
    });
  }

  #cancel(id: number): void {
    if (this.#pending.delete(id)) this.#post({ type: "cancel", id });
  }

  #post(message: ToWorker): void {
    if (!this.#closed) this.#port.postMessage(message);
  }
}
